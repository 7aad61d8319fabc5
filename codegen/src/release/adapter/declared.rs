//! Steps as notes declare them.

use crate::adapt::{Place, Spot, Step, Version};
use crate::model::Arena;
use crate::support::Json;
use crate::text::quoted;
use serde::{Deserialize, Serialize};

/// A step as it stands in a note: one verb with the place that it is about, and what the verb asks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// A place of the old version: what stands there stands elsewhere in the new one.
    #[serde(rename = "move")]
    moved: Option<String>,
    /// The place of the new version that a move leads to.
    to: Option<String>,
    /// A place of the old version where a value is written otherwise in the new one.
    replace: Option<String>,
    /// The value in the old version, as JSON.
    old: Option<String>,
    /// The value in the new version, as JSON.
    new: Option<String>,
    /// A place that one version needs and the other does not have.
    default: Option<String>,
    /// The version that needs it.
    #[serde(rename = "in")]
    within: Option<Which>,
    /// A place of which something is lost on the way to the other version; empty for the whole frame.
    drop: Option<String>,
    /// The version that has it.
    from: Option<Which>,
    /// The value (JSON) that is the default, or the only one that is dropped.
    value: Option<String>,
    /// The value (JSON) that stands there instead.
    instead: Option<String>,
    /// What is lost, in words.
    loss: Option<String>,
}

/// One of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    Old,
    New,
}

impl From<Which> for Version {
    fn from(which: Which) -> Self {
        match which {
            Which::Old => Self::Old,
            Which::New => Self::New,
        }
    }
}

/// Each verb, what it needs, and what it may have.
const VERBS: [(&str, &[&str], &[&str]); 4] = [
    ("move", &["to"], &[]),
    ("replace", &["old", "new"], &[]),
    ("default", &["in", "value"], &[]),
    ("drop", &["from", "loss"], &["value", "instead"]),
];

impl Declared {
    /// The step, in memory that lives as long as its tables; of a move and a default it is found out later what the
    /// other version knows.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn step<'t>(&self, arena: Arena<'t>) -> Result<Step<'t>, String> {
        let keys = self.keys();
        let has = |key: &str| keys.iter().any(|(known, there)| *known == key && *there);
        let mut verbs = VERBS.iter().filter(|(verb, ..)| has(verb));
        let (Some((verb, needed, allowed)), None) = (verbs.next(), verbs.next()) else {
            return Err("a step is one of `move`, `replace`, `default` and `drop`".to_owned());
        };
        if let Some(missing) = needed.iter().find(|key| !has(key)) {
            return Err(format!("a step `{verb}` has no `{missing}`"));
        }
        let fits = |key: &str| key == *verb || needed.contains(&key) || allowed.contains(&key);
        if let Some((strange, _)) = keys.iter().find(|(key, there)| *there && !fits(key)) {
            return Err(format!("a step `{verb}` has no use for `{strange}`"));
        }
        let place = |text: &Option<String>| place(text.as_deref().unwrap_or_default(), arena);
        let json = |text: &Option<String>| text.as_deref().map(|text| json(text, arena)).transpose();
        let value = |text: &Option<String>| json(text).map(Option::unwrap_or_default);
        let spot = |text: &Option<String>| place(text).map(|place| Spot { place, shared: place.len() });
        let version = |which: Option<Which>| which.map_or(Version::Old, Version::from);
        match *verb {
            "move" => Ok(Step::Move { old: spot(&self.moved)?, new: spot(&self.to)? }),
            "replace" => Ok(Step::Replace {
                place: place(&self.replace)?,
                old: value(&self.old)?,
                new: value(&self.new)?,
            }),
            "default" => Ok(Step::Default {
                version: version(self.within),
                place: place(&self.default)?,
                value: value(&self.value)?,
                strange: false,
            }),
            _ => Ok(Step::Drop {
                version: version(self.from),
                place: place(&self.drop)?,
                only: json(&self.value)?,
                instead: json(&self.instead)?,
                loss: loss(self.loss.as_deref(), arena)?,
            }),
        }
    }

    /// Every key, and whether it is there.
    fn keys(&self) -> [(&'static str, bool); 12] {
        let Self { moved, to, replace, old, new, default, within, drop, from, value, instead, loss } = self;
        [
            ("move", moved.is_some()),
            ("to", to.is_some()),
            ("replace", replace.is_some()),
            ("old", old.is_some()),
            ("new", new.is_some()),
            ("default", default.is_some()),
            ("in", within.is_some()),
            ("drop", drop.is_some()),
            ("from", from.is_some()),
            ("value", value.is_some()),
            ("instead", instead.is_some()),
            ("loss", loss.is_some()),
        ]
    }
}

/// The names of a JSON Pointer (RFC 6901 §3).
fn place<'t>(pointer: &str, arena: Arena<'t>) -> Result<Place<'t>, String> {
    let wrong = || format!("{} is no JSON Pointer: one is empty or begins with `/`", quoted(pointer));
    let mut names = pointer.split('/');
    if names.next() != Some("") {
        return Err(wrong());
    }
    let names: Vec<String> = names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    Ok(arena.slice(names.iter().map(|name| arena.str(name))))
}

fn json<'t>(text: &str, arena: Arena<'t>) -> Result<&'t str, String> {
    match Json::parse(text) {
        Ok(json) => Ok(arena.str(json.text())),
        Err(_) => Err(format!(
            "{} is no JSON: values are written as JSON in quotes, strings as '\"…\"'",
            quoted(text)
        )),
    }
}

fn loss<'t>(text: Option<&str>, arena: Arena<'t>) -> Result<&'t str, String> {
    match text.map(str::trim) {
        Some(text) if !text.is_empty() => Ok(arena.str(text)),
        _ => Err("what is lost is not said: `loss` is empty".to_owned()),
    }
}
