//! Programs that use every message and every field of the generated crate, as those do who send and who receive.
//!
//! They are made once, of the crate as the protocol stands, and stay as they are while the protocol changes: what the
//! crate offers is read from its source ([`syn`]), so that they know no more of the generator than its users do.

use framelock_codegen::output::Output;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Fields, FnArg, Ident, ImplItem, Item, Pat, Type, Visibility};

/// The source of a program, by path below its folder.
pub(super) type Files = BTreeMap<String, String>;

/// Both programs.
#[derive(Debug)]
pub(super) struct Witnesses {
    /// Builds everything that can be sent.
    pub producer: Files,
    /// Reads everything that can be received.
    pub consumer: Files,
}

/// How the program that reads deals with what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attention {
    /// It decides about every variant and reads every field.
    Full,
    /// It ignores everything.
    None,
}

/// Makes the programs for the crate `package`, whose files stand below `rust/src` of the outputs.
///
/// # Errors
/// A file is no Rust.
pub(super) fn witnesses(outputs: &[Output], package: &str, attention: Attention) -> syn::Result<Witnesses> {
    let krate = format_ident!("{}", package.replace('-', "_"));
    let mut modules: BTreeMap<(String, bool), Vec<Item>> = BTreeMap::new();
    for output in outputs {
        let Some(path) = output.path.strip_prefix("rust/src/") else { continue };
        if path == "lib.rs" {
            modules.extend(inline(syn::parse_file(&output.text)?.items));
        } else if let Some(module) = module(path) {
            modules.entry(module).or_default().extend(syn::parse_file(&output.text)?.items);
        }
    }
    let mut witnesses = Witnesses { producer: Files::new(), consumer: Files::new() };
    for ((module, consumes), items) in &modules {
        let scope: syn::Path = syn::parse_str(&format!("{krate}::{module}"))?;
        let name = module.replace("::", "_");
        let write = |files: &mut Files, uses: Vec<TokenStream>| -> syn::Result<()> {
            let uses = uses.into_iter().map(|tokens| in_crate(tokens, &krate));
            let file = quote! {
                #![allow(unused_imports)]
                use #krate::{support, types};
                use #scope::*;
                use std::borrow::Cow;
                #(#uses)*
            };
            files.insert(format!("src/{name}.rs"), prettyplease::unparse(&syn::parse2(file)?));
            Ok(())
        };
        let shared = module == "types" || module == CLOSE_CODES;
        if shared || !consumes {
            write(&mut witnesses.producer, production(items))?;
        }
        if shared || *consumes {
            write(&mut witnesses.consumer, consumption(items, attention))?;
        }
    }
    for files in [&mut witnesses.producer, &mut witnesses.consumer] {
        let names: BTreeSet<String> = files
            .keys()
            .filter_map(|path| Some(path.strip_prefix("src/")?.strip_suffix(".rs")?.to_owned()))
            .collect();
        let modules: Vec<String> = names.iter().map(|name| format!("pub mod {name};\n")).collect();
        files.insert("src/lib.rs".to_owned(), modules.concat());
    }
    Ok(witnesses)
}

/// The module that users import what a file holds from, and whether it is for those who receive.
fn module(path: &str) -> Option<(String, bool)> {
    if path == "types.rs" {
        return Some(("types".to_owned(), false));
    }
    let (side, rest) = path.split_once('/')?;
    let role = rest.split(['/', '.']).next()?;
    let is_one = side.starts_with("from_") && matches!(role, "producer" | "consumer");
    is_one.then(|| (format!("{side}::{role}"), role == "consumer"))
}

/// Modules that stand in the root of the crate: constants that both sides use.
fn inline(items: Vec<Item>) -> impl Iterator<Item = ((String, bool), Vec<Item>)> {
    items.into_iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == CLOSE_CODES => {
            module.content.map(|(_, items)| ((CLOSE_CODES.to_owned(), false), items))
        }
        _ => None,
    })
}

/// The module of the codes by which connections are closed.
const CLOSE_CODES: &str = "close_code";

/// A constant that is used by its name.
fn constant(one: &syn::ItemConst) -> TokenStream {
    let (own, ty) = (&one.ident, &one.ty);
    let name = format_ident!("USE_{own}");
    quote!(pub const #name: #ty = #own;)
}

/// `crate` in types of the generated crate, as others call it.
fn in_crate(tokens: TokenStream, krate: &Ident) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let each = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "crate" => TokenTree::Ident(krate.clone()),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), in_crate(group.stream(), krate));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        token => token,
    });
    each.collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A function for each thing that can be built.
fn production(items: &[Item]) -> Vec<TokenStream> {
    let required: BTreeMap<String, &syn::ItemStruct> =
        structs(items).map(|one| (one.ident.to_string(), one)).collect();
    let built = items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => builder(block, &required),
        Item::Enum(one) if is_public(&one.vis) => Some(variants(one)),
        Item::Const(one) => Some(constant(one)),
        Item::Macro(one) => scalar(one, true),
        _ => None,
    });
    built.collect()
}

fn structs(items: &[Item]) -> impl Iterator<Item = &syn::ItemStruct> {
    items.iter().filter_map(|item| match item {
        Item::Struct(one) if is_public(&one.vis) => Some(one),
        _ => None,
    })
}

fn snake(ident: &Ident) -> Ident {
    let mut name = String::new();
    for character in ident.to_string().chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    format_ident!("use_{name}")
}

/// A function that builds a type from everything that it can have.
fn builder(block: &syn::ItemImpl, required: &BTreeMap<String, &syn::ItemStruct>) -> Option<TokenStream> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let own = &path.path.segments.last()?.ident;
    let methods = || {
        block.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) if is_public(&method.vis) => Some(method),
            _ => None,
        })
    };
    let new = methods().find(|method| method.sig.ident == "new")?;
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    for argument in &new.sig.inputs {
        let (name, ty) = typed(argument)?;
        let parts = format!("{own}Required");
        match required.get(&parts) {
            Some(parts) if name == "required" => {
                let fields: Vec<&Ident> =
                    parts.fields.iter().filter_map(|field| field.ident.as_ref()).collect();
                let types = parts.fields.iter().map(|field| &field.ty);
                parameters.extend(fields.iter().zip(types).map(|(name, ty)| quote!(#name: #ty)));
                let parts = &parts.ident;
                arguments.push(quote!(#parts { #(#fields),* }));
            }
            _ => {
                parameters.push(quote!(#name: #ty));
                arguments.push(quote!(#name));
            }
        }
    }
    let mut calls = Vec::new();
    for method in methods().filter(|method| method.sig.ident.to_string().starts_with("with_")) {
        let name = &method.sig.ident;
        let argument = method.sig.inputs.iter().nth(1);
        match argument.map(typed) {
            Some(Some((_, ty))) => {
                let parameter = format_ident!("{name}");
                let ty = converted(ty);
                parameters.push(quote!(#parameter: #ty));
                calls.push(quote!(.#name(#parameter)));
            }
            _ => calls.push(quote!(.#name())),
        }
    }
    let (name, generics, result) = (snake(own), &block.generics, &block.self_ty);
    let (result, end) = match &new.sig.output {
        syn::ReturnType::Type(_, ty) if !is_self(ty) => {
            (quote!(Result<#result, support::Violation>), quote!(?))
        }
        _ => (quote!(#result), quote!()),
    };
    let value = quote!(#own::new(#(#arguments),*)#end #(#calls)*);
    let value = if end.is_empty() { value } else { quote!(Ok(#value)) };
    Some(quote! { pub fn #name #generics(#(#parameters),*) -> #result { #value } })
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

fn typed(argument: &FnArg) -> Option<(&Ident, &Type)> {
    match argument {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => Some((&name.ident, &typed.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// `T` of `impl Into<T>`.
fn converted(ty: &Type) -> TokenStream {
    if let Type::ImplTrait(bounds) = ty
        && let Some(syn::TypeParamBound::Trait(bound)) = bounds.bounds.first()
        && let Some(segment) = bound.path.segments.last()
        && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
        && let Some(argument) = arguments.args.first()
    {
        return quote!(#argument);
    }
    quote!(#ty)
}

/// A function for each variant that can be sent.
fn variants(one: &syn::ItemEnum) -> TokenStream {
    let (own, (generics, arguments, _)) = (&one.ident, one.generics.split_for_impl());
    let functions = one.variants.iter().map(|variant| {
        let (name, case) = (format_ident!("{}_{}", snake(own), snake(&variant.ident)), &variant.ident);
        let types: Vec<&Type> = variant.fields.iter().map(|field| &field.ty).collect();
        let names: Vec<Ident> = (0..types.len()).map(|index| format_ident!("v{index}")).collect();
        let value = match &variant.fields {
            Fields::Unit => quote!(#own::#case),
            Fields::Unnamed(_) => quote!(#own::#case(#(#names),*)),
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| &field.ident);
                quote!(#own::#case { #(#fields: #names),* })
            }
        };
        quote! { pub fn #name #generics(#(#names: #types),*) -> #own #arguments { #value } }
    });
    quote!(#(#functions)*)
}

/// What a macro of the support code gives a scalar type: a constructor, and a way to read it.
fn scalar(one: &syn::ItemMacro, builds: bool) -> Option<TokenStream> {
    let kind = one.mac.path.segments.last()?.ident.to_string();
    let mut words = one.mac.tokens.clone().into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    let own = words.next()?;
    let name = snake(&own);
    let (ty, held, read) = match kind.as_str() {
        "text" => (quote!(#own<'v>), quote!(&'v str), quote!(value.as_str())),
        "integer" => {
            let held = words.next()?;
            (quote!(#own), quote!(#held), quote!(value.get()))
        }
        "number" => (quote!(#own), quote!(f64), quote!(value.get())),
        _ => return None,
    };
    Some(if builds {
        quote! { pub fn #name<'v>(value: #held) -> Result<#ty, support::Violation> { #own::new(value) } }
    } else {
        quote! { pub fn #name<'v>(value: &'v #ty) -> #held { #read } }
    })
}

/// A function for each thing that can be read.
fn consumption(items: &[Item], attention: Attention) -> Vec<TokenStream> {
    let read = items.iter().filter_map(|item| match item {
        Item::Struct(one) if is_public(&one.vis) => reading(one, attention),
        Item::Enum(one) if is_public(&one.vis) => Some(matching(one, attention)),
        Item::Const(one) if attention == Attention::Full => Some(constant(one)),
        Item::Macro(one) if attention == Attention::Full => scalar(one, false),
        _ => None,
    });
    read.collect()
}

/// A function that reads every field.
fn reading(one: &syn::ItemStruct, attention: Attention) -> Option<TokenStream> {
    let (own, name, (generics, arguments, _)) =
        (&one.ident, snake(&one.ident), one.generics.split_for_impl());
    let fields: Vec<_> = one.fields.iter().filter(|field| is_public(&field.vis)).collect();
    if !matches!(one.fields, Fields::Named(_)) || fields.is_empty() {
        return None;
    }
    let names: Vec<&Option<Ident>> = fields.iter().map(|field| &field.ident).collect();
    let types = fields.iter().map(|field| &field.ty);
    let body = match attention {
        Attention::Full => quote! {
            let #own { #(#names,)* .. } = value;
            #(let _: #types = #names;)*
        },
        Attention::None => quote!(let _ = value;),
    };
    Some(quote! { pub fn #name #generics(value: #own #arguments) { #body } })
}

/// A function that decides about every variant.
fn matching(one: &syn::ItemEnum, attention: Attention) -> TokenStream {
    let (own, name, (generics, arguments, _)) =
        (&one.ident, snake(&one.ident), one.generics.split_for_impl());
    let arms = one.variants.iter().map(|variant| {
        let case = &variant.ident;
        let types: Vec<&Type> = variant.fields.iter().map(|field| &field.ty).collect();
        let names: Vec<Ident> = (0..types.len()).map(|index| format_ident!("v{index}")).collect();
        let pattern = match &variant.fields {
            Fields::Unit => quote!(),
            Fields::Unnamed(_) => quote!((#(#names),*)),
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| &field.ident);
                quote!({ #(#fields: #names,)* .. })
            }
        };
        quote!(#own::#case #pattern => { #(let _: #types = #names;)* })
    });
    let arms = match attention {
        Attention::Full => quote!(#(#arms)*),
        Attention::None => quote!(_ => {}),
    };
    quote! { pub fn #name #generics(value: #own #arguments) { match value { #arms } } }
}
