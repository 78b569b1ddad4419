//! The body as a closure, and the parameters that it binds.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, Pat, Signature};

use crate::plan::{Local, Plan, Returns};
use crate::tokens::{at, ends, shown_from_to};

/// The closure for the body of an `async fn`.
///
/// The body of an async closure is not expected to give the return type that is written there, so nothing would be
/// coerced to it: neither the value at the end nor one that is returned early. A first `return` of that type makes it
/// expected.
pub(super) fn async_body(plan: &Plan<'_>, function: &TokenStream) -> TokenStream {
    let Returns { whole, .. } = &plan.returns;
    let returned = Ident::new("returned", Span::mixed_site());
    // Where the compiler says what another `return` does not agree with.
    let first_return = shown_from_to(quote!(return #returned;), ends(whole));
    let expected = quote! {
        if let ::core::option::Option::Some(#returned) = ::core::option::Option::None::<#whole> {
            #first_return
        }
    };
    // The user's braces, as ours: otherwise those of a short body are said to be superfluous.
    let body = body(plan, function, at(plan.input.braces));
    quote!(async move || { #expected #body })
}

/// The body in these braces, with the parameters that it binds. Where it has the wrong type the compiler shows the
/// braces.
pub(super) fn body(plan: &Plan<'_>, function: &TokenStream, braces: Span) -> Group {
    let body = braced(plan.input.body.clone(), braces);
    let tags = add_tags(plan, function);
    let bindings = bindings(plan);
    if tags.is_empty() && bindings.is_empty() {
        return body;
    }
    // Temporaries of the body's last expression are dropped before its parameters, as in a function, and not after
    // them, as at the end of a block before the 2024 edition: an arm ends that.
    braced(quote!(#tags #bindings match () { () => #body }), at(braces))
}

/// Says what tags the entry is to have, before the body has its way with the parameters.
fn add_tags(plan: &Plan<'_>, function: &TokenStream) -> TokenStream {
    if plan.entry_tags.is_empty() {
        return TokenStream::new();
    }
    let (key, tagging) = (key_name(), Ident::new("tagging", Span::mixed_site()));
    let tags = plan.entry_tags.iter().map(|tag| quote_spanned!(at(tag.span())=> #tagging.add(&(#tag));));
    quote!(#function.add_tags(#key, |#tagging| { #(#tags)* });)
}

/// The name of a call's key where the body has to know it.
pub(super) fn key_name() -> Ident {
    Ident::new("key", Span::mixed_site())
}

pub(super) fn braced(tokens: TokenStream, span: Span) -> Group {
    let mut block = Group::new(Delimiter::Brace, tokens);
    block.set_span(span);
    block
}

/// The signature as it was, but for what the body binds itself.
pub(super) fn signature(plan: &Plan<'_>) -> Signature {
    let mut sig = plan.input.plain_signature();
    for (place, arg) in sig.inputs.iter_mut().enumerate() {
        if let (FnArg::Typed(typed), Some(name)) = (arg, bound_in_body(plan, place)) {
            typed.attrs.retain(|attr| !is_about_use(attr));
            *typed.pat = Pat::Ident(syn::PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: name.clone(),
                subpat: None,
            });
        }
    }
    sig
}

/// The name of a parameter outside of the body, if the body binds it anew: a pattern, which the key needs whole; and
/// a part of the key, for otherwise making the key would be a use, and nobody would be told that the body has none.
fn bound_in_body<'a>(plan: &'a Plan<'_>, place: usize) -> Option<&'a Ident> {
    match &plan.params[place].local {
        Local::Pattern { stand_in } => Some(stand_in),
        Local::Name(name) if plan.key.for_the_body.contains(&place) => Some(name),
        _ => None,
    }
}

/// Binds these parameters, as they were written.
fn bindings(plan: &Plan<'_>) -> TokenStream {
    let bindings = plan.params.iter().enumerate().filter_map(|(place, param)| {
        let (FnArg::Typed(typed), Some(name)) = (param.arg, bound_in_body(plan, place)) else { return None };
        let pat = &typed.pat;
        let attrs = typed.attrs.iter().filter(|attr| is_about_use(attr));
        Some(quote!(#(#attrs)* let #pat = #name;))
    });
    bindings.collect()
}

/// Does this attribute say how much to make of what is not used?
fn is_about_use(attr: &Attribute) -> bool {
    const LEVELS: [&str; 5] = ["allow", "expect", "warn", "deny", "forbid"];
    let begins_so =
        |token: TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string().starts_with("unused"));
    let is_level = LEVELS.iter().any(|level| attr.path().is_ident(level));
    is_level && attr.meta.require_list().is_ok_and(|list| list.tokens.clone().into_iter().any(begins_so))
}
