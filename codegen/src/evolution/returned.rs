//! Names that come back: a message, a property or a value that a release had, a later one no longer, and now is there
//! again. Peers of the older release take it for what it was.

use super::change::{Change, Comparison};

impl Comparison {
    /// Of what was added since a version, that which an older version had. `older` is the comparison of the older version
    /// with the same new one: what it does not tell as added, was there.
    pub fn returned<'a>(&'a self, older: &Comparison) -> impl Iterator<Item = &'a Change> {
        let is_new = move |change: &Change| older.changes.iter().any(|other| explains(other, change));
        let known: Vec<&Change> =
            self.changes.iter().filter(|change| adds(change) && !is_new(change)).collect();
        known.into_iter()
    }
}

/// Whether the change gives a name or a value to something.
fn adds(change: &Change) -> bool {
    matches!(
        change.rule.id,
        "ENM-001"
            | "ENM-002"
            | "ENV-003"
            | "ENV-005"
            | "FLD-001"
            | "FLD-002"
            | "FLD-003"
            | "MSG-001"
            | "UNI-001"
            | "UNI-002"
    )
}

/// Whether a change since the older version shows that an addition was not there then: it is the same addition, or it
/// made anew what the addition is within.
fn explains(older: &Change, added: &Change) -> bool {
    let same_message = older.sender == added.sender && older.message == added.message;
    let within = added.path.strip_prefix(&older.path).is_some_and(|rest| rest.starts_with('/'));
    let same = older.path == added.path && older.after == added.after && adds(older);
    same_message && (within || same)
}
