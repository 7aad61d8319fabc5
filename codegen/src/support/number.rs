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

/// Digits of numbers that certainly fit 64 bits, the minus sign included.
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
    pub fn number(&mut self) -> Result<f64> {
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
        let token = self.token()?;
        match token.short() {
            Some(short) => Ok(short),
            None => token.integer("an integer from -9223372036854775808 to 9223372036854775807"),
        }
    }

    /// Reads an integer of 64 bits that is not negative, exactly; like [`Parser::i64`].
    ///
    /// # Errors
    /// [`Code::Type`] for another value or a fraction, [`Code::Range`] below zero or beyond 64 bits, or what is wrong
    /// with the text.
    #[inline]
    pub fn u64(&mut self) -> Result<u64> {
        let token = self.token()?;
        match token.short().map(u64::try_from) {
            Some(Ok(short)) => Ok(short),
            _ => token.integer("an integer from 0 to 18446744073709551615"),
        }
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

impl Token<'_> {
    /// The value, if the text shows at once that it is an integer and fits.
    #[inline]
    fn short(&self) -> Option<i64> {
        if !self.plain || self.text.len() > SHORT {
            return None;
        }
        let (negative, digits) = sign(self.text);
        let value = digits.bytes().fold(0, |value: i64, byte| value * 10 + i64::from(byte & 0xf));
        Some(if negative { -value } else { value })
    }

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
