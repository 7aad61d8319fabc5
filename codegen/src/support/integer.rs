//! Integers of any size, kept as they were written.

use super::{Close, Code, Decode, Detach, Encode, Error, NotProducible, Parser, Result, Writer};
use std::borrow::Cow;
use std::fmt;

/// An integer of any size: a JSON number without a fraction, `1.0` and `1e2` among them (JSON Schema core §4.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integer<'a>(Cow<'a, str>);

impl Integer<'_> {
    /// The number as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The number, if 64 bits hold it.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        Parser::new(&self.0).i64().ok()
    }

    /// The number, if it is not negative and 64 bits hold it.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        Parser::new(&self.0).u64().ok()
    }
}

/// Whether the text of a JSON number stands for an integer: with the exponent applied, no digit but 0 is left behind
/// the point.
fn is_integer(text: &str) -> bool {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_zero = |digits: &str| digits.bytes().all(|digit| matches!(digit, b'0' | b'-'));
    if all_zero(whole) && fraction.is_empty() {
        return true;
    }
    // An exponent beyond 64 bits moves the point out of any text.
    let moved =
        exponent.parse::<i64>().unwrap_or(if exponent.starts_with('-') { i64::MIN } else { i64::MAX });
    if !fraction.is_empty() {
        return i64::try_from(fraction.len()).is_ok_and(|digits| moved >= digits);
    }
    let zeros = whole.len() - whole.trim_end_matches('0').len();
    moved >= 0 || i64::try_from(zeros).is_ok_and(|zeros| moved >= -zeros)
}

impl<'a> Decode<'a> for Integer<'a> {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.peek()?;
        let offset = parser.offset();
        let text = parser.number_text()?;
        if is_integer(text) {
            return Ok(Self(Cow::Borrowed(text)));
        }
        Err(Error::new(Code::Type, offset, "an integer", format!("number {text}")))
    }
}

impl Encode for Integer<'_> {
    fn encode(&self, out: &mut Writer) {
        out.raw(&self.0);
    }
}

impl Detach for Integer<'_> {
    type Detached = Integer<'static>;

    fn detach(self) -> Self::Detached {
        Integer(self.0.detach())
    }
}

impl Close for Integer<'_> {
    type Closed = Self;

    fn close(self) -> std::result::Result<Self, NotProducible> {
        Ok(self)
    }
}

impl fmt::Display for Integer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

macro_rules! from {
    ($($type:ty),+) => {$(
        impl From<$type> for Integer<'_> {
            fn from(number: $type) -> Self {
                Self(Cow::Owned(number.to_string()))
            }
        }
    )+};
}

from!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

#[cfg(test)]
mod tests {
    use super::is_integer;

    #[test]
    fn integers_are_told_by_value() {
        for text in ["0", "-0", "0.0", "1.0", "12e3", "1.50e1", "100e-2", "0e-9", "1e99999999999999999999"] {
            assert!(is_integer(text), "{text}");
        }
        for text in ["0.5", "1.05e1", "10e-2", "1e-99999999999999999999", "-1.5"] {
            assert!(!is_integer(text), "{text}");
        }
    }
}
