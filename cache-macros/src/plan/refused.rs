//! Parameters that no key can stand for: a body's changes to its arguments are not kept, and an address does not say
//! what is there.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    FnArg, ParenthesizedGenericArguments, Receiver, ReceiverKind, Type, TypeFnPtr, TypePath, TypePtr, TypeReference,
};

use super::params::Param;
use super::types::as_written;
use crate::errors::Errors;
use crate::options::Options;
use crate::value::StandIn;

const CHANGED: &str = "what a body changes through `&mut` cannot be kept: return it, or leave the parameter out of the key \
                       (an underscore, `#[cache(skip)]`, `skip(…)`)";

const CHANGED_SELF: &str = "what a body changes through `&mut self` cannot be kept: take `&self`, or leave it out of the \
                            key with `skip(self)`";

const POINTER: &str = "a key would hold the address, which does not say what is there: take a reference, leave the \
                       parameter out of the key (an underscore, `#[cache(skip)]`, `skip(…)`), or say what stands for it \
                       with `#[cache(by = |pointer| …)]` (`pointer.addr()` if it is the address that counts)";

pub(super) fn check(options: &Options, params: &[Param<'_>], errors: &mut Errors) {
    // A `skip` with a mistake in it may have been about any parameter.
    if options.names("key") || (options.names("skip") && options.skip.is_none()) {
        return;
    }
    let told =
        options.hash_funcs.iter().flat_map(|set| &set.value).filter(|func| matches!(func.stand_in, StandIn::By(_)));
    let told = told.map(|func| as_written(&func.ty)).collect();
    for param in params.iter().filter(|param| !param.is_skipped && !matches!(param.by, Some(StandIn::By(_)))) {
        match param.arg {
            FnArg::Typed(typed) => {
                for (ty, message) in refused(&typed.ty, &told) {
                    errors.at(&ty, message);
                }
            }
            FnArg::Receiver(receiver) if changes_self(receiver) => errors.at(&param.arg, CHANGED_SELF),
            FnArg::Receiver(_) => {}
        }
    }
}

fn changes_self(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => !refused(ty, &HashSet::new()).is_empty(),
        _ => false,
    }
}

/// The parts of a type that are refused, and why; `told` are the types that have a stand-in.
fn refused(ty: &Type, told: &HashSet<String>) -> Vec<(TokenStream, &'static str)> {
    let mut search = Search { told, is_shared: false, found: Vec::new() };
    search.visit_type(ty);
    search.found
}

struct Search<'a> {
    told: &'a HashSet<String>,
    /// Behind a shared reference nothing can be changed through a mutable one.
    is_shared: bool,
    found: Vec<(TokenStream, &'static str)>,
}

impl Search<'_> {
    fn refuse(&mut self, ty: &impl ToTokens, message: &'static str) {
        self.found.push((ty.to_token_stream(), message));
    }
}

impl Visit<'_> for Search<'_> {
    fn visit_type(&mut self, ty: &Type) {
        if !self.told.contains(&as_written(ty)) {
            visit::visit_type(self, ty);
        }
    }

    fn visit_type_reference(&mut self, reference: &TypeReference) {
        if reference.mutability.is_some() && !self.is_shared {
            return self.refuse(reference, CHANGED);
        }
        let around = std::mem::replace(&mut self.is_shared, true);
        visit::visit_type_reference(self, reference);
        self.is_shared = around;
    }

    fn visit_type_ptr(&mut self, pointer: &TypePtr) {
        self.refuse(pointer, POINTER);
    }

    fn visit_type_path(&mut self, ty: &TypePath) {
        match ty.path.segments.last() {
            Some(last) if last.ident == "NonNull" => self.refuse(ty, POINTER),
            // There is nothing of it.
            Some(last) if last.ident == "PhantomData" => {}
            _ => visit::visit_type_path(self, ty),
        }
    }

    // Arguments and results of a function are not borrowed in it.
    fn visit_type_fn_ptr(&mut self, _function: &TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(&mut self, _arguments: &ParenthesizedGenericArguments) {}
}
