//! Numbers: checked as written, and read without rounding what can be exact (RFC 8259 §6).

use super::error::{Code, Error, Result};
use super::parser::{Kind, Parser};

/// A number that the grammar allows, before anybody knows its value.
struct Token<'a> {
    text: &'a str,
    start: usize,
    /// Whether it is written as digits only, perhaps with a minus sign.
    plain: bool,
}

/// What a number is when nothing is rounded.
enum Exact {
    Integer(i128),
    Fraction,
    /// An integer far beyond 64 bits.
    Huge,
}

/// Digits of numbers that certainly fit 64 bits.
const SHORT: usize = 18;
/// Characters of a number without an exponent that certainly fits a double: 308 digits do.
const FINITE: usize = 300;
/// Digits of the largest 64-bit integer.
const LONGEST: usize = 20;

impl<'a> Parser<'a> {
    /// Reads a number as the nearest double.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, [`Code::NumberRange`] beyond the doubles, or what is wrong with the text.
    #[inline]
    pub fn number(&mut self) -> Result<f64> {
        self.whitespace();
        match Digits::decimal(self.bytes(), self.at) {
            Some((number, end)) => {
                self.at = end;
                Ok(number)
            }
            None => self.any_number(),
        }
    }

    /// Reads a number however it is written.
    #[inline(never)]
    fn any_number(&mut self) -> Result<f64> {
        let token = self.token()?;
        match token.text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(token.infinite()),
        }
    }

    /// Reads an integer of 64 bits, exactly: `1.0`, `1e2` and `-0` are integers (JSON Schema 2020-12 §4.2.3).
    ///
    /// # Errors
    /// [`Code::Type`] for another value or a fraction, [`Code::Range`] beyond 64 bits, or what is wrong with the text.
    #[inline]
    pub fn i64(&mut self) -> Result<i64> {
        match self.short_integer() {
            Some(short) => Ok(short),
            None => self.any_integer("an integer from -9223372036854775808 to 9223372036854775807"),
        }
    }

    /// Reads an integer of 64 bits that is not negative, exactly; like [`Parser::i64`].
    ///
    /// # Errors
    /// [`Code::Type`] for another value or a fraction, [`Code::Range`] below zero or beyond 64 bits, or what is wrong
    /// with the text.
    #[inline]
    pub fn u64(&mut self) -> Result<u64> {
        let start = self.at;
        if let Some(Ok(short)) = self.short_integer().map(u64::try_from) {
            return Ok(short);
        }
        self.at = start;
        self.any_integer("an integer from 0 to 18446744073709551615")
    }

    /// Reads an integer that is written as a few digits; if it is not, no number is read.
    #[inline]
    fn short_integer(&mut self) -> Option<i64> {
        self.whitespace();
        let (digits, end) = Digits::integer(self.bytes(), self.at)?;
        self.at = end;
        Some(digits)
    }

    /// Reads an integer however it is written; `range` describes its type.
    #[inline(never)]
    fn any_integer<T: TryFrom<i128>>(&mut self, range: &'static str) -> Result<T> {
        self.token()?.integer(range)
    }

    /// Reads a number as it is written, of any magnitude.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, or what is wrong with the text.
    pub fn number_text(&mut self) -> Result<&'a str> {
        self.token().map(|token| token.text)
    }

    /// Checks and passes a number; one beyond the doubles is refused, because whoever reads it would take it for
    /// something else.
    pub(super) fn skip_number(&mut self) -> Result<()> {
        let token = self.token()?;
        let finite = token.text.len() <= FINITE && (token.plain || !token.has_exponent());
        if finite || token.text.parse::<f64>().is_ok_and(f64::is_finite) {
            Ok(())
        } else {
            Err(token.infinite())
        }
    }

    /// Reads a number by the grammar: `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`
    #[inline]
    fn token(&mut self) -> Result<Token<'a>> {
        self.whitespace();
        let start = self.at;
        let bytes = self.bytes();
        let first = start + usize::from(bytes.get(start) == Some(&b'-'));
        let whole = match bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(bytes, first + 1),
            _ => return Err(self.no_number(first)),
        };
        let end = match bytes.get(whole) {
            Some(b'.' | b'e' | b'E' | b'0'..=b'9') => self.fraction_and_exponent(whole)?,
            _ => whole,
        };
        self.at = end;
        Ok(Token { text: self.slice(start, end), start, plain: end == whole })
    }

    /// Where a number ends whose whole part ends at `at`.
    fn fraction_and_exponent(&self, mut at: usize) -> Result<usize> {
        let bytes = self.bytes();
        if bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return Err(self.syntax(at, "no digit after a leading zero"));
        }
        if bytes.get(at) == Some(&b'.') {
            at = self.some_digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
            at = self.some_digits(at + 1 + usize::from(signed))?;
        }
        Ok(at)
    }

    /// The end of the digits from `at` on, of which there must be one.
    fn some_digits(&self, at: usize) -> Result<usize> {
        let end = digits(self.bytes(), at);
        if end == at { Err(self.syntax(at, "a digit")) } else { Ok(end) }
    }

    /// The error for a value that has no digit at `first`, where the first one was due.
    #[cold]
    #[inline(never)]
    fn no_number(&mut self, first: usize) -> Error {
        match self.peek() {
            Ok(Kind::Number) => self.syntax(first, "a digit"),
            _ => self.expected("a number"),
        }
    }
}

/// The end of the digits from `at` on.
#[inline]
fn digits(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// A minus sign, perhaps, and digits: what most numbers begin with, or are.
struct Digits {
    negative: bool,
    /// The number that the digits write, if they are at most [`SHORT`].
    value: i64,
    first: usize,
    end: usize,
}

impl Digits {
    /// The digits that a number at `start` begins with. Without any, or with a zero before others, it is not one.
    #[inline]
    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let negative = bytes.get(start) == Some(&b'-');
        let first = start + usize::from(negative);
        let (value, end) = accumulate(bytes, first, 0);
        let wrong = end == first || (bytes.get(first) == Some(&b'0') && end > first + 1);
        if wrong { None } else { Some(Self { negative, value, first, end }) }
    }

    /// The integer at `start` and its end, if it is written as digits alone and certainly fits.
    #[inline]
    fn integer(bytes: &[u8], start: usize) -> Option<(i64, usize)> {
        let digits = Self::at(bytes, start)?;
        if digits.end - digits.first > SHORT || matches!(bytes.get(digits.end), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        Some((if digits.negative { -digits.value } else { digits.value }, digits.end))
    }

    /// The number at `start` and its end, if it has no exponent and so few digits that the integer which they write
    /// without the point, and the power of ten to divide it by, are doubles without rounding: then the division
    /// rounds once, as it should (Clinger, "How to read floating point numbers accurately", 1990).
    #[inline]
    fn decimal(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
        let whole = Self::at(bytes, start)?;
        let (mut value, mut end) = (whole.value, whole.end);
        let mut power = Some(&1.0);
        if bytes.get(end) == Some(&b'.') {
            let point = end + 1;
            (value, end) = accumulate(bytes, point, value);
            power = POWERS_OF_TEN.get(end - point).filter(|_| end > point);
        }
        if end - whole.first > SHORT || value > EXACT || matches!(bytes.get(end), Some(b'e' | b'E')) {
            return None;
        }
        #[allow(clippy::cast_precision_loss, reason = "it is at most 2^53")]
        let value = value as f64 / power?;
        Some((if whole.negative { -value } else { value }, end))
    }
}

/// The largest integer up to which all are doubles.
const EXACT: i64 = 1 << 53;
/// 10^0 to 10^17: each is a double, and no [`SHORT`] number has more digits behind the point.
const POWERS_OF_TEN: [f64; SHORT] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];

/// Appends the digits from `at` on to the digits of `value`; with the end of the digits. If they are more than
/// [`SHORT`], the value means nothing.
#[inline]
fn accumulate(bytes: &[u8], mut at: usize, mut value: i64) -> (i64, usize) {
    while let Some(&byte @ b'0'..=b'9') = bytes.get(at) {
        value = value.wrapping_mul(10).wrapping_add(i64::from(byte & 0xf));
        at += 1;
    }
    (value, at)
}

impl Token<'_> {
    fn has_exponent(&self) -> bool {
        self.text.bytes().any(|byte| byte | 0x20 == b'e')
    }

    /// The value as an integer of the type that `range` describes.
    #[inline(never)]
    fn integer<T: TryFrom<i128>>(&self, range: &'static str) -> Result<T> {
        match exact(self.text) {
            Exact::Integer(value) => T::try_from(value).map_err(|_| self.error(Code::Range, range)),
            Exact::Huge => Err(self.error(Code::Range, range)),
            Exact::Fraction => Err(self.error(Code::Type, "an integer")),
        }
    }

    #[cold]
    fn infinite(&self) -> Error {
        self.error(Code::NumberRange, "a number in the range of a double")
    }

    #[cold]
    #[inline(never)]
    fn error(&self, code: Code, expected: &'static str) -> Error {
        let cut = self.text.get(..80).unwrap_or(self.text);
        Error::new(code, self.start, expected, format!("number {cut}"))
    }
}

/// Whether a number starts with a minus sign, and the rest.
#[inline]
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// The number that `text` writes. Nothing is rounded, and no power is computed that does not fit.
fn exact(text: &str) -> Exact {
    let (negative, text) = sign(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The value is 0.WHOLEFRACTION × 10^point: leading and trailing zeros say nothing more.
    let written = || whole.bytes().chain(fraction.bytes());
    let total = whole.len() + fraction.len();
    let Some(leading) = written().position(|byte| byte != b'0') else {
        return Exact::Integer(0);
    };
    let trailing = written().rev().take_while(|&byte| byte == b'0').count();
    let significant = total - leading - trailing;
    let point = power(exponent).saturating_add(signed(whole.len())).saturating_sub(signed(leading));
    if point < signed(significant) {
        return Exact::Fraction;
    }
    // So many digits has the integer.
    match usize::try_from(point) {
        Ok(length) if length <= LONGEST => {
            let padded = written().skip(leading).chain(std::iter::repeat(b'0')).take(length);
            let value = padded.fold(0, |value: i128, byte| value * 10 + i128::from(byte & 0xf));
            Exact::Integer(if negative { -value } else { value })
        }
        _ => Exact::Huge,
    }
}

/// A length as a signed number; texts are shorter than half of the address space.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The exponent that `text` writes, or the largest or smallest number if it is beyond 64 bits.
fn power(text: &str) -> i64 {
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    text.parse().unwrap_or(limit)
}
