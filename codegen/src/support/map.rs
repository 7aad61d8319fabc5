//! Values by name, where any name may stand; and what has no values, or just one.

use super::{
    Close, Code, Decode, Detach, Encode, Error, Extras, Json, Keys, NotProducible, Object, Parser, Result,
    Writer,
};
use std::borrow::Cow;

/// Members of an object whose names the schema does not list, in the order in which they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Map<'a, T>(Vec<(Cow<'a, str>, T)>);

impl<'a, T> Map<'a, T> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the value of a name, and gives back the one that it had.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: T) -> Option<T> {
        let name = name.into();
        if let Some((_, old)) = self.0.iter_mut().find(|(key, _)| *key == name) {
            Some(std::mem::replace(old, value))
        } else {
            self.0.push((name, value));
            None
        }
    }

    /// Reads the value of a name that is not there yet: the parser refuses one that comes twice.
    pub(crate) fn member(&mut self, name: Cow<'a, str>, parser: &mut Parser<'a>) -> Result<()>
    where
        T: Decode<'a>,
    {
        self.0.push((name, parser.value()?));
        Ok(())
    }

    /// Whether one of these names is there: a property of the schema cannot stand among others.
    ///
    /// # Errors
    /// The name.
    pub fn without(self, listed: &[&str]) -> std::result::Result<Self, NotProducible> {
        match self.0.iter().find(|(name, _)| listed.contains(&name.as_ref())) {
            Some((name, _)) => Err(NotProducible::property(name)),
            None => Ok(self),
        }
    }
}

impl<T: Encode> Map<'_, T> {
    /// Writes them as further members of an object that has been begun.
    pub fn encode_members(&self, out: &mut Writer) {
        for (name, value) in &self.0 {
            out.member(name);
            value.encode(out);
        }
    }
}

/// Properties that were kept can be sent on.
impl<'a> From<Extras<'a>> for Map<'a, Json<'a>> {
    fn from(extras: Extras<'a>) -> Self {
        Self(extras.into_members())
    }
}

impl<T> Default for Map<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A map from its members; of two with one name the later counts.
impl<'a, K: Into<Cow<'a, str>>, T> FromIterator<(K, T)> for Map<'a, T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(members: I) -> Self {
        let mut map = Self::default();
        for (name, value) in members {
            map.insert(name, value);
        }
        map
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Map<'a, T> {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        let mut object = Object::<1>::start(parser, Keys::new(&[]))?;
        let mut map = Self::default();
        while object.next(parser)?.is_some() {
            let name = object.unlisted_name();
            map.member(name, parser)?;
        }
        Ok(map)
    }
}

impl<T: Encode> Encode for Map<'_, T> {
    fn encode(&self, out: &mut Writer) {
        out.raw("{");
        self.encode_members(out);
        out.raw("}");
    }
}

impl<T: Detach> Detach for Map<'_, T> {
    type Detached = Map<'static, T::Detached>;

    fn detach(self) -> Self::Detached {
        Map(self.0.into_iter().map(|(name, value)| (name.detach(), value.detach())).collect())
    }
}

impl<'a, T: Close> Close for Map<'a, T> {
    type Closed = Map<'a, T::Closed>;

    fn close(self) -> std::result::Result<Self::Closed, NotProducible> {
        let closed = self.0.into_iter().map(|(name, value)| Ok((name, value.close()?)));
        closed.collect::<std::result::Result<_, _>>().map(Map)
    }
}

/// A type of which there is no value: the schema accepts none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

impl<'a> Decode<'a> for Never {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.peek()?;
        Err(Error::new(Code::Type, parser.offset(), "nothing: the schema accepts no value here", "a value"))
    }
}

impl Encode for Never {
    fn encode(&self, _: &mut Writer) {
        match *self {}
    }
}

/// `null`
impl<'a> Decode<'a> for () {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        parser.null()
    }
}

impl Encode for () {
    fn encode(&self, out: &mut Writer) {
        out.null();
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Box<T> {
    fn decode(parser: &mut Parser<'a>) -> Result<Self> {
        T::decode(parser).map(Self::new)
    }
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, out: &mut Writer) {
        (**self).encode(out);
    }
}

impl<T: Detach> Detach for Box<T> {
    type Detached = Box<T::Detached>;

    fn detach(self) -> Self::Detached {
        Box::new((*self).detach())
    }
}

impl<T: Close> Close for Box<T> {
    type Closed = Box<T::Closed>;

    fn close(self) -> std::result::Result<Self::Closed, NotProducible> {
        (*self).close().map(Box::new)
    }
}

macro_rules! same {
    ($($type:ty),+) => {$(
        impl Detach for $type {
            type Detached = Self;

            fn detach(self) -> Self {
                self
            }
        }

        impl Close for $type {
            type Closed = Self;

            fn close(self) -> std::result::Result<Self, NotProducible> {
                Ok(self)
            }
        }
    )+};
}

same!((), Never);
