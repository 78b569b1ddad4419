//! The handle: a static, or an associated constant.

use proc_macro2::TokenStream;
use quote::quote;

use super::definition::{function_static, hooks, kept, options};
use super::docs::handle_docs;
use super::key::{key_function, key_type, lints};
use crate::plan::{Place, Plan};

pub(super) fn handle(plan: &Plan<'_>) -> TokenStream {
    if plan.place == Place::Body {
        return TokenStream::new();
    }
    let (rt, runtime) = (&plan.rt, &plan.runtime);
    let key_type = key_type(plan);
    let inner = function_static(plan);
    let options = options(plan);
    let (kept, hooks, key) = if plan.is_generic {
        (quote!(#runtime::Generic), quote!(#rt::Hooks::new(#rt::Data)), quote!(()))
    } else {
        (kept(plan), hooks(plan), key_function(plan))
    };
    declare(
        plan,
        &quote!(#runtime::CachedFn<#kept, #key_type>),
        &quote!({ #inner #rt::cached_fn(&__FUNCTION, #options, #hooks, #key) }),
    )
}

/// The static, or the associated constant.
pub(super) fn declare(plan: &Plan<'_>, ty: &TokenStream, value: &TokenStream) -> TokenStream {
    let Plan { handle: name, handle_attrs: attrs, input, .. } = plan;
    let vis = &input.vis;
    let docs = handle_docs(plan);
    let lints = lints(plan.key.arguments.iter().map(|&argument| &plan.params[argument]));
    let keyword = if plan.place == Place::Module { quote!(static) } else { quote!(const) };
    quote! {
        #(#[doc = #docs])*
        #(#attrs)*
        #lints
        #vis #keyword #name: #ty = #value;
    }
}
