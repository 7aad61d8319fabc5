//! The package around the generated modules: its manifest, its root, and the support code.

use super::view::View;
use super::{adapters, checks, legacy, releases, samples_root, schema, types};
use crate::emit::Context;
use crate::manifest::PublishSettings;
use crate::model::Side;
use crate::text::rust::{self, Engine, Part};
use proc_macro2::Literal;
use quote::quote;

/// The support code: real source files of this library, compiled and tested with it, and copied as they are.
const SUPPORT: &[(&str, &str)] = &[
    ("bridge.rs", include_str!("../../support/bridge.rs")),
    ("check.rs", include_str!("../../support/check.rs")),
    ("close.rs", include_str!("../../support/close.rs")),
    ("scalar.rs", include_str!("../../support/scalar.rs")),
    ("error.rs", include_str!("../../support/error.rs")),
    ("frame.rs", include_str!("../../support/frame.rs")),
    ("handler.rs", include_str!("../../support/handler.rs")),
    ("integer.rs", include_str!("../../support/integer.rs")),
    ("hint.rs", include_str!("../../support/hint.rs")),
    ("json.rs", include_str!("../../support/json.rs")),
    ("keys.rs", include_str!("../../support/keys.rs")),
    ("legacy/convert.rs", include_str!("../../support/legacy/convert.rs")),
    ("legacy/fit.rs", include_str!("../../support/legacy/fit.rs")),
    ("legacy/frame.rs", include_str!("../../support/legacy/frame.rs")),
    ("legacy/gather.rs", include_str!("../../support/legacy/gather.rs")),
    ("legacy/mod.rs", include_str!("../../support/legacy/mod.rs")),
    ("legacy/time.rs", include_str!("../../support/legacy/time.rs")),
    ("legacy/value.rs", include_str!("../../support/legacy/value.rs")),
    ("map.rs", include_str!("../../support/map.rs")),
    ("mod.rs", include_str!("../../support/mod.rs")),
    ("number.rs", include_str!("../../support/number.rs")),
    ("object.rs", include_str!("../../support/object.rs")),
    ("parser.rs", include_str!("../../support/parser.rs")),
    ("pointer.rs", include_str!("../../support/pointer.rs")),
    ("receive.rs", include_str!("../../support/receive.rs")),
    ("scan.rs", include_str!("../../support/scan.rs")),
    ("schema.rs", include_str!("../../support/schema.rs")),
    ("skip.rs", include_str!("../../support/skip.rs")),
    ("value.rs", include_str!("../../support/value.rs")),
    ("writer.rs", include_str!("../../support/writer.rs")),
];

/// The interpreter of check plans, copied in the same way where the protocol has plans.
const PLAN: &[(&str, &str)] = &[
    ("assertion.rs", include_str!("../../plan/assertion.rs")),
    ("decimal.rs", include_str!("../../plan/decimal.rs")),
    ("evaluate.rs", include_str!("../../plan/evaluate.rs")),
    ("explain.rs", include_str!("../../plan/explain.rs")),
    ("mod.rs", include_str!("../../plan/mod.rs")),
    ("place.rs", include_str!("../../plan/place.rs")),
    ("read.rs", include_str!("../../plan/read.rs")),
    ("schema.rs", include_str!("../../plan/schema.rs")),
    ("stack.rs", include_str!("../../plan/stack.rs")),
    ("tree.rs", include_str!("../../plan/tree.rs")),
];

/// Whether some schema says what types cannot.
fn has_plans(view: &View<'_>) -> bool {
    !view.checks.is_empty()
}

/// Whether the package needs an engine for regular expressions.
fn needs(view: &View<'_>, engine: Engine) -> bool {
    let mut patterns = types::patterns(view).chain(checks::patterns(view));
    patterns.any(|pattern| rust::translate(pattern).is_some_and(|(needed, _)| needed == engine))
}

/// `Cargo.toml`, `src/lib.rs`, the support code, and where the protocol needs them the pattern engine and the
/// interpreter of plans.
pub(super) fn files(view: &View<'_>, context: &Context<'_>) -> Vec<(String, String)> {
    let header = context.header();
    let copied = |text: &str| format!("// {header}\n\n{text}");
    let mut files =
        vec![("Cargo.toml".to_owned(), cargo(view, context)), ("src/lib.rs".to_owned(), root(view, context))];
    files.extend(SUPPORT.iter().map(|(name, text)| (format!("src/support/{name}"), copied(text))));
    if needs(view, Engine::Linear) {
        files.push(("src/pattern.rs".to_owned(), copied(include_str!("../../pattern.rs"))));
    }
    if needs(view, Engine::Backtracking) {
        files.push(("src/backtracking.rs".to_owned(), copied(include_str!("../../backtracking.rs"))));
    }
    if has_plans(view) {
        files.extend(PLAN.iter().map(|(name, text)| (format!("src/plan/{name}"), copied(text))));
    }
    files
}

fn cargo(view: &View<'_>, context: &Context<'_>) -> String {
    let settings = &context.manifest.rust;
    let (package, version) = (settings.package.get_ref(), settings.version.get_ref());
    let regex = if needs(view, Engine::Linear) { REGEX } else { "" };
    let backtracking = if needs(view, Engine::Backtracking) { "fancy-regex = \"0.20\"\n" } else { "" };
    let schemars = if schema::is_there(view.protocol) { SCHEMARS } else { "" };
    let tracing = if view.protocol.legacy.is_empty() { "" } else { TRACING };
    format!(
        r#"# {}

[package]
name = "{package}"
version = "{version}"
edition = "2024"
rust-version = "1.88"
description = "Producers and consumers of a protocol, generated from its JSON Schema"
{}

[features]
{}
[dependencies]
{backtracking}{regex}{schemars}serde = {{ version = "1", default-features = false, features = ["std"] }}
serde_json = "1"
{tracing}
[lib]
doctest = false
"#,
        context.header(),
        publication(context.manifest.publish.as_ref()),
        features(view)
    )
}

/// What cargo wants to know before it publishes the package, or that it must not.
fn publication(settings: Option<&PublishSettings>) -> String {
    settings.map_or_else(
        || "publish = false".to_owned(),
        |PublishSettings { license, repository }| {
            format!("license = \"{}\"\nrepository = \"{}\"", license.get_ref(), repository.get_ref())
        },
    )
}

/// The features of a package: what each side needs, and of what either side sends, what reads and what writes it.
fn features(view: &View<'_>) -> String {
    let has = |sender: Side| view.protocol.direction(sender).is_some();
    let (either, sides) = (has(Side::Either), has(Side::Server) || has(Side::Client));
    let halves: &[&str] = if either { &["consumers", "producers"] } else { &[] };
    let samples =
        view.protocol.directions.iter().any(|direction| samples_root(view, direction.sender).is_some());
    let has_schema = schema::is_there(view.protocol);
    let rows: [(bool, &str, &str, &[&str]); 7] = [
        (sides, "What a server needs: producers of its frames, consumers of the client's.", "server", halves),
        (sides, "What a client needs: producers of its frames, consumers of the server's.", "client", halves),
        (either, "Types that are received and read.", "consumers", &[]),
        (either, "Types that are built and sent.", "producers", &[]),
        (
            samples,
            "The examples of the schema as constructor code, for tests.",
            "samples",
            &["server", "client"],
        ),
        (has_schema, "Types that are read have a JSON Schema.", "schemars", &["dep:schemars"]),
        (!view.protocol.legacy.is_empty(), "Receivers log legacy frames.", "tracing", &["dep:tracing"]),
    ];
    let rows = rows.into_iter().filter(|(is_there, ..)| *is_there);
    let rows: Vec<String> =
        rows.map(|(_, doc, name, needs)| format!("# {doc}\n{name} = [{}]", quoted(needs))).collect();
    let default = [if sides { &["server", "client"][..] } else { &[] }, halves].concat();
    format!("default = [{}]\n{}\n", quoted(&default), rows.join("\n"))
}

/// Names as they stand in an array of TOML.
fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

const SCHEMARS: &str = r#"schemars = { version = "1.2", default-features = false, features = ["std"], optional = true }
"#;

const TRACING: &str = r#"tracing = { version = "0.1", default-features = false, features = ["std"], optional = true }
"#;

const REGEX: &str = r#"regex = { version = "1", default-features = false, features = ["std", "unicode-case", "unicode-gencat", "unicode-perl", "unicode-script"] }
"#;

/// The root is written so that rustfmt leaves it alone; the modules below it are formatted by prettyplease
/// and skipped by rustfmt.
fn root(view: &View<'_>, context: &Context<'_>) -> String {
    let protocol = view.protocol;
    let doc = protocol.doc.description.as_ref().map(rust::doc).unwrap_or_default();
    let name = rust::string(&protocol.name);
    let version = rust::string(&protocol.version);
    let digest = &protocol.digest;
    let title = rust::doc_sentence(&[
        Part::Words("The protocol "),
        Part::Json(&protocol.name),
        Part::Words(", version "),
        Part::Text(&protocol.version),
        Part::Words(": types for those who send its frames and for those who receive them."),
    ]);
    let inner = quote!(#title #[doc = ""] #doc struct Docs;).to_string();
    let docs =
        syn::parse_str::<syn::File>(&inner).map(|file| prettyplease::unparse(&file)).unwrap_or_default();
    let docs: String = docs
        .lines()
        .filter_map(|line| line.strip_prefix("///"))
        .flat_map(|line| ["//!", line, "\n"])
        .collect();
    let module = |engine: Engine, name: &str| {
        if needs(view, engine) { format!("#[rustfmt::skip]\npub mod {name};\n") } else { String::new() }
    };
    let pattern = module(Engine::Backtracking, "backtracking") + &module(Engine::Linear, "pattern");
    let plan = if has_plans(view) { PLAN_MODULES } else { "" };
    let schema = if schema::is_there(protocol) { SCHEMA_MODULE } else { "" };
    let (negotiation, negotiate) =
        if protocol.own_names { (releases::MODULES, releases::EXPORTED) } else { ("", "") };
    let adapters = if context.adapters.is_empty() { "" } else { adapters::MODULES };
    let deprecated = if view.deprecates() { DEPRECATED } else { "" };
    let close_codes = close_codes(view);
    let modules: String =
        view.protocol.directions.iter().map(|direction| modules(view, direction.sender)).collect();
    format!(
        "// {}\n\n{docs}{ROOT}{deprecated}{adapters}{negotiation}{pattern}{plan}{schema}{MODULES}{negotiate}{modules}{close_codes}\n/// The protocol's name.\npub const PROTOCOL_NAME: &str = {name};\n\n/// The protocol's version; it follows what breaks the wire.\npub const PROTOCOL_VERSION: &str = {version};\n\n/// SHA-256 over what the schema means on the wire, in hexadecimal: peers with the same digest understand each\n/// other.\n#[rustfmt::skip]\npub const SCHEMA_DIGEST: &str = \"{digest}\";\n",
        context.header()
    )
}

/// The codes by which a connection is closed, as constants.
fn close_codes(view: &View<'_>) -> String {
    let codes = &view.protocol.close_codes;
    if codes.is_empty() {
        return String::new();
    }
    let constants = codes.iter().map(|close| {
        let (doc, name, code) = (
            rust::doc(&close.description),
            rust::constant_ident(&close.name, &[]),
            Literal::u16_unsuffixed(close.code),
        );
        quote!(#doc pub const #name: u16 = #code;)
    });
    let module = quote! {
        /// The codes by which a connection is closed (RFC 6455 §7.4).
        pub mod close_code { #(#constants)* }
    };
    let module =
        syn::parse2::<syn::File>(module).map(|file| prettyplease::unparse(&file)).unwrap_or_default();
    format!("\n#[rustfmt::skip]\n{module}")
}

const ROOT: &str = "//!
//! A module for each side holds what it sends. In each, `producer` has the types that are built and sent, `consumer`
//! those that are received and read; the features `server` and `client` select what a side needs. [`types`] is what
//! they share.

#![forbid(unsafe_code)]
// Names come from the schema, and messages differ in size.
#![allow(clippy::large_enum_variant, clippy::module_name_repetitions, clippy::struct_excessive_bools)]
// Descriptions come from the schema.
#![allow(rustdoc::bare_urls, clippy::doc_markdown)]

";

const DEPRECATED: &str = "// What is deprecated is read and written all the same.
#![allow(deprecated)]

";

const PLAN_MODULES: &str = "#[rustfmt::skip]
mod checks;
#[rustfmt::skip]
pub mod plan;
";

const SCHEMA_MODULE: &str = "#[cfg(feature = \"schemars\")]
#[rustfmt::skip]
mod schema;
";

const MODULES: &str = "#[rustfmt::skip]
pub mod support;
#[rustfmt::skip]
pub mod types;
";

/// The features that the producers and the consumers of one direction belong to.
pub(super) const fn gates(sender: Side) -> (&'static str, &'static str) {
    match sender {
        Side::Either => ("producers", "consumers"),
        Side::Server | Side::Client => (sender.name(), sender.peer().name()),
    }
}

/// The modules of one direction. What either side sends is there for both.
fn modules(view: &View<'_>, sender: Side) -> String {
    let own = sender.name();
    let (producer, consumer) = gates(sender);
    let doc = match sender {
        Side::Either => "What either side sends.".to_owned(),
        Side::Server | Side::Client => format!("Frames that the {own} sends."),
    };
    let gate = |feature: &str| format!("    #[cfg(feature = \"{feature}\")]\n");
    let module = |gate: &str, name: &str| format!("{gate}    #[rustfmt::skip]\n    pub mod {name};\n");
    let samples =
        samples_root(view, sender).map(|_| module("    #[cfg(feature = \"samples\")]\n", "samples"));
    let read_and_told = format!("    #[cfg(all(feature = \"{consumer}\", feature = \"schemars\"))]\n");
    let schema = schema::is_there(view.protocol).then(|| module(&read_and_told, "schema"));
    format!(
        "\n/// {doc}\npub mod from_{own} {{\n{}{}{}{}{}}}\n",
        module(&gate(consumer), "consumer"),
        legacy::of(view, sender).map(|_| module(&gate(consumer), "legacy")).unwrap_or_default(),
        module(&gate(producer), "producer"),
        samples.unwrap_or_default(),
        schema.unwrap_or_default()
    )
}
