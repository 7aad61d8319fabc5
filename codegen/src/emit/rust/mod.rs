//! Rust: a package with producer and consumer types for each direction.

mod consumer;
mod convert;
mod docs;
mod encode;
mod package;
mod producer;
mod receive;
mod samples;
mod types;
mod view;

use super::{Context, Emitter};
use crate::diagnostic::{Code, Findings};
use crate::model::{Argument, Protocol, Side, TypeId, Variant};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
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

    fn check(&self, protocol: &Protocol, findings: &mut Findings) {
        View::new(protocol).check(findings);
        for constraint in protocol.types.iter().flat_map(|ty| &ty.constraints) {
            let Argument::Pattern(pattern) = &constraint.argument else { continue };
            if rust::translate(pattern).is_none() {
                let message = format!("the pattern {} cannot be honoured", pattern.quoted());
                let help = "write an ECMA-262 regular expression without look-around, back references and large repetitions";
                findings.add(Code::InvalidPattern, &constraint.origin, message, help);
            }
        }
    }

    fn emit(&self, protocol: &Protocol, context: &Context<'_>) -> Vec<(String, String)> {
        let view = View::new(protocol);
        let header = context.header();
        let mut files = package::files(&view, context);
        let mut module = |path: String, purpose: &str, tokens: &TokenStream| {
            files.push((path, source(&header, purpose, tokens)));
        };
        module("src/types.rs".to_owned(), "Types that producers and consumers share.", &types::module(&view));
        for sender in [Side::Server, Side::Client] {
            let name = sender.name();
            let path = |file: &str| format!("src/from_{name}/{file}.rs");
            let purpose = |what: &str| format!("Frames that the {name} sends, {what}.");
            module(
                path("producer"),
                &purpose("as it builds and sends them"),
                &producer::module(&view, sender),
            );
            module(
                path("consumer"),
                &purpose("as its peer receives and reads them"),
                &consumer::module(&view, sender),
            );
            module(
                path("samples"),
                &purpose("one constructor for each example of the schema"),
                &samples::module(&view, sender),
            );
        }
        let placed = |(path, text)| (format!("{FOLDER}/{path}"), text);
        files.into_iter().map(placed).collect()
    }
}

/// A source file: header, purpose, and the items with blank lines between them.
fn source(header: &str, purpose: &str, tokens: &TokenStream) -> String {
    let mut text = format!("// {header}\n\n//! {purpose}\n");
    // Templates are Rust, so there always are items; were there none, nothing that uses them would compile.
    let items = syn::parse2::<syn::File>(tokens.clone()).map(|file| file.items).unwrap_or_default();
    let mut previous = None;
    for item in items {
        let glued = matches!(
            (&previous, &item),
            (Some(syn::Item::Use(_)), syn::Item::Use(_)) | (Some(_), syn::Item::Macro(_))
        );
        let file =
            syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item.clone()] };
        text.push_str(if glued { "" } else { "\n" });
        text.push_str(&spaced(&prettyplease::unparse(&file)));
        previous = Some(item);
    }
    text
}

/// Puts a blank line behind each method, which prettyplease packs tightly.
fn spaced(item: &str) -> String {
    item.replace("\n    }\n    ", "\n    }\n\n    ")
}

/// What a module of types uses.
fn imports(items: &TokenStream) -> TokenStream {
    let uses = |name: &str| uses(items, name);
    let cow = uses("Cow").then(|| {
        quote!(
            use std::borrow::Cow;
        )
    });
    let types = uses("types").then(|| {
        quote!(
            use crate::types;
        )
    });
    let wanted = ["Decode", "Detach", "Encode", "Parser", "Writer"].into_iter().filter(|name| uses(name));
    let wanted = wanted.map(rust::type_ident);
    quote! {
        use crate::support::{self, #(#wanted),*};
        #types
        #cow
    }
}

/// Whether a type or module is named: words in doc comments and literals do not count, nor do fields that
/// happen to be called like a module.
fn uses(tokens: &TokenStream, name: &str) -> bool {
    let is_module = name.starts_with(|first: char| first.is_lowercase());
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Ident(ident) if ident == name => {
                let path = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                path || !is_module
            }
            TokenTree::Group(group) => uses(&group.stream(), name),
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// The variant of a message.
fn variant_ident(variant: &Variant) -> Ident {
    rust::type_ident(&view::variant_name(&variant.value))
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
