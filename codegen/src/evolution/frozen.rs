//! What a release keeps of the past: the declarations of retired forms and names, and what consumers did with them.
//! Retired spellings stand in the bundle (`x-synonyms`).

use crate::diagnostic::{Code, Finding, Report};
use crate::load::Loader;
use crate::manifest::LegacyPolicy;
use crate::schema::Schemas;
use crate::source::{Origin, Pointer, Sources, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// `legacy.json` of a release.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Frozen {
    /// What is done with each form unless a receiver is told otherwise.
    pub(super) policies: BTreeMap<String, LegacyPolicy>,
    /// The files of the declarations, by their paths below the schema folder.
    files: Map<String, Value>,
}

impl Frozen {
    /// What is declared of the past; none if nothing is.
    pub(super) fn of(schemas: &Schemas, sources: &Sources) -> Option<Self> {
        let legacy = &schemas.legacy;
        let names = legacy.names.as_ref().map(|(_, document)| document);
        let documents = legacy.forms.iter().map(|form| &form.document).chain(names);
        let file = |document: &crate::json::Document| {
            Some((sources.get(document.file)?.path.clone(), document.root.to_value()))
        };
        let files: Map<String, Value> = documents.filter_map(file).collect();
        let policy = |name: &String| (name.clone(), schemas.policies.of_form(name));
        let policies = legacy.forms.iter().map(|form| policy(&form.declaration.name)).collect();
        (!files.is_empty()).then_some(Self { policies, files })
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        // What was read as JSON can be written as JSON.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Reads the file of a release, and takes the declarations in as if they stood in files again.
    ///
    /// # Errors
    /// The report of what is wrong with the file.
    pub(super) fn read(loader: &mut Loader, name: &str) -> Result<Self, Report> {
        let help = "restore it from version control";
        let report = |finding, loader: &Loader| Report::new(vec![finding], loader.sources());
        let file = match loader.read(name) {
            Ok(file) => file,
            Err(refusal) => {
                let at = loader.absent(name);
                return Err(report(refusal.at(&at), loader));
            }
        };
        let text = loader.sources().get(file).map(|source| source.text.clone()).unwrap_or_default();
        let frozen: Self = serde_json::from_str(&text).map_err(|error| {
            let at = Origin { file, span: Span::default(), pointer: Pointer::root() };
            report(Finding::new(Code::InvalidLegacyForm, &at, error.to_string(), help), loader)
        })?;
        for (path, content) in &frozen.files {
            loader.add_known(path, &format!("{content:#}"));
        }
        Ok(frozen)
    }
}
