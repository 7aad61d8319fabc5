//! The way back: whether generated types accept what the schema does that they were generated from.
//!
//! Each consumer type says by schemars what it accepts; a prover compares that with the schema of its name, both ways.

use framelock_codegen::compat::{self, Options, Side, Verdict, View};
use framelock_codegen::emit::rust::named_types;
use framelock_codegen::evolution::Version;
use framelock_codegen::model::{self, Field, Shape, TypeDef};
use framelock_codegen::schema::dialect::Dialect;
use framelock_codegen::schema::{SchemaId, Schemas};
use framelock_codegen::source::{Origin, Pointer};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// How the types of one side's consumers compare with the schema.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) types: usize,
    /// What was not proved.
    pub(crate) exceptions: Vec<Exception>,
}

/// A type that is not proved to accept what its schema does.
#[derive(Debug)]
pub(crate) struct Exception {
    pub(crate) name: String,
    /// Where its schema stands.
    place: String,
    /// Whether it is made of several schemas that apply to one value, of which that is only the first.
    pub(crate) is_merged: bool,
    /// Whether its type accepts what the schema does.
    complete: Verdict,
    /// Whether the schema accepts what its type does.
    sound: Verdict,
}

impl Exception {
    /// Whether a value shows that the type is another one than the schema.
    pub(crate) fn is_shown(&self) -> bool {
        self.complete.witness().or(self.sound.witness()).is_some()
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, place, is_merged, .. } = self;
        let name = if *is_merged { format!("{name}, made of several schemas,") } else { name.clone() };
        for (what, verdict) in [("the schema accepts", &self.complete), ("the type accepts", &self.sound)] {
            match verdict {
                Verdict::Proved => {}
                Verdict::Refuted { witness } => writeln!(out, "{name} ({place}): only {what} {witness}")?,
                Verdict::Unknown { reason } => writeln!(out, "{name} ({place}): all that {what}? {reason}")?,
            }
        }
        Ok(())
    }
}

impl Comparison {
    /// How many types are proved to accept exactly what their schema does, in percent.
    #[allow(clippy::cast_precision_loss, reason = "there are not that many types")]
    pub(crate) fn rate(&self) -> f64 {
        100.0 * (self.types - self.exceptions.len()) as f64 / self.types as f64
    }

    /// The numbers in a line, and the exceptions.
    pub(crate) fn print(&self, what: &str) {
        let proved = self.types - self.exceptions.len();
        println!("{what}: {proved} of {} types are proved both ways ({:.1} %)", self.types, self.rate());
        self.exceptions.iter().for_each(|exception| print!("{exception}"));
    }
}

/// Compares the definitions that the types of `sender`'s consumers make with the schema folder.
///
/// # Panics
/// A type makes no definition, or a definition belongs to no type.
pub(crate) fn compare(folder: &Path, sender: model::Side, definitions: &Map<String, Value>) -> Comparison {
    let version = Version::read_folder(folder).unwrap_or_else(|report| panic!("{report}"));
    let types = named_types(&version.protocol, sender);
    // What checks say stands beside the types.
    let is_check = |name: &&String| name.contains('.');
    let expected: BTreeSet<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
    let found: BTreeSet<&str> =
        definitions.keys().filter(|name| !is_check(name)).map(String::as_str).collect();
    assert_eq!(expected, found, "each type makes a definition");

    let made = json!({ "$defs": definitions }).to_string();
    let made = compat::read_text(&made, Dialect::Draft202012).unwrap_or_else(|report| panic!("{report}"));
    let mut comparison = Comparison { types: types.len(), exceptions: Vec::new() };
    for (name, ty) in types {
        let ty = version.protocol.ty(ty);
        let origin = &ty.origin;
        let source = find(&version.schemas, |there| there == origin).expect("types come from schemas");
        let pointer = Pointer::root().member("$defs").member(&name);
        let own = find(&made, |there| there.pointer == pointer).expect("definitions are schemas");
        let (source, own) = (side(&version.schemas, source), side(&made, own));
        let complete = compat::included(&source, &own, &Options::default());
        let sound = compat::included(&own, &source, &Options::default());
        if (&complete, &sound) != (&Verdict::Proved, &Verdict::Proved) {
            let file = version.sources.get(origin.file).map_or("", |source| &source.path);
            let place = format!("{file}{}", origin.pointer);
            comparison.exceptions.push(Exception { name, place, is_merged: is_merged(ty), complete, sound });
        }
    }
    comparison
}

fn side(schemas: &Schemas, root: SchemaId) -> Side<'_> {
    Side { schemas, root, beside: &[], instead: &[], view: View::Open, without: None, rewritings: &[] }
}

fn find(schemas: &Schemas, wanted: impl Fn(&Origin) -> bool) -> Option<SchemaId> {
    schemas.iter().find(|(_, schema)| wanted(&schema.origin)).map(|(id, _)| id)
}

/// Whether some property of an object stands elsewhere than in the schema of its type.
fn is_merged(ty: &TypeDef) -> bool {
    let Shape::Object(object) = &ty.shape else { return false };
    let within = |field: &Field| {
        let (inner, outer) = (field.origin.pointer.as_str(), ty.origin.pointer.as_str());
        field.origin.file == ty.origin.file && inner.starts_with(&format!("{outer}/"))
    };
    !object.fields.iter().all(within)
}
