//! Enumerations, and the macros by which generated scalar types get their methods.

/// Strings to choose from.
pub trait Enumeration: Copy + 'static {
    /// Every value, in the order of the schema.
    const ALL: &'static [Self];
    /// Every value's string, in the same order.
    const TEXTS: &'static [&'static str];

    /// The value's string.
    fn as_str(self) -> &'static str;

    /// The value with this string.
    fn from_text(text: &str) -> Option<Self> {
        Self::ALL.get(place(Self::TEXTS, text)?).copied()
    }
}

/// Where `text` stands among `listed`.
fn place(listed: &[&str], text: &str) -> Option<usize> {
    listed.iter().position(|listed| *listed == text)
}

/// Gives an enumeration its strings.
#[allow(unused_macros)]
macro_rules! enumeration {
    ($name:ident { $($variant:ident = $text:literal,)+ }) => {
        impl $crate::support::Enumeration for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            const TEXTS: &'static [&'static str] = &[$($text,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::support::Enumeration::as_str(*self))
            }
        }

        impl<'a> $crate::support::Decode<'a> for $name {
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                $crate::support::enumeration(parser)
            }
        }

        impl $crate::support::Encode for $name {
            fn encode(&self, out: &mut $crate::support::Writer) {
                out.string($crate::support::Enumeration::as_str(*self));
            }
        }

        $crate::support::detach_copy!($name);
        $crate::support::shared!($name);
        $crate::support::serialize!($name);
        $crate::support::deserialize!($name);
    };
}

/// Gives a type that borrows nothing its (empty) `Detach`.
#[allow(unused_macros)]
macro_rules! detach_copy {
    ($name:ident) => {
        impl $crate::support::Detach for $name {
            type Detached = Self;

            fn detach(self) -> Self {
                self
            }
        }
    };
}

/// Gives a type that producers and consumers share its (empty) `Close`.
#[allow(unused_macros)]
macro_rules! shared {
    ($name:ident $(, $lifetime:lifetime)?) => {
        impl $(<$lifetime>)? $crate::support::Close for $name $(<$lifetime>)? {
            type Closed = Self;

            fn close(self) -> ::std::result::Result<Self, $crate::support::NotProducible> {
                Ok(self)
            }
        }
    };
}

/// Gives a string type its constructor, conversions and JSON.
#[allow(unused_macros)]
macro_rules! text {
    ($name:ident) => {
        impl<'a> $name<'a> {
            /// Takes a text if it passes the checks of the schema.
            ///
            /// # Errors
            /// The check that it does not pass.
            pub fn new(
                text: impl Into<::std::borrow::Cow<'a, str>>,
            ) -> ::std::result::Result<Self, $crate::support::Violation> {
                let text = text.into();
                Self::check(&text)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Copies what is borrowed from the frame's text.
            pub fn into_owned(self) -> $name<'static> {
                $crate::support::Detach::detach(self)
            }
        }

        impl<'a> TryFrom<&'a str> for $name<'a> {
            type Error = $crate::support::Violation;

            fn try_from(text: &'a str) -> ::std::result::Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl TryFrom<::std::string::String> for $name<'_> {
            type Error = $crate::support::Violation;

            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl $name<'_> {
            /// The same text without a copy, for as long as this one lives.
            pub fn borrowed(&self) -> $name<'_> {
                $name(::std::borrow::Cow::Borrowed(&self.0))
            }
        }

        impl ::std::ops::Deref for $name<'_> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name<'_> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'a> $crate::support::Decode<'a> for $name<'a> {
            #[inline]
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                $crate::support::checked(parser, $crate::support::Parser::string, |text| Self::check(text)).map(Self)
            }
        }

        impl $crate::support::Encode for $name<'_> {
            fn encode(&self, out: &mut $crate::support::Writer) {
                out.string(&self.0);
            }
        }

        impl $crate::support::Detach for $name<'_> {
            type Detached = $name<'static>;

            fn detach(self) -> Self::Detached {
                $name($crate::support::Detach::detach(self.0))
            }
        }

        $crate::support::shared!($name, 'a);
        $crate::support::serialize!($name, 'a);
        $crate::support::deserialize!($name, 'a);
    };
}

/// Gives an integer type its constructor, conversions and JSON.
#[allow(unused_macros)]
macro_rules! integer {
    ($name:ident, $repr:ident) => {
        impl $name {
            /// Takes an integer if it lies within the bounds of the schema.
            ///
            /// # Errors
            /// The bound that it does not keep.
            pub fn new(value: $repr) -> ::std::result::Result<Self, $crate::support::Violation> {
                Self::check(value)?;
                Ok(Self(value))
            }

            /// The integer.
            pub const fn get(self) -> $repr {
                self.0
            }
        }

        impl From<$name> for $repr {
            fn from(value: $name) -> $repr {
                value.0
            }
        }

        impl TryFrom<$repr> for $name {
            type Error = $crate::support::Violation;

            fn try_from(value: $repr) -> ::std::result::Result<Self, Self::Error> {
                Self::new(value)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl<'a> $crate::support::Decode<'a> for $name {
            #[inline]
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                $crate::support::checked(parser, $crate::support::Parser::$repr, |value| Self::check(*value))
                    .map(Self)
            }
        }

        impl $crate::support::Encode for $name {
            fn encode(&self, out: &mut $crate::support::Writer) {
                out.$repr(self.0);
            }
        }

        $crate::support::detach_copy!($name);
        $crate::support::shared!($name);
        $crate::support::serialize!($name);
        $crate::support::deserialize!($name);
    };
}

/// Gives a number type its constructor, conversions and JSON.
#[allow(unused_macros)]
macro_rules! number {
    ($name:ident) => {
        impl $name {
            /// Takes a finite number if it passes the checks of the schema.
            ///
            /// # Errors
            /// The check that it does not pass.
            pub fn new(value: f64) -> ::std::result::Result<Self, $crate::support::Violation> {
                let number = $crate::support::Number::finite(value)?;
                Self::check(value)?;
                Ok(Self(number))
            }

            /// The number.
            pub fn get(self) -> f64 {
                self.0.get()
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.get()
            }
        }

        impl TryFrom<f64> for $name {
            type Error = $crate::support::Violation;

            fn try_from(value: f64) -> ::std::result::Result<Self, Self::Error> {
                Self::new(value)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl<'a> $crate::support::Decode<'a> for $name {
            #[inline]
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                $crate::support::checked(parser, $crate::support::Number::decode, |value| {
                    Self::check(value.get())
                })
                .map(Self)
            }
        }

        impl $crate::support::Encode for $name {
            fn encode(&self, out: &mut $crate::support::Writer) {
                self.0.encode(out);
            }
        }

        $crate::support::detach_copy!($name);
        $crate::support::shared!($name);
        $crate::support::serialize!($name);
        $crate::support::deserialize!($name);
    };
}

/// Gives an array type its constructor, access to its items, and JSON.
#[allow(unused_macros)]
macro_rules! list {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Takes items if there are as many as the schema wants.
            ///
            /// # Errors
            /// The bound that their number does not keep.
            pub fn new(items: ::std::vec::Vec<T>) -> ::std::result::Result<Self, $crate::support::Violation> {
                Self::check(items.len())?;
                Ok(Self(items))
            }

            /// The items.
            pub fn items(&self) -> &[T] {
                &self.0
            }

            /// The items, for keeps.
            pub fn into_items(self) -> ::std::vec::Vec<T> {
                self.0
            }
        }

        impl<'a, T: $crate::support::Decode<'a>> $crate::support::Decode<'a> for $name<T> {
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                let items = $crate::support::Parser::value::<::std::vec::Vec<T>>;
                $crate::support::checked(parser, items, |items| Self::check(items.len())).map(Self)
            }
        }

        impl<T: $crate::support::Encode> $crate::support::Encode for $name<T> {
            fn encode(&self, out: &mut $crate::support::Writer) {
                self.0.encode(out);
            }
        }

        impl<T: $crate::support::Detach> $crate::support::Detach for $name<T> {
            type Detached = $name<T::Detached>;

            fn detach(self) -> Self::Detached {
                $name(self.0.detach())
            }
        }

        impl<T: $crate::support::Close> $crate::support::Close for $name<T> {
            type Closed = $name<T::Closed>;

            fn close(self) -> ::std::result::Result<Self::Closed, $crate::support::NotProducible> {
                self.0.close().map($name)
            }
        }
    };
}

/// Gives a type whose values are checked as a whole its constructor, access and JSON.
#[allow(unused_macros)]
macro_rules! checked_value {
    ($name:ident, $plan:path, $schema:literal) => {
        impl<T> $name<T> {
            /// The value.
            pub const fn get(&self) -> &T {
                &self.0
            }

            /// The value, for keeps.
            pub fn into_inner(self) -> T {
                self.0
            }
        }

        impl<T: $crate::support::Encode> $name<T> {
            /// Takes a value if it passes the checks of the schema.
            ///
            /// # Errors
            /// The check that it does not pass.
            pub fn new(value: T) -> ::std::result::Result<Self, $crate::support::Violation> {
                $crate::plan::holds(&value, &$plan, $schema)?;
                Ok(Self(value))
            }
        }

        impl<'a, T: $crate::support::Decode<'a>> $crate::support::Decode<'a> for $name<T> {
            fn decode(parser: &mut $crate::support::Parser<'a>) -> $crate::support::Result<Self> {
                parser.peek()?;
                let start = parser.offset();
                let value = T::decode(parser)?;
                $crate::plan::checked(parser, start, &$plan, $schema)?;
                Ok(Self(value))
            }
        }

        impl<T: $crate::support::Encode> $crate::support::Encode for $name<T> {
            fn encode(&self, out: &mut $crate::support::Writer) {
                self.0.encode(out);
            }
        }

        impl<T: $crate::support::Detach> $crate::support::Detach for $name<T> {
            type Detached = $name<T::Detached>;

            fn detach(self) -> Self::Detached {
                $name(self.0.detach())
            }
        }

        impl<T: $crate::support::Close> $crate::support::Close for $name<T> {
            type Closed = $name<T::Closed>;

            fn close(self) -> ::std::result::Result<Self::Closed, $crate::support::NotProducible> {
                self.0.close().map($name)
            }
        }
    };
}

/// Gives a type that can be encoded serde's `Serialize`.
#[allow(unused_macros)]
macro_rules! serialize {
    ($name:ident $(, $lifetime:lifetime)?) => {
        impl $(<$lifetime>)? ::serde::Serialize for $name $(<$lifetime>)? {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::support::serialize_json(&$crate::support::to_json(self), serializer)
            }
        }
    };
}

/// Gives a type that can be decoded serde's `Deserialize`: the strict decoder reads what serde brings.
#[allow(unused_macros)]
macro_rules! deserialize {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::support::decode_detached::<$name, _>(&$crate::support::transcribe(deserializer)?)
            }
        }
    };
    ($name:ident, $lifetime:lifetime) => {
        impl<'de> ::serde::Deserialize<'de> for $name<'static> {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::support::decode_detached::<$name<'_>, _>(&$crate::support::transcribe(deserializer)?)
            }
        }
    };
}

#[allow(unused_imports)]
pub(crate) use {
    checked_value, deserialize, detach_copy, enumeration, integer, list, number, serialize, shared, text,
};
