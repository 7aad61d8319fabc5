//! The independent judge: the `jsonschema` crate.

use super::bare::{Bare, Part, encoded};
use super::group::Group;
use super::resource::Resource;
use framelock_codegen::schema::dialect::Dialect;
use jsonschema::{Draft, Registry, RegistryBuilder, Retrieve, Uri, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;

/// Where a bare schema stands among the documents that are known.
const FILE: &str = "urn:framelock:bare";

/// What a judge knows beside the schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Library {
    documents: HashMap<String, Value>,
}

/// A schema, compiled.
#[derive(Debug)]
pub(super) struct Judge(Result<Validator, String>);

impl Library {
    /// The documents that are JSON.
    pub(super) fn new(resources: &[Resource]) -> Self {
        let document =
            |resource: &Resource| Some((resource.uri.clone(), serde_json::from_str(&resource.text).ok()?));
        Self { documents: resources.iter().filter_map(document).collect() }
    }

    /// The judges of the groups of a unit.
    pub(super) fn judges(&self, unit: &[Group]) -> Vec<Judge> {
        match unit.first().and_then(|group| group.part.as_ref()) {
            Some(part) => self.judges_of_parts(&part.file, unit),
            None => unit.iter().map(|group| self.judge(&group.schema)).collect(),
        }
    }

    /// The judges of the parts of a bare schema, whose references mean places in the whole.
    fn judges_of_parts(&self, file: &Bare, unit: &[Group]) -> Vec<Judge> {
        let draft = draft(file.dialect);
        let registry = Registry::new().draft(draft).retriever(self.clone());
        let registry = registry.add(FILE, draft.create_resource_ref(&file.document));
        let registry = registry.and_then(RegistryBuilder::prepare).map_err(|error| error.to_string());
        let judge = |part: &Part| {
            let registry = registry.as_ref().map_err(Clone::clone)?;
            let options = jsonschema::options().with_draft(draft).should_validate_formats(false);
            let schema = json!({ "$ref": format!("{FILE}#{}", encoded(&part.pointer)) });
            options.with_registry(registry).build(&schema).map_err(|error| error.to_string())
        };
        unit.iter().filter_map(|group| group.part.as_ref()).map(|part| Judge(judge(part))).collect()
    }

    /// The judge of a schema.
    pub(super) fn judge(&self, schema: &str) -> Judge {
        let Ok(schema) = serde_json::from_str::<Value>(schema) else {
            return Judge(Err("the schema is not JSON".to_owned()));
        };
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(false)
            .with_retriever(self.clone());
        Judge(options.build(&schema).map_err(|error| error.to_string()))
    }
}

impl Retrieve for Library {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let found = self.documents.get(uri.as_str()).cloned();
        found.ok_or_else(|| format!("nothing is known of {uri}").into())
    }
}

fn draft(dialect: Dialect) -> Draft {
    match dialect {
        Dialect::Draft4 => Draft::Draft4,
        Dialect::Draft6 => Draft::Draft6,
        Dialect::Draft7 => Draft::Draft7,
        Dialect::Draft201909 => Draft::Draft201909,
        Dialect::Draft202012 => Draft::Draft202012,
    }
}

impl Judge {
    /// The same for an instance that is parsed already.
    pub(super) fn accepts_value(&self, instance: &Value) -> Option<bool> {
        self.0.as_ref().ok().map(|validator| validator.is_valid(instance))
    }

    /// Whether the schema accepts an instance, as far as the judge can say.
    pub(super) fn accepts(&self, instance: &str) -> Option<bool> {
        let validator = self.0.as_ref().ok()?;
        let instance: Value = serde_json::from_str(instance).ok()?;
        Some(validator.is_valid(&instance))
    }

    /// Why the schema has no validator.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.0.as_ref().err().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{Library, Resource};

    #[test]
    fn references_lead_into_the_library() {
        let resource = Resource {
            uri: "http://localhost:1234/a/integer.json".to_owned(),
            text: r#"{"type": "integer"}"#.to_owned(),
            file: std::path::PathBuf::new(),
        };
        let library = Library::new(&[resource]);
        let judge = library.judge(r#"{"$ref": "http://localhost:1234/a/integer.json"}"#);
        assert_eq!(
            (judge.accepts("1"), judge.accepts("\"x\""), judge.refusal()),
            (Some(true), Some(false), None)
        );
        let lost = library.judge(r#"{"$ref": "http://localhost:1234/b.json"}"#);
        assert_eq!(lost.accepts("1"), None);
        assert!(lost.refusal().is_some());
    }
}
