//! Text for the comparison of schemas (`compat`), which looks at names and patterns and writes no code.

use super::{Text, ecma};

/// The text as it stands in the schema.
pub(crate) fn raw(text: &Text) -> &str {
    &text.0
}

/// An ECMA-262 pattern in the syntax of the crate that matches it.
pub(crate) enum Expression {
    /// For `regex` and its automata.
    Linear(String),
    /// For `fancy-regex`: it looks around or back.
    Backtracking(String),
}

/// The pattern in the syntax of the crate that can match it, if one can.
pub(crate) fn expression(pattern: &str) -> Option<Expression> {
    let linear = ecma::linear(pattern).map(Expression::Linear);
    linear.or_else(|| ecma::translate(pattern).map(Expression::Backtracking))
}
