//! Modules of many types: one file, and where the schema groups its files, one more for each group.

use super::source::Source;
use super::view::{Item, Role, View};
use crate::model::{Shape, Side, TypeId};
use crate::text::rust;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Modules that every file of types may import: no group is called so.
const TAKEN: [&str; 2] = ["support", "types"];

/// The module of a type's group. What is sent itself belongs to all groups, and so to none.
pub(super) fn module(view: &View<'_>, sender: Side, id: TypeId) -> Option<Ident> {
    let group = view.get(id).group.as_ref().filter(|_| !view.roots(sender).contains(&id))?;
    Some(rust::module_ident(group, &TAKEN))
}

/// A file for each group, and one with what belongs to none, which holds the others together.
pub(super) struct Files<'n> {
    /// What the module is called.
    pub(super) name: &'n str,
    pub(super) root: Source,
    pub(super) groups: BTreeMap<Ident, Source>,
}

impl Files<'_> {
    /// Paths below the direction's folder, and texts.
    pub(super) fn named(self, text: impl Fn(Source) -> String) -> Vec<(String, String)> {
        let Self { name, root, groups } = self;
        if groups.is_empty() {
            return vec![(format!("{name}.rs"), text(root))];
        }
        let file = |(group, source)| (format!("{name}/{group}.rs"), text(source));
        let mut files: Vec<(String, String)> = groups.into_iter().map(file).collect();
        files.push((format!("{name}/mod.rs"), text(root)));
        files
    }
}

/// The files of a module of types, in each of which types stand in the order of first use.
pub(super) fn of_types<'n>(
    view: &View<'_>,
    sender: Side,
    role: Role,
    (name, what, header): (&'n str, &str, &str),
    before: TokenStream,
    item: impl Fn(TypeId) -> TokenStream,
) -> Files<'n> {
    let own = view.types(sender).into_iter().filter(|id| view.item(*id) == Item::Own);
    let mut members: BTreeMap<Option<Ident>, Vec<TypeId>> = BTreeMap::new();
    for id in own {
        members.entry(module(view, sender, id)).or_default().push(id);
    }
    let mut root = Source::new(header, &super::purpose(sender, what));
    let idents: Vec<&Ident> = members.keys().flatten().collect();
    root.add(quote! {
        #(pub mod #idents;)*
        #(pub use #idents::*;)*
    });
    root.add(before);
    for id in members.remove(&None).unwrap_or_default() {
        root.add(item(id));
    }
    let groups = members.into_iter().filter_map(|(group, types)| {
        let group = group?;
        let mut source = Source::new(header, &purpose(view, sender, what, &types));
        let items: Vec<TokenStream> = types.iter().map(|id| item(*id)).collect();
        source.import(neighbours(view, role, &types, &items));
        for item in items {
            source.add(item);
        }
        Some((group, source))
    });
    let groups = groups.collect();
    Files { name, root, groups }
}

/// What a group is for: its messages, so that a list of groups says where each is.
fn purpose(view: &View<'_>, sender: Side, what: &str, types: &[TypeId]) -> String {
    let variants = match view.frames(sender).map(|root| &view.get(root).shape) {
        Some(Shape::Envelope(envelope)) => &envelope.variants[..],
        _ => &[],
    };
    let messages = variants.iter().map(|variant| variant.ty).filter(|ty| types.contains(ty));
    let links: Vec<String> = messages.map(|ty| format!("[`{}`]", view.name(ty))).collect();
    if links.is_empty() {
        return super::purpose(sender, what);
    }
    // A link never breaks.
    let mut rows = vec![String::new()];
    for word in format!("{}.", links.join(", ")).split(' ') {
        let Some(last) = rows.last_mut() else { break };
        if last.len() + word.len() > 95 {
            rows.push(word.to_owned());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    rows.join("\n//! ")
}

/// The import of the types that a file names and does not have.
fn neighbours(view: &View<'_>, role: Role, types: &[TypeId], items: &[TokenStream]) -> TokenStream {
    let mut near = HashSet::new();
    for id in types {
        add_near(view, role, *id, &mut near);
    }
    let mut mentioned = HashSet::new();
    for item in items {
        add_mentioned(item.clone(), &mut mentioned);
    }
    let others = near.iter().filter(|id| !types.contains(id)).map(|id| view.name(*id));
    let needed: BTreeSet<Ident> = others.filter(|name| mentioned.contains(&name.to_string())).collect();
    if needed.is_empty() {
        return TokenStream::new();
    }
    let needed = needed.iter();
    quote!(
        use super::{#(#needed),*};
    )
}

/// Adds the types that the code of a type may name.
fn add_near(view: &View<'_>, role: Role, id: TypeId, near: &mut HashSet<TypeId>) {
    for child in view.get(id).shape.children() {
        if view.item(child) != Item::Own {
            add_near(view, role, child, near);
            continue;
        }
        near.insert(child);
        // Producers convert what a variant's own union holds, too.
        if let (Role::Producer, Shape::Union(union)) = (role, &view.get(child).shape) {
            near.extend(union.variants.iter().map(|variant| variant.ty));
        }
    }
}

/// Adds the names at which paths begin.
fn add_mentioned(items: TokenStream, mentioned: &mut HashSet<String>) {
    let mut colons = 0;
    for token in items {
        match token {
            TokenTree::Ident(ident) => {
                if colons < 2 {
                    mentioned.insert(ident.to_string());
                }
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                add_mentioned(group.stream(), mentioned);
                colons = 0;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => colons = 0,
        }
    }
}
