//! The function: a call into the runtime, with the key and the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::body::{async_body, body, braced, key_name, signature};
use super::definition::{function_static, hooks, options};
use super::docs::function_docs;
use super::key::{feed, lints, make_key};
use crate::plan::{Place, Plan, Shape};
use crate::tokens::{at, ends, shown_from_to};

pub(super) fn function(plan: &Plan<'_>) -> TokenStream {
    let Plan { rt, input, returns, handle, .. } = plan;
    let (attrs, vis, inner_attrs) = (&input.attrs, &input.vis, &input.inner_attrs);
    let sig = signature(plan);
    let shape = shape(plan);
    let feed = feed(plan);
    let make_key = make_key(plan);

    let named = match plan.place {
        Place::Module => Some(quote!(#handle)),
        Place::Impl => Some(quote!(Self::#handle)),
        Place::Body => None,
    };
    // If its name stands for something else, that is said once, in our words.
    let name = Ident::new("handle", Span::mixed_site());
    let known = named.as_ref().map(|named| quote!(let #name = #rt::own_handle(&#named);));
    let (static_function, inner_static, typed_handle) = match (&named, plan.is_generic) {
        (None, _) => {
            let (options, hooks) = (options(plan), hooks(plan));
            let made = quote!(&#rt::cached_fn(&__FUNCTION, #options, #hooks, ()));
            (quote!(__FUNCTION), Some(function_static(plan)), made)
        }
        (Some(_), true) => {
            let hooks = hooks(plan);
            (quote!(#rt::function_of(#name)), None, quote!(&#rt::instance(#name, #hooks)))
        }
        (Some(_), false) => (quote!(#rt::function_of(#name)), None, quote!(#name)),
    };
    let output = &input.sig.output;
    let (body, wait) = if input.sig.asyncness.is_some() {
        (async_body(plan, &static_function), quote!(.await))
    } else {
        let body = body(plan, &static_function, input.braces);
        (quote!(move || #output #body), quote!())
    };
    let key = quote!(#static_function.#make_key(#feed));
    let (call, key) = match (plan.enabled, input.sig.asyncness) {
        (None, None) => (quote!(call), key),
        (None, Some(_)) => (quote!(call_async), key),
        (Some(enabled), None) => (quote!(call_if), quote!(#rt::key_if(|| #enabled, || #key))),
        (Some(enabled), Some(_)) => (quote!(call_if_async), quote!(#rt::key_if(|| #enabled, || #key))),
    };
    let (key_first, key) = if plan.entry_tags.is_empty() {
        (None, key)
    } else {
        let name = key_name();
        (Some(quote!(let #name = #key;)), name.to_token_stream())
    };
    let call = shown_from_to(quote!(#rt::#call), returns.ends);
    let lints = lints(plan.params.iter());
    let run = quote! {
        #(#inner_attrs)*
        #inner_static
        #known
        #key_first
        #call(#typed_handle, #shape, #key, #body)#wait
    };
    // Nor is a function that ends in a macro's braces warned about when nobody uses it.
    let run = braced(run, input.braces);
    let docs = function_docs(plan);
    quote!(#(#attrs)* #(#[doc = #docs])* #lints #vis #sig #run)
}

fn shape(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    match plan.returns.shape {
        Shape::Whole if plan.returns.may_be_result => {
            // Refused if it is one after all: of a `Result` under another name the errors would be kept in silence.
            let whole = &plan.returns.whole;
            quote_spanned!(at(plan.returns.ends.0)=> #rt::keeps_whole::<#whole>().shape_of_cached_return())
        }
        Shape::Whole => quote!(#rt::Whole),
        Shape::Optional => quote!(#rt::Optional),
        Shape::Fallible { share: false } => quote!(#rt::Fallible::alone()),
        Shape::Fallible { share: true } => {
            let whole = &plan.returns.whole;
            shown_from_to(quote!(#rt::returns::<#whole>().shape_of_cached_return()), ends(whole))
        }
    }
}
