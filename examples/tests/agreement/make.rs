//! Frames made from the schema, and what can be wrong with them.

use super::faults::{self, Edit, Fault, other_type};
use super::schema::{All, Message, Schema, find, properties, required, union};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Levels below which nothing optional is made.
const DEEP: usize = 4;

/// Names of members that the schema does not list: what every object of JavaScript or Python has is called so, too.
const NAMES: [&str; 6] = ["x_new", "__proto__", "constructor", "__class__", "", "é"];

/// Texts.
const TEXTS: [&str; 7] = ["a", "text", "é", "🦀🦀", "\"\\/\n\t", "\u{7f}\u{2028}", "id-42"];

/// Numbers as they may be written. A fraction that is lost in a double is not among them: TypeScript cannot see it
/// (docs/typescript.md).
const WRITTEN: [&str; 8] = ["1e0", "1E+1", "10e-1", "-0", "0.0", "9007199254740993", "1e400", "1e30"];

/// The numbers that decide, one after the other: 0 where they have run out, which always is the simplest choice.
pub(crate) struct Tape<'t> {
    numbers: std::slice::Iter<'t, u32>,
}

impl<'t> Tape<'t> {
    pub(crate) fn new(numbers: &'t [u32]) -> Self {
        Self { numbers: numbers.iter() }
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.numbers.next().map_or(0, |number| *number as usize % end.max(1))
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).cloned()
    }
}

/// Where a value stands.
#[derive(Clone)]
struct Place {
    pointer: String,
    /// The same without the numbers of items, for people.
    path: String,
    depth: usize,
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let (Self { pointer, path, depth }, name) = (self, name.replace('~', "~0").replace('/', "~1"));
        Self { pointer: format!("{pointer}/{name}"), path: format!("{path}/{name}"), depth: depth + 1 }
    }

    fn item(&self, index: usize) -> Self {
        let Self { pointer, path, depth } = self;
        Self { pointer: format!("{pointer}/{index}"), path: format!("{path}/*"), depth: depth + 1 }
    }
}

/// Makes a frame.
pub(crate) struct Maker<'s, 't> {
    schema: &'s Schema,
    tape: Tape<'t>,
    /// How many optional properties of 100 are there.
    fullness: usize,
    message: Message<'s>,
    /// The branches of the schema that were taken.
    pub(crate) branches: BTreeSet<String>,
    /// What can be done to the frame.
    pub(crate) faults: Vec<Fault>,
}

impl<'s, 't> Maker<'s, 't> {
    pub(crate) fn new(schema: &'s Schema, message: Message<'s>, mut tape: Tape<'t>) -> Self {
        let fullness = [50, 90, 10][tape.below(3)];
        Self { schema, tape, fullness, message, branches: BTreeSet::new(), faults: Vec::new() }
    }

    /// A frame of the message.
    pub(crate) fn frame(&mut self) -> Value {
        let place = Place { pointer: String::new(), path: String::new(), depth: 0 };
        self.value(vec![self.message.schema], &place)
    }

    fn fault(&mut self, kind: &'static str, place: &Place, edit: Edit) {
        self.faults.push(Fault { kind, pointer: place.pointer.clone(), edit });
    }

    fn took(&mut self, place: &Place, branch: &str) {
        let Message { sender, name, .. } = self.message;
        self.branches.insert(format!("{sender} {name}{} {branch}", place.path));
    }

    /// A value for which all of these schemas hold.
    fn value(&mut self, schemas: All<'s>, place: &Place) -> Value {
        let mut all = self.schema.gathered(schemas);
        while let Some(members) = union(&all) {
            let chosen = self.tape.below(members.len());
            self.took(place, &format!("member {chosen}"));
            all = self.schema.chosen(&all, &members[chosen]);
        }
        let value = self.plain(&all, place);
        let which = self.tape.below(6);
        self.fault("another type", place, Edit::Set(other_type(&value, which)));
        value
    }

    fn plain(&mut self, all: &All<'s>, place: &Place) -> Value {
        if let Some(constant) = find(all, "const") {
            self.fault("another constant", place, Edit::Set(json!("not_listed")));
            return constant.clone();
        }
        if let Some(values) = find(all, "enum").and_then(Value::as_array) {
            let chosen = self.tape.below(values.len());
            self.took(place, &format!("value {chosen}"));
            self.fault("value not listed", place, Edit::Set(json!("not_listed")));
            return values[chosen].clone();
        }
        match self.kind(all, place) {
            Some("object") => self.object(all, place),
            Some("array") => self.array(all, place),
            Some("string") => self.string(all, place),
            Some(kind @ ("integer" | "number")) => self.number(all, place, kind == "integer"),
            Some("boolean") => json!(self.tape.below(2) == 1),
            Some(_) => Value::Null,
            None => self.any(place.depth),
        }
    }

    /// The JSON type of the value: one of those that there are.
    fn kind(&mut self, all: &All<'s>, place: &Place) -> Option<&'s str> {
        let kinds = kinds(all);
        let chosen = self.tape.below(kinds.len());
        if kinds.len() > 1 {
            self.took(place, &format!("type {}", kinds[chosen]));
        }
        kinds.get(chosen).copied()
    }

    fn object(&mut self, all: &All<'s>, place: &Place) -> Value {
        let required = required(all);
        let mut object = Map::new();
        for (name, schemas) in properties(all) {
            let at = place.member(name);
            if schemas.iter().any(|schema| **schema == Value::Bool(false)) {
                self.fault("refused property", place, Edit::Insert(name.to_owned(), json!("x")));
                continue;
            }
            if !required.contains(name) {
                let wanted = if place.depth > DEEP { 0 } else { self.fullness };
                if self.tape.below(100) < 100 - wanted {
                    self.took(&at, "absent");
                    continue;
                }
            }
            self.took(&at, "present");
            self.of_member(name, &schemas, required.contains(name), place);
            object.insert(name.to_owned(), self.value(schemas, &at));
        }
        let name = self.tape.pick(&NAMES).unwrap_or_default();
        self.fault("extra member", place, Edit::Insert(name.to_owned(), json!({ "a": [1, null, "…"] })));
        object.into()
    }

    /// What can be done to a member that is there.
    fn of_member(&mut self, name: &str, schemas: &All<'s>, required: bool, place: &Place) {
        if required {
            self.fault("required member removed", place, Edit::Remove(name.to_owned()));
        }
        self.fault("duplicate key", place, Edit::Duplicate(name.to_owned()));
        let synonyms = schemas.iter().filter_map(|schema| schema.get("x-synonyms")?.as_array()).flatten();
        for synonym in synonyms {
            let (renamed, unit) = (synonym["name"].as_str(), synonym["unit"].as_str());
            let renamed = synonym.as_str().or(renamed).unwrap_or_default();
            if renamed != name {
                self.fault("retired spelling", place, Edit::Rename(name.to_owned(), renamed.to_owned()));
            }
            if let Some(unit) = unit {
                let value = if unit == "iso-8601" {
                    json!("2025-09-18T14:56:14Z")
                } else {
                    json!(1_758_207_374_500_i64)
                };
                let edit = Edit::Replace(name.to_owned(), renamed.to_owned(), value);
                self.fault("retired unit", place, edit);
            }
        }
    }

    fn array(&mut self, all: &All<'s>, place: &Place) -> Value {
        let length = if place.depth > DEEP { 0 } else { self.tape.below(4) };
        self.took(place, if length == 0 { "empty" } else { "with items" });
        let items = find(all, "items");
        let item = |index| match items {
            Some(schema) => self.value(vec![schema], &place.item(index)),
            None => self.any(place.depth + 1),
        };
        (0..length).map(item).collect()
    }

    fn string(&mut self, all: &All<'s>, place: &Place) -> Value {
        if let Some(pattern) = find(all, "pattern").and_then(Value::as_str) {
            let [matching, others] = self.schema.texts(pattern);
            if let Some(other) = self.tape.pick(others) {
                self.fault("pattern broken", place, Edit::Set(json!(other)));
            }
            return json!(self.tape.pick(matching));
        }
        if let Some(known) = find(all, "x-known-values").and_then(Value::as_object) {
            let known: Vec<&String> = known.keys().collect();
            let chosen = self.tape.below(known.len() + 1);
            self.took(place, &format!("value {chosen}"));
            return known.get(chosen).map_or(json!("not_known"), |name| json!(name));
        }
        let least = find(all, "minLength").and_then(Value::as_u64).unwrap_or_default();
        if least > 0 {
            self.fault("too short", place, Edit::Set(json!("")));
        }
        let texts = if least == 0 { [&TEXTS[..], &[""]].concat() } else { TEXTS.to_vec() };
        json!(self.tape.pick(&texts))
    }

    fn number(&mut self, all: &All<'s>, place: &Place, integer: bool) -> Value {
        let bound = |keyword| find(all, keyword).and_then(Value::as_f64);
        let (low, high) = (bound("minimum").unwrap_or(-1e15), bound("maximum").unwrap_or(1e15));
        for (kind, beyond) in [("below the minimum", low - 1.0), ("above the maximum", high + 1.0)] {
            self.fault(kind, place, Edit::Set(number(beyond, integer)));
        }
        if integer {
            self.fault("a fraction", place, Edit::Set(json!(low + 0.5)));
        }
        let text = self.tape.pick(&WRITTEN).unwrap_or_default();
        self.fault("number written otherwise", place, Edit::Set(faults::number(text)));
        let mut pool = vec![low, high, low + 1.0, 42.0, 1.0];
        if !integer {
            pool.extend([0.5, 1e-7, 99.999]);
        }
        pool.retain(|value| (low..=high).contains(value));
        let chosen = self.tape.below(pool.len());
        self.took(place, ["least", "greatest"].get(chosen).unwrap_or(&"between"));
        // `1.0` is an integer, too.
        let whole = self.tape.below(8) < 7;
        number(pool[chosen], whole)
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.tape.below(if depth > DEEP { 5 } else { 7 }) {
            0 => Value::Null,
            1 => json!(false),
            2 => json!(-7),
            3 => json!(1e20),
            4 => json!("x"),
            5 => json!([self.any(depth + 1)]),
            _ => json!({ "type": self.any(depth + 1), "": {} }),
        }
    }
}

/// A number, written as an integer if it is one and is to be.
#[allow(clippy::cast_possible_truncation, reason = "it is whole and fits")]
fn number(value: f64, whole: bool) -> Value {
    if whole && value.fract() == 0.0 && value.abs() < 9.3e18 { json!(value as i64) } else { json!(value) }
}

/// The branches that frames of a message can take.
pub(crate) fn branches(schema: &Schema, message: Message<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let place = format!("{} {}", message.sender, message.name);
    add_branches(schema, &schema.gathered(vec![message.schema]), &place, 0, &mut found);
    found
}

/// The branches for values for which all of these schemas hold.
fn add_branches<'s>(
    schema: &'s Schema,
    all: &All<'s>,
    place: &str,
    depth: usize,
    found: &mut BTreeSet<String>,
) {
    if let Some(members) = union(all) {
        for (index, member) in members.iter().enumerate() {
            found.insert(format!("{place} member {index}"));
            add_branches(schema, &schema.chosen(all, member), place, depth, found);
        }
        return;
    }
    let values = find(all, "enum").and_then(Value::as_array).map(Vec::len);
    // Of an open enumeration there is one value more.
    let known = find(all, "x-known-values").and_then(Value::as_object).map(|known| known.len() + 1);
    found.extend((0..values.or(known).unwrap_or_default()).map(|value| format!("{place} value {value}")));
    let kinds = if values.or(known).is_some() { Vec::new() } else { kinds(all) };
    if kinds.len() > 1 {
        found.extend(kinds.iter().map(|kind| format!("{place} type {kind}")));
    }
    for kind in kinds {
        add_branches_of(schema, all, kind, place, depth, found);
    }
}

/// The branches for values of one JSON type.
fn add_branches_of<'s>(
    schema: &'s Schema,
    all: &All<'s>,
    kind: &str,
    place: &str,
    depth: usize,
    found: &mut BTreeSet<String>,
) {
    match kind {
        "object" => {
            let required = required(all);
            for (name, schemas) in properties(all) {
                if schemas.iter().any(|schema| **schema == Value::Bool(false)) {
                    continue;
                }
                let at = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                found.insert(format!("{at} present"));
                if !required.contains(name) {
                    found.insert(format!("{at} absent"));
                    if depth > DEEP {
                        continue;
                    }
                }
                add_branches(schema, &schema.gathered(schemas), &at, depth + 1, found);
            }
        }
        "array" => {
            found.insert(format!("{place} empty"));
            if let Some(items) = find(all, "items").filter(|_| depth <= DEEP) {
                found.insert(format!("{place} with items"));
                add_branches(schema, &schema.gathered(vec![items]), &format!("{place}/*"), depth + 1, found);
            }
        }
        "integer" | "number" if find(all, "const").is_none() => {
            found.extend(["least", "greatest", "between"].map(|branch| format!("{place} {branch}")));
        }
        _ => {}
    }
}

/// The JSON types that the schemas allow; none if they do not say.
fn kinds<'s>(all: &All<'s>) -> Vec<&'s str> {
    match find(all, "type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
