//! Rust: a package with producer and consumer types for each direction.

mod adapters;
mod checks;
mod consumer;
mod convert;
mod docs;
mod encode;
mod groups;
mod legacy;
mod package;
mod producer;
mod receive;
mod releases;
mod roots;
mod samples;
mod schema;
mod source;
mod types;
mod view;

use super::{Context, Emitter};
use crate::diagnostic::{Code, Findings};
use crate::model::{Argument, ChoiceMember, Protocol, Shape, Side, TypeId, Variant};
use crate::schema::keywords::JsonType;
use crate::text::rust;
use proc_macro2::Ident;
pub use roots::{Root, roots};
pub use schema::named_types;
use std::collections::HashSet;
use view::View;

/// Emits the Rust package.
pub(super) struct Rust;

/// Where the package stands below the output folder.
const FOLDER: &str = "rust";

impl Emitter for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn check(&self, protocol: &Protocol, _: &Context<'_>, findings: &mut Findings) {
        View::new(protocol).check(findings);
        let constraints = protocol.types.iter().flat_map(|ty| &ty.constraints);
        let simple = constraints.filter_map(|constraint| match &constraint.argument {
            Argument::Pattern(pattern) => Some((pattern, &constraint.origin)),
            _ => None,
        });
        let planned = protocol.plan.entries.iter();
        let planned = planned.flat_map(|entry| entry.patterns().map(|pattern| (pattern, &entry.origin)));
        for (pattern, origin) in simple.chain(planned) {
            let engine = rust::translate(pattern).map(|(engine, _)| engine);
            if engine.is_none() || protocol.own_names && engine == Some(rust::Engine::Backtracking) {
                let message = format!("the pattern {} cannot be honoured", pattern.quoted());
                let help = "write an ECMA-262 regular expression without look-around, back references and large repetitions";
                findings.add(Code::InvalidPattern, origin, message, help);
            }
        }
    }

    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let view = View::new(protocol);
        let header = context.header();
        let mut files = package::files(&view, context);
        files.extend(releases::files(protocol, context));
        files.extend(adapters::files(context));
        files.push(("src/types.rs".to_owned(), types::module(&view, &header)));
        if !view.checks.is_empty() {
            files.push(("src/checks.rs".to_owned(), checks::module(&view, &header)));
        }
        let has_schema = schema::is_there(protocol);
        if has_schema {
            files.push(("src/schema.rs".to_owned(), schema::shared(&view, &header)));
        }
        for direction in &protocol.directions {
            let sender = direction.sender;
            let mut modules = producer::module(&view, &header, sender);
            modules.extend(consumer::module(&view, &header, sender));
            if let Some(text) = legacy::module(&view, &header, sender) {
                modules.push(("legacy.rs".to_owned(), text));
            }
            if let Some(root) = samples_root(&view, sender) {
                modules.extend(samples::module(&view, &header, sender, root));
            }
            if has_schema {
                modules.push(("schema.rs".to_owned(), schema::module(&view, &header, sender)));
            }
            let placed = |(path, text)| (format!("src/from_{}/{path}", sender.name()), text);
            files.extend(modules.into_iter().map(placed));
        }
        let placed = |(path, text)| (format!("{FOLDER}/{path}"), text);
        files.into_iter().map(placed).collect()
    }
}

/// The type of a side's frames, where samples are made of it: in a schema of one's own, whose examples are there to be
/// sent.
fn samples_root(view: &View<'_>, sender: Side) -> Option<TypeId> {
    view.frames(sender).filter(|_| view.protocol.own_names)
}

/// The purpose of a module of one side.
fn purpose(sender: Side, what: &str) -> String {
    match sender {
        Side::Either => format!("What either side sends, {what}."),
        Side::Server | Side::Client => format!("Frames that the {} sends, {what}.", sender.name()),
    }
}

/// The variant of a message.
fn variant_ident(variant: &Variant) -> Ident {
    rust::type_ident(&view::variant_name(&variant.name))
}

/// The variant of a choice.
fn member_ident(member: &ChoiceMember) -> Ident {
    rust::type_ident(&view::variant_name(&member.name))
}

/// The variant for values of one JSON type.
fn kind_ident(view: &View<'_>, kind: JsonType, member: TypeId) -> Ident {
    let is_integer = |id: TypeId| matches!(view.get(id).shape, Shape::Integer { .. } | Shape::BigInteger);
    let inner = match view.get(member).shape {
        Shape::Checked(inner) => inner,
        _ => member,
    };
    let name = match kind {
        JsonType::Null => "Null",
        JsonType::Boolean => "Boolean",
        JsonType::Integer | JsonType::Number if is_integer(inner) => "Integer",
        JsonType::Integer | JsonType::Number => "Number",
        JsonType::String => "String",
        JsonType::Array => "Array",
        JsonType::Object => "Object",
    };
    rust::type_ident(name)
}

/// Types that come once among `types`: a conversion from one of them is unambiguous.
fn unique(types: impl Iterator<Item = TypeId>) -> HashSet<TypeId> {
    let (mut once, mut again) = (HashSet::new(), HashSet::new());
    for ty in types {
        if !once.insert(ty) {
            again.insert(ty);
        }
    }
    once.retain(|ty| !again.contains(ty));
    once
}
