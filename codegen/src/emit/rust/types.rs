//! The module `types`: what producers and consumers share, strings and numbers with a name or a check, and
//! enumerations.

use super::docs;
use super::source::Source;
use super::view::{Item, View, variant_name};
use crate::model::{Argument, Constraint, Enumeration, EnumerationValue, Shape, TypeDef, TypeId};
use crate::text::Text;
use crate::text::rust::{self, Part};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The whole module.
pub(super) fn module(view: &View<'_>, header: &str) -> String {
    let mut source = Source::new(header, "Types that producers and consumers share.");
    source.add(imports(view));
    // Sorted by name: a reader looks a type up, and a type used once more must not move it.
    let leaves = view.protocol.iter().filter(|(id, _)| view.item(*id) == Item::Leaf);
    let leaves: BTreeMap<String, _> = leaves.map(|(id, ty)| (view.name(id).to_string(), (id, ty))).collect();
    for (id, ty) in leaves.into_values() {
        source.add(leaf(view, id, ty));
    }
    source.text()
}

fn imports(view: &View<'_>) -> TokenStream {
    let cow =
        view.protocol.iter().any(|(id, ty)| view.item(id) == Item::Leaf && matches!(ty.shape, Shape::String));
    let cow = cow.then(|| {
        quote!(
            use std::borrow::Cow;
        )
    });
    let plan = view.protocol.types.iter().any(|ty| matches!(ty.shape, Shape::Checked(_)));
    let plan = plan.then(|| {
        quote!(
            use crate::checks::PLAN;
        )
    });
    let pattern = import_patterns(patterns(view));
    let support = view.protocol.iter().any(|(id, _)| view.item(id) == Item::Leaf);
    let support = support.then(|| {
        quote!(
            use crate::support;
        )
    });
    quote! {
        #plan
        #pattern
        #support
        #cow
    }
}

fn leaf(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    match &ty.shape {
        Shape::Enumeration(values) => enumeration(view, id, ty, values),
        Shape::String => text(view, id, ty),
        Shape::Integer { min, max } => integer(view, id, ty, *min, *max),
        Shape::Number => number(view, id, ty),
        Shape::Array(_) => list(view, id, ty),
        Shape::Constant(text) => {
            let value = EnumerationValue { text: text.clone(), label: text.clone(), description: None };
            enumeration(view, id, ty, &Enumeration { values: vec![value], open: false })
        }
        Shape::Checked(_) => checked(view, id, ty),
        _ => TokenStream::new(),
    }
}

/// ```text
/// pub enum Severity { Low, Medium }
/// ```
fn enumeration(view: &View<'_>, id: TypeId, ty: &TypeDef, values: &Enumeration) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let idents: Vec<Ident> =
        values.values.iter().map(|value| rust::type_ident(&variant_name(&value.label))).collect();
    let texts: Vec<Literal> = values.values.iter().map(|value| rust::string(&value.text)).collect();
    let variants = values.values.iter().zip(&idents).map(|(value, ident)| {
        let docs = match &value.description {
            Some(description) => rust::doc(description),
            None => rust::doc_sentence(&[Part::Words("`"), Part::Text(&value.text), Part::Words("`")]),
        };
        quote!(#docs #ident,)
    });
    quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name { #(#variants)* }

        support::enumeration!(#name { #(#idents = #texts,)* });
    }
}

/// ```text
/// pub struct RunId<'a>(Cow<'a, str>);
/// ```
fn text(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let Checks { constants, calls, doc } = checks(&name, &ty.constraints);
    quote! {
        #docs
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name<'a>(Cow<'a, str>);

        impl #name<'_> {
            #constants

            fn check(value: &str) -> Result<(), support::Violation> {
                #calls
            }
        }

        support::text!(#name);
    }
}

fn number(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let Checks { constants, calls, doc } = checks(&name, &ty.constraints);
    quote! {
        #docs
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct #name(support::Number);

        impl #name {
            #constants

            fn check(value: f64) -> Result<(), support::Violation> {
                #calls
            }
        }

        support::number!(#name);
    }
}

/// ```text
/// pub struct Tags<T>(Vec<T>);
/// ```
fn list(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let Checks { constants, calls, doc } = checks(&name, &ty.constraints);
    quote! {
        #docs
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name<T>(Vec<T>);

        impl<T> #name<T> {
            #constants

            fn check(value: usize) -> Result<(), support::Violation> {
                #calls
            }
        }

        support::list!(#name);
    }
}

/// ```text
/// pub struct Range<T>(T);
/// ```
fn checked(view: &View<'_>, id: TypeId, ty: &TypeDef) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let planned = ty.constraints.iter().find_map(|constraint| match constraint.argument {
        Argument::Plan(plan) => Some(view.checks.number(plan)),
        _ => None,
    });
    let said: Vec<String> = ty.constraints.iter().map(said).collect();
    let doc = format!(" Checked: {}.", said.join(", "));
    quote! {
        #docs
        #[doc = ""]
        #[doc = #doc]
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name<T>(T);

        support::checked_value!(#name, PLAN, #planned);
    }
}

fn integer(view: &View<'_>, id: TypeId, ty: &TypeDef, min: i128, max: i128) -> TokenStream {
    let name = view.name(id);
    let docs = docs::of_type(ty);
    let repr = Ident::new(if min < 0 { "i64" } else { "u64" }, Span::call_site());
    let (least, most) = range(min);
    // What the 64-bit type checks by itself is not checked again.
    let bounds = [("minimum", min, min > least), ("maximum", max, max < most)];
    let bounds = bounds.into_iter().filter(|(.., checked)| *checked);
    let (constants, calls): (Vec<_>, Vec<_>) = bounds
        .map(|(keyword, bound, _)| {
            let (name, bound) = (constant_ident(keyword, 0), Literal::i128_unsuffixed(bound));
            let function = rust::field_ident(&Text::new(keyword));
            let call = quote!(support::check::#function(value, Self::#name)?;);
            (constant(keyword, &name, &quote!(#repr), &bound), call)
        })
        .unzip();
    let doc = format!(" From {min} to {max}.");
    let value = if calls.is_empty() { quote!(_) } else { quote!(value) };
    quote! {
        #docs
        #[doc = ""]
        #[doc = #doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(#repr);

        impl #name {
            #(#constants)*

            fn check(#value: #repr) -> Result<(), support::Violation> {
                #(#calls)*
                Ok(())
            }
        }

        support::integer!(#name, #repr);
    }
}

/// The least and the greatest number of the 64-bit type that holds integers from `min` on.
pub(super) fn range(min: i128) -> (i128, i128) {
    if min < 0 { (i128::from(i64::MIN), i128::from(i64::MAX)) } else { (0, i128::from(u64::MAX)) }
}

/// What a type checks.
struct Checks {
    /// The arguments, which its schema refers to as well.
    constants: TokenStream,
    /// The body of its function `check`.
    calls: TokenStream,
    /// A sentence that says what it checks.
    doc: TokenStream,
}

/// What a type checks. Every keyword has its function in `support/check.rs`, under its own name in snake case.
fn checks(name: &Ident, constraints: &[Constraint]) -> Checks {
    if constraints.is_empty() {
        let calls = quote! { let _ = value; Ok(()) };
        return Checks { constants: TokenStream::new(), calls, doc: TokenStream::new() };
    }
    let is_pattern = |constraint: &Constraint| matches!(constraint.argument, Argument::Pattern(_));
    let several = constraints.iter().filter(|constraint| is_pattern(constraint)).count() > 1;
    let named = constants(constraints);
    let calls = named.iter().map(|(ident, constraint)| {
        let call = call(name, ident, constraint);
        if several && is_pattern(constraint) { quote!({ #call }) } else { call }
    });
    let constants = named.iter().map(|(ident, constraint)| {
        let (ty, value) = match &constraint.argument {
            Argument::Count(count) => (quote!(u64), Literal::u64_unsuffixed(*count)),
            Argument::Bound(bound) => (quote!(f64), Literal::f64_unsuffixed(*bound)),
            Argument::Pattern(pattern) => (quote!(&'static str), rust::string(pattern)),
            // Such a check is on a type of its own.
            Argument::Plan(_) => return TokenStream::new(),
        };
        constant(constraint.keyword, ident, &ty, &value)
    });
    let said: Vec<String> = constraints.iter().map(said).collect();
    let doc = format!(" Checked: {}.", said.join(", "));
    Checks {
        constants: constants.collect(),
        calls: quote! { #(#calls)* Ok(()) },
        doc: quote!(#[doc = ""] #[doc = #doc]),
    }
}

/// Constraints and what their arguments are called; of two with one keyword the second has a number.
pub(super) fn constants(constraints: &[Constraint]) -> Vec<(Ident, &Constraint)> {
    let named = constraints.iter().enumerate().map(|(index, constraint)| {
        let earlier = constraints.iter().take(index).filter(|earlier| earlier.keyword == constraint.keyword);
        (constant_ident(constraint.keyword, earlier.count()), constraint)
    });
    named.collect()
}

/// `minLength` as `MIN_LENGTH`.
pub(super) fn constant_ident(keyword: &str, earlier: usize) -> Ident {
    let name = rust::constant_ident(&Text::new(keyword), &[]);
    if earlier == 0 { name } else { format_ident!("{}_{}", name, earlier + 1) }
}

/// ```text
/// pub const MIN_LENGTH: u64 = 1;
/// ```
fn constant(keyword: &str, ident: &Ident, ty: &TokenStream, value: &Literal) -> TokenStream {
    let doc = format!(" `{keyword}` of the schema.");
    quote!(#[doc = #doc] pub const #ident: #ty = #value;)
}

fn call(name: &Ident, ident: &Ident, constraint: &Constraint) -> TokenStream {
    let function = rust::field_ident(&Text::new(constraint.keyword));
    match &constraint.argument {
        Argument::Count(_) | Argument::Bound(_) => quote!(support::check::#function(value, Self::#ident)?;),
        Argument::Pattern(pattern) => {
            let pattern = pattern_static(&rust::type_ident("PATTERN"), pattern, &quote!(#name::#ident));
            quote! {
                #pattern
                PATTERN.check(value)?;
            }
        }
        Argument::Plan(_) => TokenStream::new(),
    }
}

/// A constraint in words of ours; patterns are not repeated, they are long and hard to read.
fn said(constraint: &Constraint) -> String {
    match &constraint.argument {
        Argument::Count(count) => format!("`{}` {count}", constraint.keyword),
        Argument::Bound(bound) => format!("`{}` {bound}", constraint.keyword),
        Argument::Pattern(_) | Argument::Plan(_) => format!("`{}`", constraint.keyword),
    }
}

/// A pattern as a static, with the engine that it needs; `written` is its text.
pub(super) fn pattern_static(ident: &Ident, pattern: &Text, written: &TokenStream) -> TokenStream {
    let translated = rust::pattern(pattern);
    let ty = if let Some(rust::Engine::Backtracking) = rust::translate(pattern).map(|(engine, _)| engine) {
        quote!(crate::backtracking::Pattern)
    } else {
        quote!(Pattern)
    };
    quote!(static #ident: #ty = #ty::new(#written, #translated);)
}

/// The import of the engine that most patterns need; the other one is named in full.
pub(super) fn import_patterns<'t>(mut patterns: impl Iterator<Item = &'t Text>) -> TokenStream {
    let is_linear = |pattern: &Text| matches!(rust::translate(pattern), Some((rust::Engine::Linear, _)));
    if !patterns.any(is_linear) {
        return TokenStream::new();
    }
    quote!(
        use crate::pattern::Pattern;
    )
}

/// The regular expressions that types check.
pub(super) fn patterns<'p>(view: &View<'p>) -> impl Iterator<Item = &'p Text> {
    let constraints = view.protocol.types.iter().flat_map(|ty| &ty.constraints);
    constraints.filter_map(|constraint| match &constraint.argument {
        Argument::Pattern(pattern) => Some(pattern),
        _ => None,
    })
}
