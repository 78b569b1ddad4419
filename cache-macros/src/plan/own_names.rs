//! Names in a function's own signature that are also its handle's.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{ConstParam, PatIdent, Signature};

use crate::errors::Errors;

/// Whether the function itself binds the handle's name, so that it would not find the static.
pub(super) fn check(handle: &Ident, sig: &Signature, errors: &mut Errors) -> bool {
    let mut own = OwnNames { handle, found: Vec::new() };
    own.visit_signature(sig);
    for (name, what) in &own.found {
        errors.at(
            name,
            format!("{what} cannot have the name of the handle, which is a static: choose another with `name = \"…\"`"),
        );
    }
    !own.found.is_empty()
}

/// Finds what of a signature is called as the handle is, where the names of values count.
struct OwnNames<'a> {
    handle: &'a Ident,
    found: Vec<(Ident, &'static str)>,
}

impl Visit<'_> for OwnNames<'_> {
    fn visit_const_param(&mut self, param: &ConstParam) {
        if param.ident == *self.handle {
            self.found.push((param.ident.clone(), "a `const` parameter"));
        }
    }

    fn visit_pat_ident(&mut self, pat: &PatIdent) {
        if pat.ident == *self.handle {
            self.found.push((pat.ident.clone(), "a parameter"));
        }
        visit::visit_pat_ident(self, pat);
    }
}
