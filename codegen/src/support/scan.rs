//! Whitespace and strings: eight bytes at a time, in safe code.

use super::error::{Code, Error, Result};
use super::parser::Parser;
use std::borrow::Cow;

/// The offset of the first byte from `at` on that is not whitespace (RFC 8259 §2).
#[inline]
pub(super) fn whitespace(bytes: &[u8], at: usize) -> usize {
    // Frames on the wire have no whitespace, or single spaces.
    if bytes.get(at).is_none_or(|&byte| byte > b' ') {
        return at;
    }
    if bytes.get(at) == Some(&b' ') && bytes.get(at + 1).is_none_or(|&byte| byte > b' ') {
        return at + 1;
    }
    more_whitespace(bytes, at)
}

/// The same for more than one byte.
#[inline(never)]
fn more_whitespace(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    at + length.unwrap_or(rest.len())
}

/// The offset of the first byte from `at` on that a string cannot just contain: `"`, `\` or a control character
/// (RFC 8259 §7); the end of the text if there is none.
#[inline]
pub(super) fn special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let marks = marks(u64::from_le_bytes(*block));
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    last_special(bytes, at)
}

/// The same for the last few bytes of a text.
#[inline(never)]
fn last_special(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| matches!(byte, b'"' | b'\\' | ..0x20)).unwrap_or(rest.len())
}

/// The highest bit of each special byte in `block`. Behind the first special byte other bits may be set, too: a
/// subtraction that borrows reaches the next byte. Bytes beyond ASCII are never special: `!block` says so.
#[inline]
fn marks(block: u64) -> u64 {
    /// 0x0101…01: a factor that repeats a byte.
    const ONES: u64 = u64::MAX / 0xff;
    let control = block.wrapping_sub(ONES * 0x20);
    let quote = (block ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
    let backslash = (block ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
    (control | quote | backslash) & !block & (ONES * 0x80)
}

/// Where the closing quote of a string stands whose text begins at `at`; what its escapes mean is not looked at.
pub(super) fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = special(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            // A control character: no string ends here.
            _ => return None,
        }
    }
}

impl<'a> Parser<'a> {
    /// Reads a string: a slice of the text unless it holds escapes.
    ///
    /// # Errors
    /// [`Code::Type`] for another value, [`Code::Escape`] for an escape that means no character, or what is wrong
    /// with the text.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        self.whitespace();
        if self.byte() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        self.quoted()
    }

    /// Reads the string whose opening quote comes next.
    #[inline]
    pub(super) fn quoted(&mut self) -> Result<Cow<'a, str>> {
        let start = self.at + 1;
        let end = special(self.bytes(), start);
        if self.bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.slice(start, end)));
        }
        self.escaped(start, end).map(Cow::Owned)
    }

    /// Reads on at the first special byte, `at`, of a string whose text begins at `start`.
    #[inline(never)]
    fn escaped(&mut self, start: usize, mut at: usize) -> Result<String> {
        let mut out = String::with_capacity(at - start + 16);
        out.push_str(self.slice(start, at));
        while self.bytes().get(at) == Some(&b'\\') {
            let (character, next) = self.escape(at)?;
            out.push(character);
            at = special(self.bytes(), next);
            out.push_str(self.slice(next, at));
        }
        self.close(at)?;
        Ok(out)
    }

    /// Checks and passes the string whose opening quote comes next.
    #[inline]
    pub(super) fn skip_quoted(&mut self) -> Result<()> {
        let mut at = special(self.bytes(), self.at + 1);
        while self.bytes().get(at) == Some(&b'\\') {
            let (_, next) = self.escape(at)?;
            at = special(self.bytes(), next);
        }
        self.close(at)
    }

    /// Passes the closing quote, which must be at `at`.
    #[inline]
    fn close(&mut self, at: usize) -> Result<()> {
        match self.bytes().get(at) {
            Some(b'"') => {
                self.at = at + 1;
                Ok(())
            }
            Some(_) => Err(self.control(at)),
            None => Err(self.syntax(at, "the closing quote of a string")),
        }
    }

    /// The character that the escape at `at` means, and where the escape ends (RFC 8259 §7).
    fn escape(&self, at: usize) -> Result<(char, usize)> {
        let character = match self.bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_unit(at),
            _ => return Err(self.wrong_escape(at)),
        };
        Ok((character, at + 2))
    }

    /// The same for `\uXXXX`. A character beyond U+FFFF takes two of them; half of such a pair means nothing
    /// (RFC 8259 §8.2 leaves it open; what is refused here cannot change its meaning elsewhere).
    fn code_unit(&self, at: usize) -> Result<(char, usize)> {
        let first = self.hexadecimal(at)?;
        if let Some(character) = char::from_u32(first) {
            return Ok((character, at + 6));
        }
        let second = self.hexadecimal(at + 6).unwrap_or_default();
        let (0xd800..0xdc00, 0xdc00..0xe000) = (first, second) else {
            return Err(self.wrong_escape(at));
        };
        let code_point = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code_point).map(|character| (character, at + 12)).ok_or_else(|| self.wrong_escape(at))
    }

    /// The number in the `\uXXXX` at `at`.
    fn hexadecimal(&self, at: usize) -> Result<u32> {
        let Some(&[b'\\', b'u', a, b, c, d]) = self.bytes().get(at..).and_then(<[u8]>::first_chunk) else {
            return Err(self.wrong_escape(at));
        };
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(u32::MAX >> 4);
        // A wrong digit sets bits that no right one reaches.
        let number = [a, b, c, d].into_iter().fold(0, |number, byte| (number << 4) | digit(byte));
        if number <= 0xffff { Ok(number) } else { Err(self.wrong_escape(at)) }
    }

    #[cold]
    #[inline(never)]
    fn wrong_escape(&self, at: usize) -> Error {
        let rest = self.bytes().get(at..).unwrap_or_default();
        let found = rest.iter().take(6).map(|&byte| char::from(byte)).take_while(char::is_ascii_graphic);
        Error::new(
            Code::Escape,
            at,
            "an escape that means a character",
            format!("`{}`", found.collect::<String>()),
        )
    }

    #[cold]
    #[inline(never)]
    fn control(&self, at: usize) -> Error {
        let found = self.bytes().get(at).copied().unwrap_or_default();
        Error::new(Code::Syntax, at, "control characters written as escapes", format!("byte 0x{found:02x}"))
    }
}
