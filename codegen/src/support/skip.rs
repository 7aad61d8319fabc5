//! Passing values that nobody asked for, with all checks.

use super::error::{Code, Error, Result};
use super::keys::KeySet;
use super::parser::{Kind, Parser};

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
