//! What is measured: a generator that turns a schema into a Rust module.

use super::group::Group;
use super::observe::{Made, Typing};
use std::collections::BTreeMap;

/// A generator.
pub(super) trait Subject {
    /// Its name and version.
    fn title(&self) -> String;

    /// What it makes of the schema of a unit: of a group, or of all groups that are parts of a bare schema.
    ///
    /// # Errors
    /// The generator could not be run at all, whatever the schema.
    fn prepare(&self, unit: &[Group]) -> anyhow::Result<Prepared>;

    /// What the root of the crate must hold for the calls of each [`Entry`].
    fn prelude(&self) -> &'static str;
}

/// What a generator made of a schema.
#[derive(Debug)]
pub(super) enum Prepared {
    /// Code that may compile.
    Code(Code),
    /// None.
    Without(Made),
}

/// Generated code, as parts of a crate that holds many such modules.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// Files of the module, by path below its folder.
    pub module: BTreeMap<String, String>,
    /// Files that all modules share, by path below the root of the crate.
    pub shared: BTreeMap<String, String>,
    /// `[dependencies]` and `[features]` of the crate.
    pub cargo: toml::Table,
    /// How each group of the unit is asked.
    pub entries: Vec<Entry>,
    /// Whether a warning of the compiler is as good as an error.
    pub strict: bool,
}

/// The way into generated code for one group.
#[derive(Debug)]
pub(super) struct Entry {
    /// The body of a function inside the module, which ends in the `crate::Verdict` about the instance `text`.
    pub call: String,
    /// How much of the schema became types.
    pub typing: Typing,
}
