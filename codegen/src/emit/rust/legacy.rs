//! The module `legacy` of a direction: its retired forms and names as tables, which the support code interprets.

use super::source::{Source, uses};
use super::view::View;
use crate::manifest::LegacyPolicy;
use crate::model::{Condition, Conversion, Legacy, LegacyForm, LegacyName, Members, Names, Shape, Side};
use crate::schema::Loss;
use crate::text::Text;
use crate::text::rust::{self, Part};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// The module of a direction that has legacy forms.
pub(super) fn module(view: &View<'_>, header: &str, sender: Side) -> Option<String> {
    let legacy = of(view, sender)?;
    let purpose = super::purpose(sender, "in the ways that are retired: forms, names and spellings");
    let mut source = Source::new(header, &purpose);
    let items: TokenStream = legacy.forms.iter().map(form).chain([tables(view, legacy)]).collect();
    let used = TABLES.iter().filter(|name| uses(&items, name)).map(|name| rust::type_ident(name));
    source.add(quote! {
        use crate::support::legacy::{#(#used),*};
    });
    source.add(items);
    Some(source.text())
}

/// What tables are made of.
const TABLES: [&str; 11] = [
    "Condition",
    "Conversion",
    "Form",
    "Legacy",
    "Members",
    "Message",
    "Name",
    "Names",
    "Policy",
    "Shell",
    "Synonym",
];

/// The retired ways to write what a side sends, if there are any.
pub(super) fn of<'p>(view: &View<'p>, sender: Side) -> Option<&'p Legacy> {
    view.protocol.legacy.iter().find(|legacy| legacy.sender == sender)
}

fn tables(view: &View<'_>, legacy: &Legacy) -> TokenStream {
    let Some(Shape::Envelope(envelope)) = view.frames(legacy.sender).map(|root| &view.get(root).shape) else {
        return TokenStream::new();
    };
    let (tag, payload) = (rust::string(&envelope.tag), rust::string(&envelope.payload));
    let (shell, filled) = (index(legacy.envelope), strings(&legacy.filled));
    let messages = legacy.messages.iter().map(|(path, message)| {
        let (path, payload) = (strings(path), index(message.payload));
        let nested = optional(message.nested.as_ref().map(rust::string));
        quote!(Message { path: #path, nested: #nested, payload: #payload })
    });
    let forms = legacy.forms.iter().map(|form| constant(&form.name));
    let (names, members) = (names(&legacy.names), legacy.members.iter().map(members));
    quote! {
        /// All of it.
        pub static LEGACY: Legacy<'static> = Legacy {
            envelope: Shell { tag: #tag, payload: #payload, members: #shell, filled: #filled },
            messages: MESSAGES,
            names: NAMES,
            members: MEMBERS,
            forms: FORMS,
        };

        const FORMS: &[Form<'static>] = &[#(#forms),*];

        const NAMES: &[Name<'static>] = #names;

        const MESSAGES: &[Message<'static>] = &[#(#messages),*];

        const MEMBERS: &[Members<'static>] = &[#(#members),*];
    }
}

fn members(members: &Members) -> TokenStream {
    let listed = strings(&members.listed);
    let synonyms = members.synonyms.iter().map(|synonym| {
        let (old, name) = (rust::string(&synonym.old), rust::string(&synonym.name));
        let conversion = conversion(synonym.conversion);
        quote!(Synonym { old: #old, name: #name, conversion: Conversion::#conversion })
    });
    let inner = members.inner.iter().map(|(name, inner)| {
        let (name, inner) = (rust::string(name), index(*inner));
        quote!((#name, #inner))
    });
    quote!(Members { listed: #listed, synonyms: &[#(#synonyms),*], inner: &[#(#inner),*] })
}

fn conversion(conversion: Conversion) -> TokenStream {
    match conversion {
        Conversion::Move => quote!(Move),
        Conversion::IsoToSeconds => quote!(IsoToSeconds),
        Conversion::IsoToUtc => quote!(IsoToUtc),
        Conversion::SecondsToMilliseconds => quote!(SecondsToMilliseconds),
        Conversion::MillisecondsToSeconds { above } if above.is_finite() => {
            quote!(MillisecondsToSeconds { above: #above })
        }
        Conversion::MillisecondsToSeconds { .. } => {
            quote!(MillisecondsToSeconds { above: f64::NEG_INFINITY })
        }
    }
}

/// A form as a documented constant.
fn form(form: &LegacyForm) -> TokenStream {
    let name = constant(&form.name);
    let doc = doc(form);
    let text = rust::string(&form.name);
    let (since, retired_in) = (rust::string(&form.since), rust::string(&form.retired_in));
    let sunset = optional(form.sunset.as_ref().map(|(_, seconds)| Literal::f64_unsuffixed(*seconds)));
    let policy = match form.policy {
        LegacyPolicy::Accept => quote!(Accept),
        LegacyPolicy::Warn => quote!(Warn),
        LegacyPolicy::Refuse => quote!(Refuse),
    };
    let discriminator = places(&form.discriminator);
    let names = allowed(&form.names);
    let payload = places(&form.payload);
    let conditions = form.conditions.iter().map(|(place, condition)| {
        let (place, condition) = (strings(place), self::condition(condition));
        quote!((#place, Condition::#condition))
    });
    let moves = moves(&form.moves);
    let dropped = form.dropped.iter().map(|(name, _)| rust::string(name));
    let canonical_layout = form.canonical_layout;
    quote! {
        #doc
        pub const #name: Form<'static> = Form {
            name: #text,
            since: #since,
            retired_in: #retired_in,
            sunset: #sunset,
            policy: Policy::#policy,
            discriminator: #discriminator,
            names: Names::#names,
            payload: #payload,
            conditions: &[#(#conditions),*],
            moves: #moves,
            dropped: &[#(#dropped),*],
            canonical_layout: #canonical_layout,
        };
    }
}

/// The names that may stand at the discriminator.
fn allowed(names: &Names) -> TokenStream {
    match names {
        Names::Canonical => quote!(Canonical),
        Names::AllBut(others) => {
            let others = strings(others);
            quote!(AllBut(#others))
        }
        Names::RetiredBut(others) => {
            let others = strings(others);
            quote!(RetiredBut(#others))
        }
        Names::Only(these) => {
            let these = strings(these);
            quote!(Only(#these))
        }
        Names::Own(own) => {
            let own = self::names(own);
            quote!(Own(#own))
        }
        Names::Fixed(path) => {
            let path = strings(path);
            quote!(Fixed(#path))
        }
    }
}

/// What the form is, and what its frames lose.
fn doc(form: &LegacyForm) -> TokenStream {
    let summary = rust::doc(&form.summary);
    let mut span = vec![
        Part::Words("Sent since "),
        Part::Text(&form.since),
        Part::Words(", retired in "),
        Part::Text(&form.retired_in),
    ];
    if let Some((day, _)) = &form.sunset {
        span.extend([Part::Words(", refused by default from "), Part::Text(day)]);
    }
    span.push(Part::Words("."));
    let span = rust::doc_sentence(&span);
    let mut lost = vec![Part::Words("Lost where they occur:")];
    for (index, (name, loss)) in form.dropped.iter().enumerate() {
        let kind = match loss {
            Loss::Flag => "` (a flag of the transport)",
            Loss::Discriminator => "` (a repeated discriminator)",
            Loss::Counter => "` (a counter of the transport)",
        };
        lost.extend([Part::Words(if index > 0 { ", `" } else { " `" }), Part::Text(name), Part::Words(kind)]);
    }
    let separator = if form.dropped.is_empty() { " " } else { ", " };
    lost.extend([Part::Words(separator), Part::Words("that a time did not say its zone.")]);
    let lost = rust::doc_sentence(&lost);
    quote! {
        #summary
        #[doc = ""]
        #span
        #[doc = ""]
        #lost
    }
}

fn condition(condition: &Condition) -> TokenStream {
    match condition {
        Condition::Absent => quote!(Absent),
        Condition::Object => quote!(Object),
        Condition::String => quote!(String),
        Condition::Number => quote!(Number),
        Condition::Text(text) => {
            let text = rust::string(text);
            quote!(Text(#text))
        }
    }
}

fn names(names: &[LegacyName]) -> TokenStream {
    let names = names.iter().map(|name| {
        let (text, message, moves) = (rust::string(&name.name), strings(&name.message), moves(&name.moves));
        let constants = name.constants.iter().map(|(member, value)| {
            let (member, value) = (rust::string(member), rust::string(&Text::new(value.to_string())));
            quote!((#member, #value))
        });
        quote!(Name { name: #text, message: #message, constants: &[#(#constants),*], moves: #moves })
    });
    quote!(&[#(#names),*])
}

fn moves(moves: &[(Vec<Text>, Text)]) -> TokenStream {
    let moves = moves.iter().map(|(from, to)| {
        let (from, to) = (strings(from), rust::string(to));
        quote!((#from, #to))
    });
    quote!(&[#(#moves),*])
}

fn places(places: &[Vec<Text>]) -> TokenStream {
    let places = places.iter().map(|place| strings(place));
    quote!(&[#(#places),*])
}

fn strings(texts: &[Text]) -> TokenStream {
    let texts = texts.iter().map(rust::string);
    quote!(&[#(#texts),*])
}

fn index(index: usize) -> Literal {
    Literal::usize_unsuffixed(index)
}

/// The constant of a form.
fn constant(name: &Text) -> Ident {
    rust::constant_ident(name, &["LEGACY", "FORMS", "NAMES", "MESSAGES", "MEMBERS"])
}

/// The environment variable that overrides policies.
pub(super) fn variable(view: &View<'_>) -> Text {
    rust::environment_variable(&view.protocol.name, "LEGACY")
}

fn optional(literal: Option<Literal>) -> TokenStream {
    literal.map_or_else(|| quote!(None), |literal| quote!(Some(#literal)))
}
