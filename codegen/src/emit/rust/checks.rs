//! The module `checks`: what is checked beyond the types, as data for the interpreter of the module `plan`.

use super::source::Source;
use super::types::{import_patterns, pattern_static};
use super::view::View;
use crate::model::plan::{Check, Entry, Named};
use crate::model::{Argument, PlanId, Protocol, Shape};
use crate::schema::keywords::JsonType;
use crate::text::{Text, rust};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The entries of the plan that types refer to, and their numbers in the generated code.
pub(super) struct Checks {
    entries: Vec<PlanId>,
    numbers: HashMap<PlanId, usize>,
}

impl Checks {
    pub(super) fn new(protocol: &Protocol) -> Self {
        let constraints = protocol.types.iter().flat_map(|ty| &ty.constraints);
        let planned = constraints.filter_map(|constraint| match constraint.argument {
            Argument::Plan(id) => Some(id),
            _ => None,
        });
        let chosen = protocol.types.iter().flat_map(|ty| match &ty.shape {
            Shape::Choice(choice) => choice.members.iter().map(|member| member.accepts).collect(),
            _ => Vec::new(),
        });
        let anchors = protocol.plan.anchors.iter().map(|anchor| anchor.entry);
        let mut entries = protocol.plan.reachable(planned.chain(chosen));
        if !entries.is_empty() {
            entries = protocol.plan.reachable(entries.into_iter().chain(anchors));
        }
        let numbers = entries.iter().enumerate().map(|(number, id)| (*id, number)).collect();
        Self { entries, numbers }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of an entry.
    pub(super) fn number(&self, id: PlanId) -> Literal {
        Literal::usize_unsuffixed(self.numbers.get(&id).copied().unwrap_or_default())
    }

    fn numbers(&self, ids: &[PlanId]) -> TokenStream {
        let numbers = ids.iter().map(|id| self.number(*id));
        quote!(&[#(#numbers),*])
    }

    fn optional(&self, id: Option<PlanId>) -> TokenStream {
        if let Some(number) = id.map(|id| self.number(id)) { quote!(Some(#number)) } else { quote!(None) }
    }

    fn named(&self, named: &[Named]) -> TokenStream {
        let named = named.iter().map(|(name, id)| {
            let (name, number) = (rust::string(name), self.number(*id));
            quote!((#name, #number))
        });
        quote!(&[#(#named),*])
    }
}

/// The whole module.
pub(super) fn module(view: &View<'_>, header: &str) -> String {
    let mut source = Source::new(header, "What is checked beyond the types.");
    source.add(items(view));
    source.text()
}

fn items(view: &View<'_>) -> TokenStream {
    let plan = &view.protocol.plan;
    let numbered = patterns(view).into_iter().enumerate();
    let patterns = numbered.map(|(number, pattern)| (pattern.clone(), format_ident!("PATTERN_{}", number)));
    let writer = Writer { checks: &view.checks, patterns: patterns.collect() };
    let schemas: Vec<TokenStream> =
        view.checks.entries.iter().map(|id| writer.entry(plan.get(*id))).collect();
    let anchors = plan.anchors.iter().map(|anchor| {
        let (resource, name) = (anchor.resource, rust::string(&anchor.name));
        let number = view.checks.number(anchor.entry);
        quote!(Anchor { resource: #resource, name: #name, schema: #number })
    });
    let anchor = (!plan.anchors.is_empty()).then(|| quote!(Anchor,));
    // A plan may only have other checks, or none at all.
    let written = quote!(#(#schemas)*);
    let uses = |name: &'static str| super::source::uses(&written, name).then(|| rust::type_ident(name));
    let others = [uses("Check"), uses("Test"), uses("Types")].into_iter().flatten();
    let import = import_patterns(writer.patterns.keys());
    let patterns = writer.patterns.iter().map(|(pattern, ident)| {
        let written = rust::string(pattern);
        pattern_static(ident, pattern, &quote!(#written))
    });
    quote! {
        #import
        use crate::plan::{#anchor Plan, Schema, #(#others),*};

        #(#patterns)*

        /// The checks, each schema under its number.
        pub static PLAN: Plan = Plan { schemas: &[#(#schemas),*], anchors: &[#(#anchors),*] };
    }
}

/// Every pattern of the plan.
pub(super) fn patterns<'p>(view: &View<'p>) -> BTreeSet<&'p Text> {
    let plan = &view.protocol.plan;
    view.checks.entries.iter().flat_map(|id| plan.get(*id).patterns()).collect()
}

struct Writer<'v> {
    checks: &'v Checks,
    patterns: BTreeMap<Text, Ident>,
}

impl Writer<'_> {
    fn entry(&self, entry: &Entry) -> TokenStream {
        let resource = Literal::u32_unsuffixed(entry.resource);
        let checks = entry.checks.iter().map(|check| self.check(check));
        quote!(Schema { resource: #resource, checks: &[#(#checks),*] })
    }

    fn check(&self, check: &Check) -> TokenStream {
        match check {
            Check::Never => quote!(Check::Never),
            Check::Types { types, strict_integer } => {
                let types = set(types, *strict_integer);
                quote!(Check::Types(#types))
            }
            Check::Enumeration(values) => match values.as_slice() {
                [value] => {
                    let value = rust::string(value);
                    quote!(Check::Const(#value))
                }
                values => {
                    let values = values.iter().map(rust::string);
                    quote!(Check::Enum(&[#(#values),*]))
                }
            },
            Check::Bound(keyword, bound) => {
                let (name, bound) = (rust::type_ident(&camel(keyword)), rust::string(bound));
                quote!(Check::#name(#bound))
            }
            Check::Count(keyword, count) => {
                let (name, count) = (rust::type_ident(&camel(keyword)), Literal::u64_unsuffixed(*count));
                quote!(Check::#name(#count))
            }
            Check::Pattern(pattern) => {
                let (test, written) = (self.test(pattern), rust::string(pattern));
                quote!(Check::Pattern(#test, #written))
            }
            Check::UniqueItems => quote!(Check::UniqueItems),
            Check::Required(names) => {
                let names = names.iter().map(rust::string);
                quote!(Check::Required(&[#(#names),*]))
            }
            Check::DependentRequired(dependent) => dependent_required(dependent),
            applying => self.applying(applying),
        }
    }

    /// Checks that apply other schemas.
    fn applying(&self, check: &Check) -> TokenStream {
        let checks = self.checks;
        let one = |name: &str, id: PlanId| {
            let (name, number) = (rust::type_ident(name), checks.number(id));
            quote!(Check::#name(#number))
        };
        let many = |name: &str, ids: &[PlanId]| {
            let (name, numbers) = (rust::type_ident(name), checks.numbers(ids));
            quote!(Check::#name(#numbers))
        };
        match check {
            Check::PrefixItems(ids) => many("PrefixItems", ids),
            Check::AllOf(ids) => many("AllOf", ids),
            Check::AnyOf(ids) => many("AnyOf", ids),
            Check::OneOf(ids) => many("OneOf", ids),
            Check::Not(id) => one("Not", *id),
            Check::Reference(id) => one("Ref", *id),
            Check::PropertyNames(id) => one("PropertyNames", *id),
            Check::UnevaluatedItems(id) => one("UnevaluatedItems", *id),
            Check::UnevaluatedProperties(id) => one("UnevaluatedProperties", *id),
            Check::DependentSchemas(named) => {
                let named = checks.named(named);
                quote!(Check::DependentSchemas(#named))
            }
            Check::Items(from, id) => {
                let (from, number) = (Literal::usize_unsuffixed(*from), checks.number(*id));
                quote!(Check::Items { from: #from, schema: #number })
            }
            Check::Contains(id, min, max) => {
                let (number, min) = (checks.number(*id), Literal::u64_unsuffixed(*min));
                let max = if let Some(max) = max.map(Literal::u64_unsuffixed) {
                    quote!(Some(#max))
                } else {
                    quote!(None)
                };
                quote!(Check::Contains { schema: #number, min: #min, max: #max })
            }
            Check::If(condition, then, otherwise) => {
                let condition = checks.number(*condition);
                let (then, otherwise) = (checks.optional(*then), checks.optional(*otherwise));
                quote!(Check::If { condition: #condition, then: #then, otherwise: #otherwise })
            }
            Check::DynamicReference(anchor, id) => {
                let (anchor, number) = (rust::string(anchor), checks.number(*id));
                quote!(Check::DynamicRef { anchor: #anchor, fallback: #number })
            }
            Check::Properties { named, patterns, additional } => {
                self.properties(named, patterns, *additional)
            }
            // The others apply no schema.
            _ => quote!(Check::Never),
        }
    }

    fn properties(&self, named: &[Named], patterns: &[Named], additional: Option<PlanId>) -> TokenStream {
        let (named, additional) = (self.checks.named(named), self.checks.optional(additional));
        let patterns = patterns.iter().map(|(pattern, id)| {
            let (test, number) = (self.test(pattern), self.checks.number(*id));
            quote!((#test, #number))
        });
        quote!(Check::Properties { named: #named, patterns: &[#(#patterns),*], additional: #additional })
    }

    fn test(&self, pattern: &Text) -> TokenStream {
        let fallback = Ident::new("PATTERN", Span::call_site());
        let ident = self.patterns.get(pattern).unwrap_or(&fallback);
        quote!(Test(&|text| #ident.matches(text)))
    }
}

fn dependent_required(dependent: &[(Text, Vec<Text>)]) -> TokenStream {
    let dependent = dependent.iter().map(|(name, names)| {
        let (name, names) = (rust::string(name), names.iter().map(rust::string));
        quote!((#name, &[#(#names),*]))
    });
    quote!(Check::DependentRequired(&[#(#dependent),*]))
}

fn set(types: &[JsonType], strict_integer: bool) -> TokenStream {
    let mut set = TokenStream::new();
    for (index, kind) in types.iter().enumerate() {
        let name = match kind {
            JsonType::Null => "NULL",
            JsonType::Boolean => "BOOLEAN",
            JsonType::Integer if strict_integer => "STRICT_INTEGER",
            JsonType::Integer => "INTEGER",
            JsonType::Number => "NUMBER",
            JsonType::String => "STRING",
            JsonType::Array => "ARRAY",
            JsonType::Object => "OBJECT",
        };
        let name = rust::type_ident(name);
        set.extend(if index == 0 { quote!(Types::#name) } else { quote!(.or(Types::#name)) });
    }
    set
}

/// `minLength` as the variant `MinLength`.
fn camel(keyword: &str) -> String {
    rust::type_name(&[Text::new(keyword)])
}
