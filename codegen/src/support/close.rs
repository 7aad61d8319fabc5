//! From what was received to what may be sent.

use super::{Enumeration, Extras, Json, JsonObject, Maybe, Number, Open, Violation};
use std::borrow::Cow;
use std::fmt;

/// A received value holds something that the schema does not list, and a producer only sends what it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotProducible {
    what: String,
}

impl NotProducible {
    /// A discriminator has a value that the schema does not list.
    pub fn tag(tag: &str) -> Self {
        Self { what: format!("the discriminator value {tag:?}") }
    }

    /// A property stands where the schema does not list it.
    pub fn property(name: &str) -> Self {
        Self { what: format!("the property {name:?}") }
    }

    /// A value does not pass a check of the schema.
    pub fn violation(violation: &Violation) -> Self {
        Self { what: format!("such a value ({violation})") }
    }
}

impl fmt::Display for NotProducible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the schema does not list {}, so it cannot be sent", self.what)
    }
}

impl std::error::Error for NotProducible {}

/// A type of received values that has a counterpart for sending.
pub trait Close {
    /// The counterpart: it only holds what the schema lists.
    type Closed;

    /// Converts the value.
    ///
    /// # Errors
    /// What of it the schema does not list.
    fn close(self) -> Result<Self::Closed, NotProducible>;
}

/// Refuses kept properties that the schema does not list.
///
/// # Errors
/// The first of them.
pub fn nothing_kept(extras: &Extras<'_>) -> Result<(), NotProducible> {
    match extras.iter().next() {
        Some((name, _)) => Err(NotProducible::property(name)),
        None => Ok(()),
    }
}

impl<T: Close> Close for Vec<T> {
    type Closed = Vec<T::Closed>;

    fn close(self) -> Result<Self::Closed, NotProducible> {
        self.into_iter().map(T::close).collect()
    }
}

impl<T: Close> Close for Option<T> {
    type Closed = Option<T::Closed>;

    fn close(self) -> Result<Self::Closed, NotProducible> {
        match self {
            Some(value) => Ok(Some(value.close()?)),
            None => Ok(None),
        }
    }
}

impl<T: Close> Close for Maybe<T> {
    type Closed = Maybe<T::Closed>;

    fn close(self) -> Result<Self::Closed, NotProducible> {
        Ok(match self {
            Self::Absent => Maybe::Absent,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(value.close()?),
        })
    }
}

impl<T: Enumeration> Close for Open<'_, T> {
    type Closed = T;

    fn close(self) -> Result<T, NotProducible> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Other(text) => Err(NotProducible { what: format!("the value {text:?}") }),
        }
    }
}

macro_rules! same {
    ($($type:ty),+) => {$(
        impl Close for $type {
            type Closed = Self;

            fn close(self) -> Result<Self, NotProducible> {
                Ok(self)
            }
        }
    )+};
}

same!(bool, i64, u64, Number, Cow<'_, str>, Json<'_>, JsonObject<'_>);
