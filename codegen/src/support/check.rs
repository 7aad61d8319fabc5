//! The keywords of JSON Schema that narrow values, one function each (JSON Schema Validation 2020-12 §6).
//!
//! Decoders apply them to what consumers get, constructors to what producers build.

use super::error::{Code, Error, write_line};
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// A value that a keyword does not allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The kind of the mistake.
    pub code: Code,
    /// What would have been right.
    pub expected: Cow<'static, str>,
    /// What was there instead.
    pub found: String,
}

impl Violation {
    #[cold]
    #[inline(never)]
    fn new(code: Code, expected: String, found: String) -> Self {
        Self { code, expected: Cow::Owned(expected), found }
    }

    /// The same as a mistake in a frame, `offset` bytes from its start.
    #[cold]
    #[must_use]
    pub fn at(self, offset: usize) -> Error {
        Error::new(self.code, offset, self.expected, self.found)
    }
}

impl Display for Violation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected ")?;
        write_line(formatter, &self.expected, 1000)?;
        formatter.write_str(", found ")?;
        write_line(formatter, &self.found, 60)?;
        write!(formatter, " ({})", self.code)
    }
}

impl std::error::Error for Violation {}

/// A length as JSON Schema counts, in 64 bits on every machine.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cold]
fn wrong_length(value: &str, relation: &str, bound: u64) -> Violation {
    let found = format!("{} code points", value.chars().count());
    Violation::new(Code::Length, format!("{relation} {bound} code points"), found)
}

/// `minLength`: at least `least` code points (§6.3.2).
///
/// # Errors
/// [`Code::Length`] for a shorter string.
#[inline]
pub fn min_length(value: &str, least: u64) -> Result<(), Violation> {
    // A code point takes one to four bytes: often the bytes decide.
    if wide(value.len().div_ceil(4)) >= least {
        return Ok(());
    }
    if wide(value.len()) < least || wide(value.chars().count()) < least {
        return Err(wrong_length(value, "at least", least));
    }
    Ok(())
}

/// `maxLength`: at most `most` code points (§6.3.1).
///
/// # Errors
/// [`Code::Length`] for a longer string.
#[inline]
pub fn max_length(value: &str, most: u64) -> Result<(), Violation> {
    if wide(value.len()) <= most {
        return Ok(());
    }
    if wide(value.len().div_ceil(4)) > most || wide(value.chars().count()) > most {
        return Err(wrong_length(value, "at most", most));
    }
    Ok(())
}

#[cold]
fn out_of_range<T: Display>(value: &T, relation: &str, bound: &T) -> Violation {
    Violation::new(Code::Range, format!("a number {relation} {bound}"), format!("number {value}"))
}

/// `minimum`: `bound` or more (§6.2.4).
///
/// # Errors
/// [`Code::Range`] for a smaller number.
#[inline]
pub fn minimum<T: PartialOrd + Display + Copy>(value: T, bound: T) -> Result<(), Violation> {
    if value >= bound { Ok(()) } else { Err(out_of_range(&value, ">=", &bound)) }
}

/// `maximum`: `bound` or less (§6.2.2).
///
/// # Errors
/// [`Code::Range`] for a larger number.
#[inline]
pub fn maximum<T: PartialOrd + Display + Copy>(value: T, bound: T) -> Result<(), Violation> {
    if value <= bound { Ok(()) } else { Err(out_of_range(&value, "<=", &bound)) }
}

/// `exclusiveMinimum`: more than `bound` (§6.2.5).
///
/// # Errors
/// [`Code::Range`] for any other number.
#[inline]
pub fn exclusive_minimum<T: PartialOrd + Display + Copy>(value: T, bound: T) -> Result<(), Violation> {
    if value > bound { Ok(()) } else { Err(out_of_range(&value, ">", &bound)) }
}

/// `exclusiveMaximum`: less than `bound` (§6.2.3).
///
/// # Errors
/// [`Code::Range`] for any other number.
#[inline]
pub fn exclusive_maximum<T: PartialOrd + Display + Copy>(value: T, bound: T) -> Result<(), Violation> {
    if value < bound { Ok(()) } else { Err(out_of_range(&value, "<", &bound)) }
}

#[cold]
fn wrong_count(len: usize, relation: &str, bound: u64) -> Violation {
    Violation::new(Code::Items, format!("{relation} {bound} items"), format!("{len} items"))
}

/// `minItems`: an array of `len` items has at least `least` (§6.4.2).
///
/// # Errors
/// [`Code::Items`] for a shorter array.
#[inline]
pub fn min_items(len: usize, least: u64) -> Result<(), Violation> {
    if wide(len) >= least { Ok(()) } else { Err(wrong_count(len, "at least", least)) }
}

/// `maxItems`: an array of `len` items has at most `most` (§6.4.1).
///
/// # Errors
/// [`Code::Items`] for a longer array.
#[inline]
pub fn max_items(len: usize, most: u64) -> Result<(), Violation> {
    if wide(len) <= most { Ok(()) } else { Err(wrong_count(len, "at most", most)) }
}
