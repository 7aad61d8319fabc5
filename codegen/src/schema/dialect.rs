//! The dialects of JSON Schema that are read, each by its own rules.

use serde_json::Value;

/// A dialect (JSON Schema core §4.3.3), in the order of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// Draft-04.
    Draft4,
    /// Draft-06.
    Draft6,
    /// Draft-07.
    Draft7,
    /// 2019-09.
    Draft201909,
    /// 2020-12.
    Draft202012,
}

impl Dialect {
    /// Every dialect, the oldest first.
    pub const ALL: [Self; 5] =
        [Self::Draft4, Self::Draft6, Self::Draft7, Self::Draft201909, Self::Draft202012];

    /// The URI of its metaschema, as `$schema` names it.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema",
            Self::Draft6 => "http://json-schema.org/draft-06/schema",
            Self::Draft7 => "http://json-schema.org/draft-07/schema",
            Self::Draft201909 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The name by which the manifest calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft4 => "draft-04",
            Self::Draft6 => "draft-06",
            Self::Draft7 => "draft-07",
            Self::Draft201909 => "2019-09",
            Self::Draft202012 => "2020-12",
        }
    }

    /// The dialect that `$schema` names; an empty fragment makes no difference.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let uri = uri.strip_suffix('#').unwrap_or(uri);
        Self::ALL.into_iter().find(|dialect| dialect.uri() == uri)
    }

    /// The dialect that the manifest calls so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// Whether a `$ref` makes the keywords beside it void (draft-07 core §8.3).
    pub fn reference_stands_alone(self) -> bool {
        self <= Self::Draft7
    }

    /// What the metaschema finds wrong with a schema: the pointer, and the value that it does not take.
    pub(super) fn violations(self, schema: &Value) -> Vec<(String, String)> {
        let validator = match self {
            Self::Draft4 => jsonschema::draft4::meta::validator(),
            Self::Draft6 => jsonschema::draft6::meta::validator(),
            Self::Draft7 => jsonschema::draft7::meta::validator(),
            Self::Draft201909 => jsonschema::draft201909::meta::validator(),
            Self::Draft202012 => jsonschema::draft202012::meta::validator(),
        };
        let violation = |error: jsonschema::ValidationError<'_>| {
            (error.instance_path().as_str().to_owned(), error.instance().to_string())
        };
        validator.iter_errors(schema).map(violation).collect()
    }

    /// The same dialect as the `referencing` crate calls it.
    pub(super) const fn draft(self) -> referencing::Draft {
        match self {
            Self::Draft4 => referencing::Draft::Draft4,
            Self::Draft6 => referencing::Draft::Draft6,
            Self::Draft7 => referencing::Draft::Draft7,
            Self::Draft201909 => referencing::Draft::Draft201909,
            Self::Draft202012 => referencing::Draft::Draft202012,
        }
    }
}
