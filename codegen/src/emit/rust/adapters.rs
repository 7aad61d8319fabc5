//! The modules `adapters::v…`: for each release in use since which something broke, what translates to and from it.

use super::source::{Source, uses};
use crate::adapt::{Frames, Message, Place, Spot, Step, Version};
use crate::emit::Context;
use crate::model::Side;
use crate::release::{Adapters, ByHand};
use crate::text::Text;
use crate::text::rust::{self, Part};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// The interpreter of the tables: real source files of this library, compiled and tested with it, and copied as they are.
const ADAPT: &[(&str, &str)] = &[
    ("convert.rs", include_str!("../../adapt/convert.rs")),
    ("mod.rs", include_str!("../../adapt/mod.rs")),
    ("tree.rs", include_str!("../../adapt/tree.rs")),
];

/// The modules in the root of the package, where there is any adapter.
pub(super) const MODULES: &str = "#[rustfmt::skip]
pub mod adapt;
#[rustfmt::skip]
pub mod adapters;
";

/// What generated modules name, if they do.
const NAMED: [&str; 10] =
    ["Adapter", "ByHand", "Frames", "Lost", "Message", "Nothing", "Result", "Spot", "Step", "Version"];

/// The interpreter and the tables; nothing where nothing is adapted.
pub(super) fn files(context: &Context<'_>) -> Vec<(String, String)> {
    if context.adapters.is_empty() {
        return Vec::new();
    }
    let header = context.header();
    let copied =
        |(name, text): &(&str, &str)| (format!("src/adapt/{name}"), format!("// {header}\n\n{text}"));
    let mut files: Vec<(String, String)> = ADAPT.iter().map(copied).collect();
    let releases = context.adapters.iter().map(|adapters| {
        let version = adapters.number.to_string();
        let (ident, doc) = (module_ident(adapters), format!(" Peers that speak {version}."));
        let gates = roles(adapters).map(Side::name);
        quote!(#[doc = #doc] #[cfg(any(#(feature = #gates),*))] pub mod #ident;)
    });
    let mut root = Source::new(
        &header,
        "What translates between this version of the protocol and peers that speak an older one.",
    );
    root.add(quote!(#(#releases)*));
    files.push(("src/adapters/mod.rs".to_owned(), root.text()));
    for adapters in context.adapters {
        files.push((format!("src/adapters/{}.rs", module_ident(adapters)), release(adapters, &header)));
    }
    files
}

fn module_ident(adapters: &Adapters) -> Ident {
    rust::type_ident(&format!("v{}", adapters.number.to_string().replace('.', "_")))
}

/// Those whose peers may speak the release.
fn roles(adapters: &Adapters) -> impl Iterator<Item = Side> {
    [Side::Server, Side::Client].into_iter().filter(|role| adapters.downgrades(*role))
}

/// The module of a release.
fn release(adapters: &Adapters, header: &str) -> String {
    let version = Text::new(adapters.number.to_string());
    let mut source = Source::new(
        header,
        &format!(
            "Peers that speak version {}: what they send is upgraded, what is sent to them downgraded.",
            adapters.number
        ),
    );
    let literal = rust::string(&version);
    let roles = roles(adapters).map(|role| self::role(adapters, role));
    let frames =
        [("FROM_SERVER", Side::Server), ("FROM_CLIENT", Side::Client)].into_iter().map(|(name, side)| {
            let (name, doc) =
                (rust::type_ident(name), format!(" What became of the frames of the {}.", side.name()));
            let frames = self::frames(adapters.frames(side));
            quote!(#[doc = #doc] static #name: Frames<'static> = #frames;)
        });
    let items = quote! {
        /// The version that the peers speak.
        pub const VERSION: &str = #literal;
        #(#roles)*
        #(#frames)*
    };
    let named = |name: &&&'static str| uses(&items, name);
    let (support, adapt): (Vec<&str>, Vec<&str>) =
        NAMED.iter().filter(named).copied().partition(|name| *name == "Result");
    let adapt = adapt.into_iter().map(rust::type_ident);
    let support = (!support.is_empty()).then(|| {
        quote!(
            use crate::support::{JsonObject, Result};
        )
    });
    source.add(quote!(use crate::adapt::{#(#adapt),*}; #support));
    source.add(items);
    source.text()
}

/// What a server or a client uses: a function, and where something is done by hand, a trait.
fn role(adapters: &Adapters, role: Side) -> TokenStream {
    let (own, peer) = (role.name(), role.peer().name());
    let (received, sent) = match role {
        Side::Client => (quote!(FROM_SERVER), quote!(FROM_CLIENT)),
        Side::Server | Side::Either => (quote!(FROM_CLIENT), quote!(FROM_SERVER)),
    };
    let function = rust::type_ident(own);
    let doc = format!(" Translates for a {own} whose {peer} speaks this version.");
    let methods = Method::all(adapters, role);
    if methods.is_empty() {
        return quote! {
            #[doc = #doc]
            #[cfg(feature = #own)]
            #[must_use]
            pub const fn #function() -> Adapter<'static> {
                Adapter { received: &#received, sent: &#sent, hand: Nothing }
            }
        };
    }
    let (name, of_trait) = if role == Side::Client {
        (quote!(Client), quote!(ClientByHand))
    } else {
        (quote!(Server), quote!(ServerByHand))
    };
    let doc_of_trait = format!(" What no table says of frames between a {own} and a {peer} of this version.");
    let declared = methods.iter().map(Method::declared);
    let [upgrade, downgrade] = [true, false].map(|upgrade| Method::dispatch(&methods, upgrade));
    quote! {
        #[doc = #doc]
        #[cfg(feature = #own)]
        #[must_use]
        pub const fn #function<H: #of_trait>(hand: H) -> Adapter<'static, #name<H>> {
            Adapter { received: &#received, sent: &#sent, hand: #name(hand) }
        }
        #[doc = #doc_of_trait]
        #[cfg(feature = #own)]
        pub trait #of_trait { #(#declared)* }
        /// Finds the method for a message.
        #[cfg(feature = #own)]
        #[derive(Debug, Clone, Copy)]
        pub struct #name<H>(H);
        #[cfg(feature = #own)]
        impl<H: #of_trait> ByHand for #name<H> {
            fn upgrade(&self, message: &str, frame: JsonObject<'_>, lost: &mut Vec<Lost>) -> Result<Option<JsonObject<'static>>> {
                #upgrade
            }
            fn downgrade(&self, message: &str, frame: JsonObject<'_>, lost: &mut Vec<Lost>) -> Result<Option<JsonObject<'static>>> {
                #downgrade
            }
        }
    }
}

/// What has to be written by hand for a message.
struct Method<'a> {
    upgrade: bool,
    message: &'a Text,
    about: &'a ByHand,
}

impl<'a> Method<'a> {
    /// What a server or a client needs: upgrades of what it receives, downgrades of what it sends.
    fn all(adapters: &'a Adapters, role: Side) -> Vec<Self> {
        let method = |about: &'a ByHand| {
            let upgrade = about.sender != role;
            let message = if upgrade { about.old.as_ref() } else { about.new.as_ref() };
            message.map(|message| Method { upgrade, message, about })
        };
        adapters.by_hand.iter().filter_map(method).collect()
    }

    fn ident(&self) -> Ident {
        rust::prefixed_ident(if self.upgrade { "upgrade_" } else { "downgrade_" }, self.message)
    }

    fn declared(&self) -> TokenStream {
        let ident = self.ident();
        let verb = if self.upgrade { "Upgrades `" } else { "Downgrades `" };
        let first = rust::doc_sentence(&[Part::Words(verb), Part::Text(self.message), Part::Words("`:")]);
        let what = self.about.what.iter().map(|what| {
            let what = rust::doc_sentence(&[Part::Words("- "), Part::Text(what)]);
            quote!(#what)
        });
        quote! {
            #first
            #(#what)*
            #[doc = ""]
            /// `None` if the other version has nothing like the frame, which is to be told as lost.
            #[doc = ""]
            /// # Errors
            /// Why the frame cannot be said in the other version.
            fn #ident(&self, frame: JsonObject<'_>, lost: &mut Vec<Lost>) -> Result<Option<JsonObject<'static>>>;
        }
    }

    /// Calls the method for a message, if there is one.
    fn dispatch(methods: &[Self], upgrade: bool) -> TokenStream {
        let arms = methods.iter().filter(|method| method.upgrade == upgrade).map(|method| {
            let (message, ident) = (rust::string(method.message), method.ident());
            quote!(#message => self.0.#ident(frame, lost),)
        });
        let arms: Vec<TokenStream> = arms.collect();
        let other = if upgrade { quote!(upgrade) } else { quote!(downgrade) };
        let other = quote!(Nothing.#other(message, frame, lost));
        if arms.is_empty() { other } else { quote!(match message { #(#arms)* _ => #other }) }
    }
}

fn frames(frames: &Frames<'_>) -> TokenStream {
    let (old_tag, new_tag) = (string(frames.old_tag), string(frames.new_tag));
    let messages = frames.messages.iter().map(message);
    quote!(Frames { old_tag: #old_tag, new_tag: #new_tag, messages: &[#(#messages),*] })
}

fn message(message: &Message<'_>) -> TokenStream {
    let (old, new) = (optional(message.old), optional(message.new));
    let (steps, by_hand) = (message.steps.iter().map(step), message.by_hand);
    quote!(Message { old: #old, new: #new, steps: &[#(#steps),*], by_hand: #by_hand })
}

fn step(step: &Step<'_>) -> TokenStream {
    match *step {
        Step::Move { old, new } => {
            let (old, new) = (spot(old), spot(new));
            quote!(Step::Move { old: #old, new: #new })
        }
        Step::Replace { place, old, new } => {
            let (place, old, new) = (self::place(place), string(old), string(new));
            quote!(Step::Replace { place: #place, old: #old, new: #new })
        }
        Step::Default { version, place, value, strange } => {
            let (version, place, value) = (self::version(version), self::place(place), string(value));
            quote!(Step::Default { version: #version, place: #place, value: #value, strange: #strange })
        }
        Step::Drop { version, place, only, instead, loss } => {
            let (version, place, loss) = (self::version(version), self::place(place), string(loss));
            let (only, instead) = (optional(only), optional(instead));
            quote!(Step::Drop { version: #version, place: #place, only: #only, instead: #instead, loss: #loss })
        }
    }
}

fn spot(spot: Spot<'_>) -> TokenStream {
    let (place, shared) = (place(spot.place), Literal::usize_unsuffixed(spot.shared));
    quote!(Spot { place: #place, shared: #shared })
}

fn version(version: Version) -> TokenStream {
    match version {
        Version::Old => quote!(Version::Old),
        Version::New => quote!(Version::New),
    }
}

fn place(place: Place<'_>) -> TokenStream {
    let names = place.iter().map(|name| string(name));
    quote!(&[#(#names),*])
}

fn string(text: &str) -> Literal {
    rust::string(&Text::new(text))
}

fn optional(text: Option<&str>) -> TokenStream {
    text.map(string).map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
