//! Making the key of a call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::plan::{Feed, Local, Param, Plan, Way};
use crate::tokens::{at, rename_self};
use crate::value::StandIn;

/// The type of the key function: the arguments that make the key, as they are declared.
pub(super) fn key_type(plan: &Plan<'_>) -> TokenStream {
    if plan.is_generic {
        return quote!(());
    }
    let runtime = &plan.runtime;
    let lifetimes = &plan.key.lifetimes;
    let binder = if lifetimes.is_empty() { quote!() } else { quote!(for<#(#lifetimes),*>) };
    let types = plan.key.arguments.iter().map(|&argument| &plan.params[argument].ty);
    quote!(#binder fn(#(#types),*) -> #runtime::Key)
}

/// The key function itself, for `entry`.
pub(super) fn key_function(plan: &Plan<'_>) -> TokenStream {
    // There is no `self` in a closure that is given one.
    let this = Ident::new("this", Span::mixed_site());
    let arguments = plan.key.arguments.iter().map(|&argument| match &plan.params[argument].local {
        Local::SelfValue => this.to_token_stream(),
        Local::Name(name) => name.to_token_stream(),
        Local::Pattern { stand_in } => stand_in.to_token_stream(),
        Local::Nothing => quote!(_),
    });
    let feed = rename_self(feed(plan), &this);
    let make_key = make_key(plan);
    quote!(|#(#arguments),*| __FUNCTION.#make_key(#feed))
}

/// The method that makes a key.
pub(super) fn make_key(plan: &Plan<'_>) -> Ident {
    Ident::new(if plan.key.is_short { "short_key" } else { "key" }, Span::mixed_site())
}

/// The closure that feeds the parts of a key.
pub(super) fn feed(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    let key = Ident::new("key", Span::mixed_site());
    let [generic, generic_of, instance_of] =
        if plan.is_persistent { ["named", "named_of", "instance_of"] } else { ["generic", "generic_of", "generic_of"] };
    let [generic, generic_of, instance_of] =
        [generic, generic_of, instance_of].map(|name| Ident::new(name, Span::mixed_site()));
    let feeds = plan.key.feeds.iter().map(|feed| match feed {
        Feed::Type(ty) => quote!(#key.#generic::<#ty>()),
        Feed::Instance { span } => quote_spanned!(at(*span)=> #key.#instance_of(&|| ())),
        Feed::TypeOf { reference, span } => quote_spanned!(at(*span)=> #key.#generic_of(#reference)),
        Feed::Part { reference, span } => quote_spanned!(at(*span)=> #rt::part(#reference).feed_into_cache_key(#key)),
        Feed::By { reference, way, span } => feed_by(rt, reference, way, *span),
    });
    match plan.key.feeds.len() {
        0 => quote!(|_| ()),
        1 => quote!(|#key| #(#feeds)*),
        _ => quote!(|#key| { #(#feeds;)* }),
    }
}

/// Feeds what stands for a reference, or for the parts of what is behind it.
fn feed_by(rt: &TokenStream, reference: &TokenStream, way: &Way, span: Span) -> TokenStream {
    let key = Ident::new("key", Span::mixed_site());
    match way {
        Way::Own => quote_spanned!(at(span)=> #rt::part(#reference).feed_into_cache_key(#key)),
        Way::By { ty, stand_in: StandIn::By(stand_in) } => {
            quote_spanned!(at(span)=> #rt::part(&#rt::by::<#ty, _>(#reference, #stand_in)).feed_into_cache_key(#key))
        }
        Way::By { ty, stand_in: StandIn::Serde(_) } => {
            quote_spanned!(at(span)=> #rt::serialized::<#ty>(#reference, #key))
        }
        Way::Each(way) => {
            let part = Ident::new("part", Span::mixed_site());
            let feed = feed_by(rt, &part.to_token_stream(), way, span);
            quote_spanned!(at(span)=> #rt::each(#reference, #key, |#part, #key| #feed))
        }
        Way::Fields(ways) => {
            let names: Vec<_> =
                (0..ways.len()).map(|place| format_ident!("part{place}", span = Span::mixed_site())).collect();
            let feeds = names.iter().zip(ways).map(|(name, way)| feed_by(rt, &name.to_token_stream(), way, span));
            quote!({ let (#(#names,)*) = #reference; #(#feeds;)* })
        }
    }
}

/// An underscore says "not part of the key" here, not "unused" as that lint has it.
pub(super) fn lints<'a>(mut used: impl Iterator<Item = &'a Param<'a>>) -> Option<TokenStream> {
    used.any(Param::has_underscore).then(|| quote!(#[allow(clippy::used_underscore_binding)]))
}
