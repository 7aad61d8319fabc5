//! Source files. Items are formatted one by one: a protocol of ten thousand messages is held as text, never as tokens.

use crate::text::rust;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// What generated modules import, if they name it.
const IMPORTED: [&str; 8] = ["Cow", "Decode", "Detach", "Encode", "Parser", "Writer", "support", "types"];

/// Those of them that are modules.
const MODULES: [&str; 2] = ["support", "types"];

/// A source file as it grows.
pub(super) struct Source {
    head: String,
    body: String,
    /// Which of the names in [`IMPORTED`] came up.
    used: BTreeSet<&'static str>,
    /// What it imports besides.
    imports: TokenStream,
    previous: Option<Kind>,
}

/// What kind of item stands before the next one.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Use,
    Module,
    Other,
}

impl Source {
    /// A file with nothing but its purpose.
    pub(super) fn new(header: &str, purpose: &str) -> Self {
        let head = format!("// {header}\n\n//! {purpose}\n");
        Self { head, body: String::new(), used: BTreeSet::new(), imports: TokenStream::new(), previous: None }
    }

    /// Adds an import to those of a module of types.
    pub(super) fn import(&mut self, import: TokenStream) {
        self.imports.extend(import);
    }

    /// Adds items, with blank lines between them.
    pub(super) fn add(&mut self, items: TokenStream) {
        note(items.clone(), &IMPORTED, &mut self.used);
        let body = std::mem::take(&mut self.body);
        self.body = self.formatted(body, items);
    }

    /// The whole text.
    pub(super) fn text(self) -> String {
        self.head + &self.body
    }

    /// The whole text of a module of types, with what it imports.
    pub(super) fn text_with_imports(mut self) -> String {
        let (neighbours, imports) = (std::mem::take(&mut self.imports), imports(&self.used));
        let imports = quote!(#neighbours #imports);
        self.previous = None;
        let head = std::mem::take(&mut self.head);
        self.formatted(head, imports) + &self.body
    }

    fn formatted(&mut self, mut text: String, items: TokenStream) -> String {
        // Templates are Rust, so they parse; were it otherwise, nothing that uses the items would compile.
        let items = syn::parse2::<syn::File>(items).map(|file| file.items).unwrap_or_default();
        for item in items {
            let kind = match item {
                syn::Item::Use(_) => Kind::Use,
                syn::Item::Mod(_) => Kind::Module,
                _ => Kind::Other,
            };
            let glued = match self.previous {
                Some(previous) => {
                    kind != Kind::Other && kind == previous
                        || matches!(&item, syn::Item::Macro(call) if call.ident.is_none())
                }
                None => false,
            };
            let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
            text.push_str(if glued { "" } else { "\n" });
            text.push_str(&spaced(&prettyplease::unparse(&file)));
            self.previous = Some(kind);
        }
        text
    }
}

/// Puts a blank line behind each method, which prettyplease packs tightly.
fn spaced(item: &str) -> String {
    item.replace("\n    }\n    ", "\n    }\n\n    ")
}

fn imports(used: &BTreeSet<&str>) -> TokenStream {
    let cow = used.contains("Cow").then(|| {
        quote!(
            use std::borrow::Cow;
        )
    });
    let types = used.contains("types").then(|| {
        quote!(
            use crate::types;
        )
    });
    let own = used.contains("support").then(|| quote!(self));
    let wanted = used.iter().filter(|name| **name != "Cow" && !MODULES.contains(*name));
    let wanted = wanted.map(|name| rust::type_ident(name)).map(|name| quote!(#name));
    let wanted: Vec<TokenStream> = wanted.collect();
    let support = match (own, wanted.as_slice()) {
        (None, []) => TokenStream::new(),
        (Some(_), []) => quote!(
            use crate::support;
        ),
        (own, wanted) => {
            let all = own.iter().chain(wanted);
            quote!(
                use crate::support::{#(#all),*};
            )
        }
    };
    quote! {
        #support
        #types
        #cow
    }
}

/// Whether a type or module is named.
pub(super) fn uses(items: &TokenStream, name: &'static str) -> bool {
    let mut used = BTreeSet::new();
    note(items.clone(), &[name], &mut used);
    used.contains(name)
}

/// Notes which of some types and modules are named: words in doc comments and literals do not count, nor do fields that happen
/// to be called like a module.
fn note(items: TokenStream, names: &[&'static str], used: &mut BTreeSet<&'static str>) {
    let mut tokens = items.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => {
                let Some(name) = names.iter().copied().find(|name| ident == name) else { continue };
                let path = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                if path || !MODULES.contains(&name) {
                    used.insert(name);
                }
            }
            TokenTree::Group(group) => note(group.stream(), names, used),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
