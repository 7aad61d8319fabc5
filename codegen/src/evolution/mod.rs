//! What became of a protocol from one version to another, and who is broken by it.
//!
//! Messages are matched by the value of their discriminator (`messages`). Of each one [`crate::compat`] decides two
//! things: whether the old consumer accepts all that the new producer can emit, and whether the new consumer accepts all
//! that the old producer could. `explain` says what changed, by rules with names ([`rules`]); a rule never decides.

mod apart;
mod bump;
mod change;
mod compare;
mod explain;
mod frozen;
mod legacy;
mod messages;
mod returned;
pub mod rules;
mod version;

pub use bump::{Bump, Level, SemVer};
pub use change::{Change, Comparison, Fact, Facts, Overclaim, Place, Skew, Unread, Verdict};
pub use compare::{Settings, compare};
pub use version::{Roots, Version};
