//! The table of keywords: what each one is for.
//!
//! A keyword that narrows values is one row here and one function of the same name in
//! `support/check.rs`; nothing else knows of it by name.

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
    /// Decides which shape a value has.
    Shape,
    /// Narrows the values of one JSON type; numbers include integers.
    Narrows(JsonType),
    /// Framelock's own, for what JSON Schema cannot say.
    Extension(ExtensionValue),
    /// Part of the dialect, and not supported yet.
    Later,
}

/// What the value of an `x-` keyword looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionValue {
    /// One string.
    Text,
    /// An array of strings.
    Texts,
    /// An object from strings to descriptions.
    Descriptions,
    /// The name and version of the protocol.
    Protocol,
}

/// One keyword.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Its name in a schema.
    pub name: &'static str,
    /// What it does.
    pub role: Role,
}

const fn row(name: &'static str, role: Role) -> Keyword {
    Keyword { name, role }
}

/// Every keyword of JSON Schema 2020-12, and Framelock's vocabulary.
pub static KEYWORDS: &[Keyword] = &[
    row("$schema", Role::Core),
    row("$ref", Role::Core),
    row("$defs", Role::Core),
    row("$comment", Role::Core),
    row("title", Role::Annotation),
    row("description", Role::Annotation),
    row("examples", Role::Annotation),
    row("deprecated", Role::Annotation),
    row("format", Role::Annotation),
    row("type", Role::Shape),
    row("const", Role::Shape),
    row("enum", Role::Shape),
    row("properties", Role::Shape),
    row("required", Role::Shape),
    row("additionalProperties", Role::Shape),
    row("items", Role::Shape),
    row("oneOf", Role::Shape),
    row("anyOf", Role::Shape),
    row("minLength", Role::Narrows(JsonType::String)),
    row("maxLength", Role::Narrows(JsonType::String)),
    row("pattern", Role::Narrows(JsonType::String)),
    row("minimum", Role::Narrows(JsonType::Number)),
    row("maximum", Role::Narrows(JsonType::Number)),
    row("exclusiveMinimum", Role::Narrows(JsonType::Number)),
    row("exclusiveMaximum", Role::Narrows(JsonType::Number)),
    row("minItems", Role::Narrows(JsonType::Array)),
    row("maxItems", Role::Narrows(JsonType::Array)),
    row("x-protocol", Role::Extension(ExtensionValue::Protocol)),
    row("x-unit", Role::Extension(ExtensionValue::Text)),
    row("x-known-values", Role::Extension(ExtensionValue::Descriptions)),
    row("x-value-descriptions", Role::Extension(ExtensionValue::Descriptions)),
    row("x-synonyms", Role::Extension(ExtensionValue::Texts)),
    row("$id", Role::Later),
    row("$anchor", Role::Later),
    row("$dynamicRef", Role::Later),
    row("$dynamicAnchor", Role::Later),
    row("$vocabulary", Role::Later),
    row("default", Role::Later),
    row("readOnly", Role::Later),
    row("writeOnly", Role::Later),
    row("allOf", Role::Later),
    row("not", Role::Later),
    row("if", Role::Later),
    row("then", Role::Later),
    row("else", Role::Later),
    row("dependentSchemas", Role::Later),
    row("dependentRequired", Role::Later),
    row("prefixItems", Role::Later),
    row("contains", Role::Later),
    row("minContains", Role::Later),
    row("maxContains", Role::Later),
    row("uniqueItems", Role::Later),
    row("multipleOf", Role::Later),
    row("minProperties", Role::Later),
    row("maxProperties", Role::Later),
    row("patternProperties", Role::Later),
    row("propertyNames", Role::Later),
    row("unevaluatedItems", Role::Later),
    row("unevaluatedProperties", Role::Later),
    row("contentEncoding", Role::Later),
    row("contentMediaType", Role::Later),
    row("contentSchema", Role::Later),
];

/// The keyword with this name.
pub fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// The keyword whose name is most like this one, for messages.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::diagnostic::nearest(name, KEYWORDS.iter().map(|keyword| keyword.name))
}
