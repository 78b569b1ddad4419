//! Writes the expansion of a checked plan. Nothing can fail here.

mod body;
mod definition;
mod docs;
mod function;
mod handle;
mod key;

use proc_macro2::TokenStream;
use quote::quote;

use self::function::function;
use self::handle::{declare, handle};
use crate::errors::Errors;
use crate::plan::{Place, Plan};

/// The handle and the function.
pub(crate) fn expansion(plan: &Plan<'_>) -> TokenStream {
    let handle = handle(plan);
    let function = function(plan);
    quote!(#handle #function)
}

/// The stand-in for the expansion where there are mistakes: the function as it was written, and a handle of the right
/// name.
///
/// The first mistake is told inside the handle's type: then the compiler says nothing more of what is done with the
/// handle, be it of the wrong type or with arguments that only the corrected attribute would ask for.
pub(crate) fn stand_in(plan: &Plan<'_>, errors: &Errors) -> TokenStream {
    let function = plan.input;
    let mut calls = errors.calls();
    match calls.next() {
        Some(first) if plan.place != Place::Body => {
            let handle = declare(plan, &quote!([(); { #first }]), &quote!(loop {}));
            quote!(#handle #(#calls)* #function)
        }
        _ => errors.beside(function),
    }
}
