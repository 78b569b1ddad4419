//! The definition of a function for the runtime: its static, its options and its hooks.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use crate::follow::ALWAYS_DECIDED;
use crate::kind::Kind;
use crate::plan::{Kept, Place, Plan};
use crate::tokens::shown_from_to;
use crate::value::Scope;

/// The static behind a handle: it knows no types, so it can stand inside generic items.
pub(super) fn function_static(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    let fingerprint = of_one_length(plan.fingerprint);
    let kind = match plan.kind {
        Kind::Data => quote!(Data),
        Kind::Resource => quote!(Resource),
    };
    let name = format!("::{}", plan.input.sig.ident.unraw());
    let in_scope = plan.scope.map(|scope| {
        let scope = match scope {
            Scope::Global => quote!(Global),
            Scope::Session => quote!(Session),
            Scope::Thread => quote!(Thread),
        };
        quote!(.in_scope(#rt::Scope::#scope))
    });
    let decided = &plan.decided;
    // What reached code asks about may be known to it alone: it stands in a macro, or under a lint that is switched off.
    let is_asked = plan.is_persistent && decided.len() > ALWAYS_DECIDED;
    let lint = is_asked.then(|| quote!(#[allow(unexpected_cfgs)]));
    let persistent = plan.is_persistent.then(|| quote!(.persistent(&|| (), &[#(::core::cfg!(#decided)),*])));
    // Whether it stands in an `impl`, and of what, cannot be seen from here.
    let beside = (plan.place != Place::Module).then(|| quote!(.beside(&|| ())));
    quote! {
        #lint
        static __FUNCTION: #rt::Function = #rt::Function::new(
            #rt::Kind::#kind,
            ::core::concat!(::core::module_path!(), #name),
            #fingerprint,
        )#beside #in_scope #persistent;
    }
}

/// A number that takes as many characters as any other.
///
/// For completion an editor expands a function twice, with and without a word where the cursor is, and looks at one
/// place of both texts: what stands before the body must not move with what stands in it.
fn of_one_length(number: u128) -> Literal {
    format!("0x{number:032x}").parse().expect("a hexadecimal number is a literal")
}

pub(super) fn options(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    if plan.fields.is_empty() {
        return quote!(|| #rt::Options::DEFAULT);
    }
    let fields = plan.fields.iter().map(|(field, value)| {
        let field = Ident::new(field, Span::mixed_site());
        quote!(#field: #value)
    });
    quote!(|| #rt::Options { #(#fields,)* ..#rt::Options::DEFAULT })
}

pub(super) fn hooks(plan: &Plan<'_>) -> TokenStream {
    let Plan { rt, returns, .. } = plan;
    let keep = returns.keep;
    let kept = kept(plan);
    let calls = plan.hooks.iter().map(|(hook, closure)| {
        let hook = Ident::new(hook, Span::mixed_site());
        quote!(.#hook(#closure))
    });
    // Types that cannot be kept are complained about at the return type.
    let keep = if returns.keeps_errors { quote!(#rt::OrError(#rt::#keep)) } else { quote!(#rt::#keep) };
    let keep = if plan.scope == Some(Scope::Thread) { quote!(#rt::OnThread(#keep)) } else { keep };
    let keep = shown_from_to(keep, returns.ends);
    // A type that is looked up is named once, in the handle's type, if no closure has to know it: a mistake in it is
    // told as often as it is named.
    let is_told = plan.place != Place::Body && !plan.is_generic;
    let kept = match returns.kept {
        Kept::OkOf(_) if is_told && plan.hooks.is_empty() => quote!(_),
        _ => kept,
    };
    // Another instance of a resource says nothing about the one that is kept.
    let compared = (plan.kind == Kind::Data)
        .then(|| quote!(.compared(|same, shown| (same.way_of_comparing(), shown.way_of_showing()))));
    quote!(#rt::Hooks::<#kept>::new(#keep) #(#calls)* #compared)
}

pub(super) fn kept(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    match &plan.returns.kept {
        Kept::Type(ty) => ty.clone(),
        Kept::OkOf(result) => shown_from_to(quote!(<#result as #rt::IsResult>::Ok), plan.returns.ends),
    }
}
