//! Passing values that nobody asked for, with all checks.

use super::error::{Code, Error, Result};
use super::keys::KeySet;
use super::parser::{Kind, Parser};
use super::{MAX_DEPTH, scan};

impl<'a> Parser<'a> {
    /// Checks and passes the next value, whatever it is: grammar, escapes, nesting, the range of numbers, and keys
    /// that an object has twice. What is ignored here could be read by somebody else: it is held to the same rules.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn skip(&mut self) -> Result<()> {
        match self.peek()? {
            Kind::String => self.skip_quoted(),
            Kind::Number => self.skip_number(),
            Kind::Boolean => self.boolean().map(drop),
            Kind::Null => self.word("null"),
            // Recursion is bounded: every level counts against the limit.
            Kind::Array => self.skip_array(),
            Kind::Object => self.skip_object(),
        }
    }

    /// Passes the next value to come back to it later, and finds where it ends by brackets and quotes alone: whoever
    /// reads it then checks it. What has no such end is checked at once, which says what is wrong with it.
    ///
    /// # Errors
    /// What is wrong with the text, as far as it was looked at.
    pub fn pass(&mut self) -> Result<()> {
        self.peek()?;
        match self.closing_bracket() {
            Some(end) => {
                self.at = end;
                Ok(())
            }
            None => self.skip(),
        }
    }

    /// Where the object or array that comes next ends. `None` for another value, and for one that nests too deep.
    fn closing_bracket(&self) -> Option<usize> {
        let bytes = self.bytes();
        let mut at = self.at;
        let mut open = 0;
        if !matches!(bytes.get(at)?, b'{' | b'[') {
            return None;
        }
        loop {
            match bytes.get(at)? {
                b'{' | b'[' if self.depth() + open == MAX_DEPTH => return None,
                b'{' | b'[' => open += 1,
                b'}' | b']' if open == 1 => return Some(at + 1),
                b'}' | b']' => open -= 1,
                b'"' => at = scan::closing_quote(bytes, at + 1)?,
                _ => {}
            }
            at += 1;
        }
    }

    /// The text of the next value, checked like [`Parser::skip`] does.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn raw(&mut self) -> Result<&'a str> {
        self.peek()?;
        let start = self.at;
        self.skip()?;
        Ok(self.slice(start, self.at))
    }

    fn skip_array(&mut self) -> Result<()> {
        self.enter()?;
        let mut first = true;
        while self.array_next(&mut first)? {
            self.skip()?;
        }
        Ok(())
    }

    fn skip_object(&mut self) -> Result<()> {
        self.enter()?;
        let mut first = true;
        let mut keys = KeySet::default();
        loop {
            if self.byte() == Some(b'}') {
                self.leave();
                return Ok(());
            }
            let new = match self.plain_key(first) {
                Some(key) => keys.insert_plain(key),
                None => match self.object_next(&mut first)? {
                    Some(key) => keys.insert(key),
                    None => return Ok(()),
                },
            };
            if !new {
                return Err(self.duplicate());
            }
            first = false;
            self.skip()?;
        }
    }

    /// [`Code::DuplicateKey`] at the last key.
    #[cold]
    #[inline(never)]
    pub(super) fn duplicate(&self) -> Error {
        let (start, end) = self.key_span();
        let found = format!("{} a second time", self.slice(start, end));
        Error::new(Code::DuplicateKey, start, "each property once", found)
    }
}
