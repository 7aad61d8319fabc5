//! From what was observed to a verdict about each group.

use super::equal::equal;
use super::group::{Case, Group};
use super::judge::Judge;
use super::observe::{Made, Observation, Seen, Typing};
use serde::Serialize;

/// How a generator did with a group; the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Class {
    /// The generator, or the code, panicked or did not end.
    Panic,
    /// The code does not compile.
    DoesNotCompile,
    /// It accepts what the schema refuses.
    Looser,
    /// It refuses what the schema accepts.
    Stricter,
    /// What it accepts does not come back as it was.
    Lossy,
    /// The generator refused the schema without saying where.
    RefusedVaguely,
    /// The generator refused the schema, and named the construct.
    RefusedPrecisely,
    /// Every verdict is the schema's, and every value comes back.
    Faithful,
}

impl Class {
    /// Every class, the best first.
    pub(super) const ALL: [Self; 8] = [
        Self::Faithful,
        Self::RefusedPrecisely,
        Self::RefusedVaguely,
        Self::Lossy,
        Self::Stricter,
        Self::Looser,
        Self::DoesNotCompile,
        Self::Panic,
    ];

    /// The name in tables.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Faithful => "faithful",
            Self::RefusedPrecisely => "refused precisely",
            Self::RefusedVaguely => "refused vaguely",
            Self::Lossy => "lossy",
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::DoesNotCompile => "does not compile",
            Self::Panic => "panic",
        }
    }

    /// Whether it is worth an exit code: what is refused with its reason misleads nobody.
    pub(super) const fn is_failure(self) -> bool {
        !matches!(self, Self::Faithful | Self::RefusedPrecisely)
    }
}

/// What is known of a group in the end.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Record {
    /// The group.
    pub id: String,
    /// Its folder.
    pub folder: String,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// The verdict.
    pub class: Class,
    /// How much of the schema became types.
    #[serde(flatten)]
    pub typing: Typing,
    /// What went wrong, the worst first.
    pub failures: Vec<Failure>,
}

impl Record {
    /// The file of the group.
    pub(super) fn file(&self) -> &str {
        self.id.split('#').next().unwrap_or_default()
    }

    /// Whether the group is faithful by its types: the root's is more than a wrapped JSON value, and no check is left
    /// to a validator.
    pub(super) fn is_typed(&self) -> bool {
        self.class == Class::Faithful && self.typing.typed && !self.typing.delegated
    }
}

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    /// What kind.
    pub class: Class,
    /// Index and description of the instance, unless it is about the schema.
    pub case: Option<(usize, String)>,
    /// The instance, or the schema.
    pub instance: String,
    /// What should have come.
    pub expected: &'static str,
    /// What came.
    pub got: String,
    /// What the generator or the decoder said.
    pub error: String,
}

/// Judges a group.
pub(super) fn score(group: &Group, observation: &Observation, judge: &Judge) -> Record {
    let mut failures = match &observation.made {
        Made::Built(_) => {
            // An instance without a verdict must not pass for one that went well.
            let none = Seen::Panicked("there is no verdict".to_owned());
            let verdict = |index| observation.seen.get(index).unwrap_or(&none);
            let cases = group.cases.iter().enumerate();
            cases.filter_map(|(index, case)| case_failure(index, case, verdict(index), judge)).collect()
        }
        made => vec![schema_failure(group, made)],
    };
    failures.sort_by_key(|failure| failure.class);
    let class = failures.first().map_or(Class::Faithful, |failure| failure.class);
    let typing = match observation.made {
        Made::Built(typing) => typing,
        _ => Typing::default(),
    };
    let Group { id, folder, keywords, .. } = group.clone();
    Record { id, folder, keywords, class, typing, failures }
}

/// What became of a schema that there is no program for.
fn schema_failure(group: &Group, made: &Made) -> Failure {
    let (class, got, error) = match made {
        Made::Refused { precise: true, said } => (Class::RefusedPrecisely, "findings", said),
        Made::Refused { precise: false, said } => (Class::RefusedVaguely, "findings that lead nowhere", said),
        Made::Broken(said) => (Class::DoesNotCompile, "code that does not compile", said),
        Made::Panicked(said) => (Class::Panic, "a panic of the generator", said),
        Made::Built(_) => (Class::Faithful, "code", &String::new()),
    };
    Failure {
        class,
        case: None,
        instance: group.schema.clone(),
        expected: "code",
        got: got.to_owned(),
        error: error.clone(),
    }
}

/// What is wrong with what became of an instance, if anything is.
fn case_failure(index: usize, case: &Case, seen: &Seen, judge: &Judge) -> Option<Failure> {
    let (class, got, error) = match (seen, case.valid) {
        (Seen::Panicked(why), _) => (Class::Panic, "a panic".to_owned(), why.clone()),
        (Seen::Accepted { text, .. }, false) => {
            (Class::Looser, format!("accepted, as {text}"), String::new())
        }
        (Seen::Refused(why), true) => (Class::Stricter, "refused".to_owned(), why.clone()),
        (Seen::Unknown, true) => (Class::Stricter, "unknown".to_owned(), String::new()),
        (Seen::Accepted { text, again }, true) => {
            let error = loss(case, text, again.as_deref(), judge)?;
            (Class::Lossy, format!("accepted, as {text}"), error.to_owned())
        }
        (Seen::Refused(_) | Seen::Unknown, false) => return None,
    };
    let expected = if case.valid { "accepted and unchanged" } else { "refused" };
    let case_named = Some((index, case.description.clone()));
    Some(Failure { class, case: case_named, instance: case.text.clone(), expected, got, error })
}

/// What an accepted value lost on its way through a type.
fn loss<'a>(case: &Case, text: &str, again: Option<&'a str>, judge: &Judge) -> Option<&'a str> {
    if !equal(&case.text, text) {
        return Some("it comes back as another value");
    }
    if again.is_some() {
        return again;
    }
    // Where the judge had its doubts about the instance, it has no say about what comes back.
    let agreed = judge.accepts(&case.text) == Some(true);
    (agreed && judge.accepts(text) != Some(true)).then_some("the schema refuses what comes back")
}

#[cfg(test)]
mod tests;
