//! The JSON Schema of what consumers read (`schemars`), put together from their types.
//!
//! Nothing here is told what the type of a field is: generated code names the field, and the compiler knows its type.
//! What no type says (names, bounds, discriminators) comes from the generated code.

use super::{Enumeration, Integer, Json, JsonObject, Map, Maybe, Never, Number, Open};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// Keywords and what they say.
type Keywords = serde_json::Map<String, Value>;

/// Gives an implementation of `JsonSchema` its name.
#[allow(unused_macros)]
macro_rules! named {
    ($name:literal) => {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::std::borrow::Cow::Borrowed($name)
        }

        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", $name))
        }
    };
}

#[allow(unused_imports)]
pub(crate) use named;

/// An object, read into the struct `S`.
pub struct Object<'g, S> {
    generator: &'g mut SchemaGenerator,
    properties: Keywords,
    required: Vec<Value>,
    /// The other keywords.
    more: Keywords,
    messages: Vec<Value>,
    of: PhantomData<fn(&S)>,
}

impl<'g, S> Object<'g, S> {
    /// An object with any properties.
    pub fn of(generator: &'g mut SchemaGenerator) -> Self {
        let (properties, more) = (Keywords::new(), Keywords::new());
        Self { generator, properties, required: Vec::new(), more, messages: Vec::new(), of: PhantomData }
    }

    fn property<T: JsonSchema>(mut self, name: &str) -> Self {
        let schema = self.generator.subschema_for::<T>();
        self.properties.insert(name.to_owned(), schema.to_value());
        self
    }

    /// A property that must be there, and the field that holds it.
    #[must_use]
    pub fn required<T: JsonSchema>(mut self, name: &str, _: fn(&S) -> &T) -> Self {
        self.required.push(name.into());
        self.property::<T>(name)
    }

    /// A property that may be absent.
    #[must_use]
    pub fn optional<T: JsonSchema>(self, name: &str, _: fn(&S) -> &Option<T>) -> Self {
        self.property::<T>(name)
    }

    /// A property that may be absent or null.
    #[must_use]
    pub fn nullable<T: JsonSchema>(self, name: &str, _: fn(&S) -> &Maybe<T>) -> Self {
        self.property::<Option<T>>(name)
    }

    /// A property that must be this string.
    #[must_use]
    pub fn constant(mut self, name: &str, value: &str) -> Self {
        self.required.push(name.into());
        self.properties.insert(name.to_owned(), json!({ "const": value }));
        self
    }

    /// Properties that must not be there.
    #[must_use]
    pub fn refused(mut self, names: &[&str]) -> Self {
        self.properties.extend(names.iter().map(|name| ((*name).to_owned(), Value::Bool(false))));
        self
    }

    /// No other properties.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.more.insert("additionalProperties".to_owned(), Value::Bool(false));
        self
    }

    /// Other properties, and the field that holds them.
    #[must_use]
    pub fn additional<'a, T: JsonSchema + 'a>(mut self, _: fn(&S) -> &Map<'a, T>) -> Self {
        let schema = self.generator.subschema_for::<T>();
        self.more.insert("additionalProperties".to_owned(), schema.to_value());
        self
    }

    /// The discriminator and the payload that it selects; the messages follow.
    #[must_use]
    pub fn envelope(mut self, tag: &str, payload: &str) -> Self {
        self.required.extend([tag.into(), payload.into()]);
        self
    }

    /// A message: the names of discriminator and payload, its own, and the variant that holds it.
    #[must_use]
    pub fn message<T: JsonSchema, E>(mut self, [tag, payload, name]: [&str; 3], _: fn(T) -> E) -> Self {
        let schema = self.generator.subschema_for::<T>();
        self.messages.push(json!({ "properties": { tag: { "const": name }, payload: schema } }));
        self
    }

    /// The schema.
    pub fn build(self) -> Schema {
        let mut keywords = Keywords::new();
        keywords.insert("type".to_owned(), "object".into());
        keywords.insert("properties".to_owned(), self.properties.into());
        keywords.insert("required".to_owned(), self.required.into());
        keywords.extend(self.more);
        if !self.messages.is_empty() {
            // The discriminator sees to it that there is no more than one.
            keywords.insert("anyOf".to_owned(), self.messages.into());
        }
        keywords.into()
    }
}

/// An array, read into the struct `S`.
pub struct Tuple<'g, S> {
    generator: &'g mut SchemaGenerator,
    items: Vec<Value>,
    needed: usize,
    rest: Value,
    of: PhantomData<fn(&S)>,
}

impl<'g, S> Tuple<'g, S> {
    /// An array without items.
    pub fn of(generator: &'g mut SchemaGenerator) -> Self {
        Self { generator, items: Vec::new(), needed: 0, rest: Value::Bool(false), of: PhantomData }
    }

    /// The next item, which must be there.
    #[must_use]
    pub fn required<T: JsonSchema>(mut self, _: fn(&S) -> &T) -> Self {
        self.items.push(self.generator.subschema_for::<T>().to_value());
        self.needed = self.items.len();
        self
    }

    /// The next item, which may be absent.
    #[must_use]
    pub fn optional<T: JsonSchema>(mut self, _: fn(&S) -> &Option<T>) -> Self {
        self.items.push(self.generator.subschema_for::<T>().to_value());
        self
    }

    /// All other items.
    #[must_use]
    pub fn rest<T: JsonSchema>(mut self, _: fn(&S) -> &Vec<T>) -> Self {
        self.rest = self.generator.subschema_for::<T>().to_value();
        self
    }

    /// The schema.
    pub fn build(self) -> Schema {
        let Self { items, needed, rest, .. } = self;
        keywords(json!({ "type": "array", "prefixItems": items, "minItems": needed, "items": rest }))
    }
}

/// One of several, read into an enum.
pub struct Union<'g> {
    generator: &'g mut SchemaGenerator,
    keyword: &'static str,
    members: Vec<Value>,
}

impl<'g> Union<'g> {
    /// A value that exactly one variant takes.
    pub fn one_of(generator: &'g mut SchemaGenerator) -> Self {
        Self { generator, keyword: "oneOf", members: Vec::new() }
    }

    /// A value that some variant takes.
    pub fn any_of(generator: &'g mut SchemaGenerator) -> Self {
        Self { generator, keyword: "anyOf", members: Vec::new() }
    }

    /// An object in which the property `tag` has one of these values.
    #[must_use]
    pub fn tagged<T: JsonSchema, E>(mut self, tag: &str, values: &[&str], _: fn(T) -> E) -> Self {
        let schema = self.generator.subschema_for::<T>();
        let tagged = json!({ "properties": { tag: { "enum": values } }, "required": [tag] });
        self.members.push(both(schema.as_value(), &tagged));
        self
    }

    /// A value of one JSON type.
    #[must_use]
    pub fn typed<T: JsonSchema, E>(mut self, kind: &str, _: fn(T) -> E) -> Self {
        let schema = self.generator.subschema_for::<T>();
        self.members.push(both(schema.as_value(), &json!({ "type": kind })));
        self
    }

    /// A value of one of these JSON types.
    #[must_use]
    pub fn others(mut self, kinds: &[&str]) -> Self {
        self.members.push(json!({ "type": kinds }));
        self
    }

    /// A value that passes a check, which `accepts` refers to.
    #[must_use]
    pub fn checked<T: JsonSchema, E>(
        mut self,
        accepts: impl FnOnce(&mut SchemaGenerator) -> Schema,
        _: fn(T) -> E,
    ) -> Self {
        let (accepts, schema) = (accepts(self.generator), self.generator.subschema_for::<T>());
        self.members.push(both(accepts.as_value(), schema.as_value()));
        self
    }

    /// The schema.
    pub fn build(self) -> Schema {
        keywords(json!({ self.keyword: self.members }))
    }
}

/// What both schemas accept.
fn both(one: &Value, other: &Value) -> Value {
    json!({ "allOf": [one, other] })
}

/// The schema of these keywords.
fn keywords(keywords: Value) -> Schema {
    if let Value::Object(keywords) = keywords { keywords.into() } else { true.into() }
}

/// What `schema` accepts, as far as `check` does.
#[must_use]
pub fn checked(schema: &Schema, check: &Schema) -> Schema {
    keywords(both(schema.as_value(), check.as_value()))
}

/// The strings of an enumeration.
#[must_use]
pub fn enumeration<T: Enumeration>() -> Schema {
    keywords(json!({ "type": "string", "enum": T::TEXTS }))
}

/// A type around a value that it lends, and what it checks.
pub fn lending<S, T: JsonSchema + ?Sized>(
    generator: &mut SchemaGenerator,
    _: fn(&S) -> &T,
    checks: &[(&str, Value)],
) -> Schema {
    narrowed(generator.subschema_for::<T>(), checks)
}

/// A type around a value that it copies, and what it checks.
pub fn copying<S, T: JsonSchema>(
    generator: &mut SchemaGenerator,
    _: fn(S) -> T,
    checks: &[(&str, Value)],
) -> Schema {
    narrowed(generator.subschema_for::<T>(), checks)
}

fn narrowed(mut schema: Schema, checks: &[(&str, Value)]) -> Schema {
    for (keyword, value) in checks {
        // Of a keyword that comes twice, both hold.
        if schema.get(*keyword).is_some() {
            schema = keywords(both(schema.as_value(), &json!({ *keyword: value })));
        } else {
            schema.insert((*keyword).to_owned(), value.clone());
        }
    }
    schema
}

/// A type of ours that has no name in a schema.
macro_rules! plain {
    ($($type:ty, $name:literal, $schema:tt;)+) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schemars::json_schema!($schema)
            }
        }
    )+};
}

plain! {
    Json<'_>, "Json", true;
    JsonObject<'_>, "JsonObject", { "type": "object" };
    Number, "Number", { "type": "number" };
    Integer<'_>, "Integer", { "type": "integer" };
    Never, "Never", false;
}

impl<T: JsonSchema> JsonSchema for Map<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Map<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        keywords(json!({ "type": "object", "additionalProperties": values }))
    }
}

/// An open enumeration is called like its known values.
impl<T: Enumeration + JsonSchema> JsonSchema for Open<'_, T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Open<{}>", T::schema_id()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        keywords(json!({ "type": "string", "examples": T::TEXTS }))
    }
}
