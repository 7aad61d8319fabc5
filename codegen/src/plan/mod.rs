//! A schema's exact meaning as data, and its interpreter: for what the types of the generated code cannot say.
//!
//! A [`Plan`] lists schemas, each with the [`Check`]s that a value must pass; checks refer to other schemas by index.
//! What they mean is JSON Schema 2020-12 (core §10 and §11, validation §6); other dialects are translated to it
//! before they get here.
//!
//! - [`tree`]: a value to look at more than once; [`decimal`]: numbers without rounding;
//! - `assertion`: checks that look at one value; `evaluate`: those that apply schemas, with what was evaluated for
//!   `unevaluatedItems` and `unevaluatedProperties`;
//! - `explain`: the most helpful reason why a value was refused; `place`: where it is;
//! - `read`: checks at work in a reader or a producer;
//! - `stack`: room for values and schemas that nest deep;
//! - `schema`, with the feature `schemars`: checks as the JSON Schema that they stand for.
//!
//! No value takes exponential time, however its schemas branch: for each pair of a schema and a part of the value the
//! answer is found once.

mod assertion;
pub mod decimal;
mod evaluate;
mod explain;
mod place;
mod read;
#[cfg(feature = "schemars")]
pub mod schema;
mod stack;
pub mod tree;

pub use read::{Failure, checked, holds, select};
pub use tree::Tree;

/// Schemas that refer to each other.
#[derive(Debug)]
pub struct Plan {
    /// The schemas; others refer to them by their index here. An index that is none accepts nothing.
    pub schemas: &'static [Schema],
    /// Every `$dynamicAnchor`.
    pub anchors: &'static [Anchor],
}

/// What a schema asks of a value: that it passes all checks.
#[derive(Debug)]
pub struct Schema {
    /// The schema resource that it belongs to (core §4.3.5): dynamic references depend on the way through these.
    pub resource: u32,
    /// The checks; those for what is unevaluated come last.
    pub checks: &'static [Check],
}

/// A `$dynamicAnchor` (core §8.2.2).
#[derive(Debug)]
pub struct Anchor {
    /// The schema resource that declares it.
    pub resource: u32,
    /// The name.
    pub name: &'static str,
    /// The schema that has the name there.
    pub schema: usize,
}

/// A test of a string, such as a pattern's.
#[derive(Clone, Copy)]
pub struct Test(pub &'static (dyn Fn(&str) -> bool + Send + Sync));

impl Test {
    fn passes(self, text: &str) -> bool {
        (self.0)(text)
    }
}

impl std::fmt::Debug for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Test")
    }
}

/// One keyword with its argument, or a few that belong together.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// The schema `false`.
    Never,
    /// `type`
    Types(Types),
    /// `const`: a JSON text.
    Const(&'static str),
    /// `enum`: JSON texts.
    Enum(&'static [&'static str]),
    /// `minimum`: a number's text, as with the next four.
    Minimum(&'static str),
    /// `maximum`
    Maximum(&'static str),
    /// `exclusiveMinimum`
    ExclusiveMinimum(&'static str),
    /// `exclusiveMaximum`
    ExclusiveMaximum(&'static str),
    /// `multipleOf`
    MultipleOf(&'static str),
    /// `minLength`, in code points.
    MinLength(u64),
    /// `maxLength`, in code points.
    MaxLength(u64),
    /// `pattern`, and as it is written.
    Pattern(Test, &'static str),
    /// `format`, where it is an assertion, and its name.
    Format(Test, &'static str),
    /// `minItems`
    MinItems(u64),
    /// `maxItems`
    MaxItems(u64),
    /// `uniqueItems`
    UniqueItems,
    /// `prefixItems`: a schema each for the first items.
    PrefixItems(&'static [usize]),
    /// `items`: a schema for all items but the first.
    Items {
        /// How many items come before.
        from: usize,
        /// The schema of the others.
        schema: usize,
    },
    /// `contains`, with `minContains` and `maxContains`.
    Contains {
        /// The schema of what is contained.
        schema: usize,
        /// How many items it must accept: 1 if nothing is written.
        min: u64,
        /// How many it may accept.
        max: Option<u64>,
    },
    /// `minProperties`
    MinProperties(u64),
    /// `maxProperties`
    MaxProperties(u64),
    /// `required`
    Required(&'static [&'static str]),
    /// `dependentRequired`
    DependentRequired(&'static [(&'static str, &'static [&'static str])]),
    /// `properties`, `patternProperties` and `additionalProperties`.
    Properties {
        /// Schemas of properties with a certain name.
        named: &'static [(&'static str, usize)],
        /// Schemas of properties whose name passes a test.
        patterns: &'static [(Test, usize)],
        /// The schema of all others.
        additional: Option<usize>,
    },
    /// `propertyNames`
    PropertyNames(usize),
    /// `dependentSchemas`
    DependentSchemas(&'static [(&'static str, usize)]),
    /// `allOf`
    AllOf(&'static [usize]),
    /// `anyOf`
    AnyOf(&'static [usize]),
    /// `oneOf`
    OneOf(&'static [usize]),
    /// `not`
    Not(usize),
    /// `if`, `then` and `else`.
    If {
        /// The schema that decides.
        condition: usize,
        /// The schema of what the condition accepts.
        then: Option<usize>,
        /// The schema of what it does not accept.
        otherwise: Option<usize>,
    },
    /// `$ref`, and `$dynamicRef` where it means the same.
    Ref(usize),
    /// `$dynamicRef` to a `$dynamicAnchor` (core §8.2.3.2): the outermost resource on the way here that declares the
    /// anchor says which schema is meant.
    DynamicRef {
        /// The name of the anchor.
        anchor: &'static str,
        /// The schema that it names where the reference is written.
        fallback: usize,
    },
    /// `unevaluatedItems`
    UnevaluatedItems(usize),
    /// `unevaluatedProperties`
    UnevaluatedProperties(usize),
}

/// A set of types (validation §6.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// No type.
    pub const NONE: Self = Self(0);
    /// `null`
    pub const NULL: Self = Self(1);
    /// `boolean`
    pub const BOOLEAN: Self = Self(1 << 1);
    /// `integer`: a number without a fraction, `1.0` for one.
    pub const INTEGER: Self = Self(1 << 2);
    /// `integer` as draft 4 has it: `1.0` and `1e2` are none.
    pub const STRICT_INTEGER: Self = Self(1 << 3);
    /// `number`
    pub const NUMBER: Self = Self(1 << 4);
    /// `string`
    pub const STRING: Self = Self(1 << 5);
    /// `array`
    pub const ARRAY: Self = Self(1 << 6);
    /// `object`
    pub const OBJECT: Self = Self(1 << 7);

    /// The types of both sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets share a type.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
