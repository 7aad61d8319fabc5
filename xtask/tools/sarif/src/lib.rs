//! Nothing: only what this package depends on is of use.
