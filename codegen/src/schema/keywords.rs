//! The table of keywords: what each one is for.
//!
//! A keyword that narrows values is one row here and one function of the same name in
//! `support/check.rs`; nothing else knows of it by name.

use super::dialect::Dialect::{self, Draft4, Draft6, Draft7, Draft201909, Draft202012};

/// The JSON types of JSON Schema 2020-12 (core §4.2.1), with `integer` as validation §6.1.1 adds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JsonType {
    /// `null`
    Null,
    /// `true` and `false`
    Boolean,
    /// Numbers without a fractional part, `1.0` included.
    Integer,
    /// Any number.
    Number,
    /// Strings.
    String,
    /// Arrays.
    Array,
    /// Objects.
    Object,
}

impl JsonType {
    /// Types that share no value and leave none out.
    pub const DISJOINT: [Self; 6] =
        [Self::Null, Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object];

    /// The name that `type` uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// The type that `type` calls by this name.
    pub fn from_name(name: &str) -> Option<Self> {
        use JsonType::{Array, Boolean, Integer, Null, Number, Object, String};
        [Null, Boolean, Integer, Number, String, Array, Object].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a keyword does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Names, links or explains schemas; says nothing about values.
    Core,
    /// Tells people about values; constrains nothing (core §7.7).
    Annotation,
    /// Has subschemas, names properties or lists values: it decides which shape a value has.
    Shape,
    /// Narrows the values of one JSON type; numbers include integers.
    Narrows(JsonType),
    /// Framelock's own, for what JSON Schema cannot say.
    Extension(ExtensionValue),
}

/// What the value of an `x-` keyword looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionValue {
    /// One string.
    Text,
    /// An array of retired spellings: a name, or an object with its `name` and the `unit` that it holds.
    Synonyms,
    /// A name in lower snake case, at the root of a file.
    Group,
    /// An object from strings to descriptions.
    Descriptions,
    /// The name and version of the protocol.
    Protocol,
    /// An array of close codes of RFC 6455, each with `code`, `name` and `description`.
    CloseCodes,
}

/// One keyword.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Its name in a schema.
    pub name: &'static str,
    /// What it does.
    pub role: Role,
    /// The first dialect that has it.
    pub since: Dialect,
    /// The last dialect that has it.
    pub until: Dialect,
    /// Whether the strict profile has it: a vocabulary for protocols of one's own.
    pub strict: bool,
}

/// A keyword of all dialects that the strict profile has.
const fn row(name: &'static str, role: Role) -> Keyword {
    Keyword { name, role, since: Dialect::Draft4, until: Dialect::Draft202012, strict: true }
}

impl Keyword {
    /// The same keyword, for the `any` profile alone.
    const fn any(self) -> Self {
        Self { strict: false, ..self }
    }

    const fn since(self, since: Dialect) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: Dialect) -> Self {
        Self { until, ..self }
    }
}

/// Every keyword of the dialects that are read, and Framelock's vocabulary.
pub static KEYWORDS: &[Keyword] = &[
    row("$schema", Role::Core),
    row("$ref", Role::Core),
    row("$defs", Role::Core).since(Draft201909),
    row("definitions", Role::Core).any(),
    row("$comment", Role::Core).since(Draft7),
    row("id", Role::Core).until(Draft4).any(),
    row("$id", Role::Core).since(Draft6).any(),
    row("$anchor", Role::Core).since(Draft201909).any(),
    row("$recursiveRef", Role::Core).since(Draft201909).until(Draft201909).any(),
    row("$recursiveAnchor", Role::Core).since(Draft201909).until(Draft201909).any(),
    row("$dynamicRef", Role::Core).since(Draft202012).any(),
    row("$dynamicAnchor", Role::Core).since(Draft202012).any(),
    row("$vocabulary", Role::Core).since(Draft201909).any(),
    row("title", Role::Annotation),
    row("description", Role::Annotation),
    row("examples", Role::Annotation).since(Draft6),
    row("deprecated", Role::Annotation).since(Draft201909),
    row("format", Role::Annotation),
    row("default", Role::Annotation).any(),
    row("readOnly", Role::Annotation).since(Draft7).any(),
    row("writeOnly", Role::Annotation).since(Draft7).any(),
    row("contentEncoding", Role::Annotation).since(Draft7).any(),
    row("contentMediaType", Role::Annotation).since(Draft7).any(),
    row("contentSchema", Role::Annotation).since(Draft201909).any(),
    row("type", Role::Shape),
    row("const", Role::Shape).since(Draft6),
    row("enum", Role::Shape),
    row("properties", Role::Shape),
    row("required", Role::Shape),
    row("additionalProperties", Role::Shape),
    row("patternProperties", Role::Shape).any(),
    row("propertyNames", Role::Shape).since(Draft6).any(),
    // Later dialects split it in two and still take it (2020-12 core, appendix on changes).
    row("dependencies", Role::Shape).any(),
    row("dependentRequired", Role::Shape).since(Draft201909).any(),
    row("dependentSchemas", Role::Shape).since(Draft201909).any(),
    row("unevaluatedProperties", Role::Shape).since(Draft201909).any(),
    row("items", Role::Shape),
    row("additionalItems", Role::Shape).until(Draft201909).any(),
    row("prefixItems", Role::Shape).since(Draft202012).any(),
    row("contains", Role::Shape).since(Draft6).any(),
    row("minContains", Role::Shape).since(Draft201909).any(),
    row("maxContains", Role::Shape).since(Draft201909).any(),
    row("unevaluatedItems", Role::Shape).since(Draft201909).any(),
    row("oneOf", Role::Shape),
    row("anyOf", Role::Shape),
    row("allOf", Role::Shape).any(),
    row("not", Role::Shape).any(),
    row("if", Role::Shape).since(Draft7).any(),
    row("then", Role::Shape).since(Draft7).any(),
    row("else", Role::Shape).since(Draft7).any(),
    row("minLength", Role::Narrows(JsonType::String)),
    row("maxLength", Role::Narrows(JsonType::String)),
    row("pattern", Role::Narrows(JsonType::String)),
    row("minimum", Role::Narrows(JsonType::Number)),
    row("maximum", Role::Narrows(JsonType::Number)),
    row("exclusiveMinimum", Role::Narrows(JsonType::Number)),
    row("exclusiveMaximum", Role::Narrows(JsonType::Number)),
    row("multipleOf", Role::Narrows(JsonType::Number)).any(),
    row("minItems", Role::Narrows(JsonType::Array)),
    row("maxItems", Role::Narrows(JsonType::Array)),
    row("uniqueItems", Role::Narrows(JsonType::Array)).any(),
    row("minProperties", Role::Narrows(JsonType::Object)).any(),
    row("maxProperties", Role::Narrows(JsonType::Object)).any(),
    row("x-protocol", Role::Extension(ExtensionValue::Protocol)),
    row("x-group", Role::Extension(ExtensionValue::Group)),
    row("x-unit", Role::Extension(ExtensionValue::Text)),
    row("x-known-values", Role::Extension(ExtensionValue::Descriptions)),
    row("x-value-descriptions", Role::Extension(ExtensionValue::Descriptions)),
    row("x-synonyms", Role::Extension(ExtensionValue::Synonyms)),
    row("x-refused", Role::Extension(ExtensionValue::Descriptions)),
    row("x-reserved", Role::Extension(ExtensionValue::Descriptions)),
    row("x-close-codes", Role::Extension(ExtensionValue::CloseCodes)),
];

/// The keyword with this name, in any dialect.
pub fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// The keyword that a dialect calls so.
pub fn of(dialect: Dialect, name: &str) -> Option<&'static Keyword> {
    find(name).filter(|keyword| (keyword.since..=keyword.until).contains(&dialect))
}

/// The keyword whose name is most like this one, for messages.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::diagnostic::nearest(name, KEYWORDS.iter().map(|keyword| keyword.name))
}
