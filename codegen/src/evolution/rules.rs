//! The rules by which changes are told. They explain; whether anybody is broken is decided by [`crate::compat`].
//!
//! The ids are those of one numbering of 225 ways in which a protocol of messages can change. [`RULES`] are the ways that
//! a schema can tell; [`ELSEWHERE`] says of all others why no change is told under their names.

mod elsewhere;
mod table;

pub use elsewhere::{ELSEWHERE, Elsewhere};
pub use table::RULES;

/// A way in which a protocol can change.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, for good.
    pub id: &'static str,
    /// What changed, as a report says it.
    pub change: &'static str,
    /// What an old consumer does with what a new producer emits because of it.
    pub old_consumer: Effect,
    /// What a new consumer does with what an old producer emits.
    pub new_consumer: Effect,
    /// How to do it without breaking anybody, or what to look at.
    pub mend: &'static str,
}

/// What a consumer does with frames of another version, as far as a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It accepts them.
    Accepts,
    /// It accepts them, and something that they said or say is lost.
    Loses,
    /// It keeps them as unknown, whole.
    Keeps,
    /// It refuses some.
    Refuses,
    /// It refuses some or none: that only a proof can say.
    Depends,
    /// It accepts them and takes them for something else; no schema can tell.
    Misreads,
}

impl Rule {
    /// Whether somebody should know of it even if nobody is broken.
    pub fn is_told(&self) -> bool {
        [self.old_consumer, self.new_consumer].contains(&Effect::Loses)
    }

    /// The group that it belongs to.
    pub fn group(&self) -> &'static str {
        self.id.split('-').next().unwrap_or_default()
    }
}

/// What no other rule tells.
pub(super) const CONTENT: &Rule = &table::CONTENT;

/// The rule with this name; what no rule tells is told as changed content.
pub(super) fn find(id: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.id == id).unwrap_or(CONTENT)
}
