//! Regular expressions of a schema that look around or back.

use crate::support::{Code, Violation};
use fancy_regex::Regex;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A `pattern` (JSON Schema validation §6.3.3), compiled at its first use.
#[derive(Debug)]
pub struct Pattern {
    written: &'static str,
    translated: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern as the schema has it (ECMA-262), and as the `fancy-regex` crate takes it.
    pub const fn new(written: &'static str, translated: &'static str) -> Self {
        Self { written, translated, compiled: OnceLock::new() }
    }

    /// Whether the pattern is found anywhere in `value`. Looking around takes backtracking: a text for which that takes
    /// too many steps does not match.
    pub fn matches(&self, value: &str) -> bool {
        // The translation was compiled when this code was generated; should it not compile now, nothing
        // passes.
        let regex = self.compiled.get_or_init(|| Regex::new(self.translated).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(value).unwrap_or(false))
    }

    /// Checks that the pattern is found in `value`.
    ///
    /// # Errors
    /// A violation that names the pattern.
    pub fn check(&self, value: &str) -> Result<(), Violation> {
        if self.matches(value) {
            return Ok(());
        }
        let expected = Cow::Owned(format!("a string that matches {}", self.written));
        Err(Violation { code: Code::Pattern, expected, found: format!("string {value:?}") })
    }
}
