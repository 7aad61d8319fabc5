//! Thin implementations of serde's traits, for people who compose generated types with their own.

use super::json::{Json, JsonObject, Number};
use super::parser::{Kind, Parser};
use super::writer::Writer;
use super::{Decode, Detach, MAX_DEPTH};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, de};
use std::cell::Cell;
use std::fmt::{self, Formatter};

/// Feeds `text`, one checked JSON value, to any serializer. Integers arrive as `i64` or `u64` if they are written
/// without fraction and exponent and fit; every other number arrives as `f64`.
///
/// # Errors
/// Those of the serializer, and what is wrong with the text if it was not checked.
pub fn serialize_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Walk::new(text, 0, 0).serialize(serializer)
}

/// The value at `at`, below `depth` open containers.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// Where the value ends; a serializer may look at a value as often as it likes, or never.
    end: Cell<Option<usize>>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, at: usize, depth: u32) -> Self {
        Self { text, at, depth, end: Cell::new(None) }
    }

    /// The value that `parser` comes to next.
    fn next(text: &'a str, parser: &Parser<'a>) -> Self {
        Self::new(text, parser.offset(), parser.depth())
    }

    /// Takes `parser` to the end of the value.
    fn pass(&self, parser: &mut Parser<'a>) -> super::Result<()> {
        match self.end.get() {
            Some(end) => {
                parser.seek(end);
                Ok(())
            }
            None => parser.skip(),
        }
    }

    fn array<S: Serializer>(&self, parser: &mut Parser<'a>, serializer: S) -> Result<S::Ok, S::Error> {
        parser.array_start().map_err(S::Error::custom)?;
        let mut items = serializer.serialize_seq(None)?;
        let mut first = true;
        while parser.array_next(&mut first).map_err(S::Error::custom)? {
            let value = Walk::next(self.text, parser);
            items.serialize_element(&value)?;
            value.pass(parser).map_err(S::Error::custom)?;
        }
        items.end()
    }

    fn object<S: Serializer>(&self, parser: &mut Parser<'a>, serializer: S) -> Result<S::Ok, S::Error> {
        parser.object_start().map_err(S::Error::custom)?;
        let mut members = serializer.serialize_map(None)?;
        let mut first = true;
        while let Some(key) = parser.object_next(&mut first).map_err(S::Error::custom)? {
            let value = Walk::next(self.text, parser);
            members.serialize_entry(&key, &value)?;
            value.pass(parser).map_err(S::Error::custom)?;
        }
        members.end()
    }

    fn scalar<S: Serializer>(kind: Kind, parser: &mut Parser<'a>, serializer: S) -> Result<S::Ok, S::Error> {
        match kind {
            Kind::Boolean => serializer.serialize_bool(parser.boolean().map_err(S::Error::custom)?),
            Kind::String => serializer.serialize_str(&parser.string().map_err(S::Error::custom)?),
            Kind::Number => Self::number(parser, serializer),
            Kind::Null | Kind::Array | Kind::Object => {
                parser.null().map_err(S::Error::custom)?;
                serializer.serialize_unit()
            }
        }
    }

    fn number<S: Serializer>(parser: &mut Parser<'a>, serializer: S) -> Result<S::Ok, S::Error> {
        let start = parser.offset();
        let text = parser.number_text().map_err(S::Error::custom)?;
        // `-0` has no integer that keeps its sign.
        if text != "-0" {
            if let Ok(integer) = text.parse() {
                return serializer.serialize_i64(integer);
            }
            if let Ok(integer) = text.parse() {
                return serializer.serialize_u64(integer);
            }
        }
        parser.seek(start);
        serializer.serialize_f64(parser.number().map_err(S::Error::custom)?)
    }
}

impl Serialize for Walk<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parser = Parser::resume(self.text, self.at, self.depth);
        let done = match parser.peek().map_err(S::Error::custom)? {
            Kind::Array => self.array(&mut parser, serializer),
            Kind::Object => self.object(&mut parser, serializer),
            kind => Self::scalar(kind, &mut parser, serializer),
        }?;
        self.end.set(Some(parser.offset()));
        Ok(done)
    }
}

/// Writes whatever `deserializer` yields as JSON text, keys in order and twice if they come twice, so that the
/// strict decoder sees exactly what came.
///
/// # Errors
/// Those of the deserializer, and for what JSON cannot say: NaN, infinities, bytes, keys that are not strings, and
/// more levels than [`MAX_DEPTH`].
pub fn transcribe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let mut writer = Writer::new();
    Transcriber { writer: &mut writer, depth: 0 }.deserialize(deserializer)?;
    Ok(writer.into_string())
}

/// Reads what [`transcribe`] wrote, and keeps nothing of the text.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn decode_detached<'a, T: Decode<'a> + Detach, E: de::Error>(text: &'a str) -> Result<T::Detached, E> {
    match super::decode::<T>(text) {
        Ok(decoded) => Ok(decoded.value.detach()),
        Err(error) => Err(E::custom(error.located(text))),
    }
}

/// Writes one value, below `depth` containers.
struct Transcriber<'w> {
    writer: &'w mut Writer,
    depth: u32,
}

impl Transcriber<'_> {
    /// The same, one level deeper.
    fn deeper<E: de::Error>(&mut self) -> Result<Transcriber<'_>, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format_args!("more than {MAX_DEPTH} levels of nesting")));
        }
        Ok(Transcriber { writer: self.writer, depth: self.depth + 1 })
    }

    /// The same again, for one more value.
    fn again(&mut self) -> Transcriber<'_> {
        Transcriber { writer: self.writer, depth: self.depth }
    }
}

impl<'de> DeserializeSeed<'de> for Transcriber<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Transcriber<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON can write")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.writer.boolean(value);
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.writer.i64(value);
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.writer.u64(value);
        Ok(())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<(), E> {
        self.writer.raw(&value.to_string());
        Ok(())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<(), E> {
        self.writer.raw(&value.to_string());
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        let number = Number::try_from(value).map_err(E::custom)?;
        number.encode(self.writer);
        Ok(())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.writer.string(value);
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.writer.null();
        Ok(())
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut inner = self.deeper()?;
        inner.writer.raw("[");
        while items.next_element_seed(Item(inner.again()))?.is_some() {}
        inner.writer.raw("]");
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let mut inner = self.deeper()?;
        inner.writer.raw("{");
        while members.next_key_seed(Key(inner.writer))?.is_some() {
            members.next_value_seed(inner.again())?;
        }
        inner.writer.raw("}");
        Ok(())
    }
}

/// Writes an item, if there is one, after its comma.
struct Item<'w>(Transcriber<'w>);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.writer.element();
        self.0.deserialize(deserializer)
    }
}

/// Writes a key.
struct Key<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string as a key")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.0.member(value);
        Ok(())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_json(self.text(), serializer)
    }
}

impl<'de> Deserialize<'de> for Json<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = transcribe(deserializer)?;
        Json::parse(&text).map_err(D::Error::custom)?;
        Ok(Json::checked(text))
    }
}

impl Serialize for JsonObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonObject<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).and_then(|json| JsonObject::of(json).map_err(D::Error::custom))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.get())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = transcribe(deserializer)?;
        Number::decode(&mut Parser::new(&text)).map_err(D::Error::custom)
    }
}
