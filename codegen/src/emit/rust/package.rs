//! The package around the generated modules: its manifest, its root, and the support code.

use super::types::has_patterns;
use super::view::View;
use crate::emit::Context;
use crate::text::rust::{self, Part};
use quote::quote;

/// The support code: real source files of this library, compiled and tested with it, and copied as they are.
const SUPPORT: &[(&str, &str)] = &[
    ("bridge.rs", include_str!("../../support/bridge.rs")),
    ("check.rs", include_str!("../../support/check.rs")),
    ("close.rs", include_str!("../../support/close.rs")),
    ("scalar.rs", include_str!("../../support/scalar.rs")),
    ("error.rs", include_str!("../../support/error.rs")),
    ("frame.rs", include_str!("../../support/frame.rs")),
    ("hint.rs", include_str!("../../support/hint.rs")),
    ("json.rs", include_str!("../../support/json.rs")),
    ("keys.rs", include_str!("../../support/keys.rs")),
    ("mod.rs", include_str!("../../support/mod.rs")),
    ("number.rs", include_str!("../../support/number.rs")),
    ("object.rs", include_str!("../../support/object.rs")),
    ("parser.rs", include_str!("../../support/parser.rs")),
    ("pointer.rs", include_str!("../../support/pointer.rs")),
    ("scan.rs", include_str!("../../support/scan.rs")),
    ("skip.rs", include_str!("../../support/skip.rs")),
    ("value.rs", include_str!("../../support/value.rs")),
    ("writer.rs", include_str!("../../support/writer.rs")),
];

/// `Cargo.toml`, `src/lib.rs`, the support code, and the pattern engine where a pattern needs it.
pub(super) fn files(view: &View<'_>, context: &Context<'_>) -> Vec<(String, String)> {
    let header = context.header();
    let copied = |text: &str| format!("// {header}\n\n{text}");
    let mut files =
        vec![("Cargo.toml".to_owned(), cargo(view, context)), ("src/lib.rs".to_owned(), root(view, context))];
    files.extend(SUPPORT.iter().map(|(name, text)| (format!("src/support/{name}"), copied(text))));
    if has_patterns(view) {
        files.push(("src/pattern.rs".to_owned(), copied(include_str!("../../pattern.rs"))));
    }
    files
}

fn cargo(view: &View<'_>, context: &Context<'_>) -> String {
    let settings = &context.manifest.rust;
    let (package, version) = (settings.package.get_ref(), settings.version.get_ref());
    let regex = if has_patterns(view) { REGEX } else { "" };
    format!(
        r#"# {}

[package]
name = "{package}"
version = "{version}"
edition = "2024"
rust-version = "1.88"
description = "Producers and consumers of a protocol, generated from its JSON Schema"
publish = false

[features]
default = ["server", "client"]
# What a server needs: producers of its frames, consumers of the client's.
server = []
# What a client needs: producers of its frames, consumers of the server's.
client = []
# The examples of the schema as constructor code, for tests.
samples = ["server", "client"]

[dependencies]
{regex}serde = {{ version = "1", default-features = false, features = ["std"] }}
serde_json = "1"

[lib]
doctest = false
"#,
        context.header()
    )
}

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
    let pattern = if has_patterns(view) { "#[rustfmt::skip]\npub mod pattern;\n" } else { "" };
    format!(
        "// {}\n\n{docs}{ROOT}{pattern}{MODULES}\n/// The protocol's name.\npub const PROTOCOL_NAME: &str = {name};\n\n/// The protocol's version; it follows what breaks the wire.\npub const PROTOCOL_VERSION: &str = {version};\n\n/// SHA-256 over what the schema means on the wire, in hexadecimal: peers with the same digest understand each\n/// other.\n#[rustfmt::skip]\npub const SCHEMA_DIGEST: &str = \"{digest}\";\n",
        context.header()
    )
}

const ROOT: &str = "//!
//! [`from_server`] holds the frames that the server sends, [`from_client`] those that the client sends. In each,
//! `producer` has the types that are built and sent, `consumer` those that are received and read; the features
//! `server` and `client` select what a side needs. [`types`] is what they share.

#![forbid(unsafe_code)]
// Names come from the schema, and messages differ in size.
#![allow(clippy::large_enum_variant, clippy::module_name_repetitions, clippy::struct_excessive_bools)]
// Descriptions come from the schema.
#![allow(rustdoc::bare_urls, clippy::doc_markdown)]

";

const MODULES: &str = "#[rustfmt::skip]
pub mod support;
#[rustfmt::skip]
pub mod types;

/// Frames that the server sends.
pub mod from_server {
    #[cfg(feature = \"client\")]
    #[rustfmt::skip]
    pub mod consumer;
    #[cfg(feature = \"server\")]
    #[rustfmt::skip]
    pub mod producer;
    #[cfg(feature = \"samples\")]
    #[rustfmt::skip]
    pub mod samples;
}

/// Frames that the client sends.
pub mod from_client {
    #[cfg(feature = \"server\")]
    #[rustfmt::skip]
    pub mod consumer;
    #[cfg(feature = \"client\")]
    #[rustfmt::skip]
    pub mod producer;
    #[cfg(feature = \"samples\")]
    #[rustfmt::skip]
    pub mod samples;
}
";
