//! What makes the key, and the arguments of `entry`.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, GenericParam, Lifetime, Lit, Signature};

use super::Place;
use super::params::{Local, Param};
use crate::errors::Errors;
use crate::options::Options;
use crate::tokens::identifiers;

pub(crate) struct KeyPlan {
    /// What is fed, in order.
    pub(crate) feeds: Vec<Feed>,
    /// Which parameters `entry` takes: their places among all.
    pub(crate) arguments: Vec<usize>,
    /// The named lifetimes in their types.
    pub(crate) lifetimes: Vec<Lifetime>,
}

/// One step of making a key.
pub(crate) enum Feed {
    /// A generic argument.
    Type(TokenStream),
    /// The type behind an `impl Trait` parameter.
    TypeOf { reference: TokenStream, span: Span },
    /// A reference to what is fed, and where the compiler is to complain about it.
    Part { reference: TokenStream, span: Span },
    /// What stands for a parameter.
    By { reference: TokenStream, ty: TokenStream, stand_in: Expr, span: Span },
}

impl KeyPlan {
    pub(crate) fn of(
        options: &Options,
        sig: &Signature,
        params: &[Param<'_>],
        place: Place,
        errors: &mut Errors,
    ) -> Self {
        let mut feeds = generic_arguments(sig);
        let mut named = HashSet::new();
        let is_self_known = place == Place::Impl || params.iter().any(|param| matches!(param.local, Local::SelfValue));
        if is_self_known {
            feeds.insert(0, Feed::Type(quote!(Self)));
        }
        for param in params.iter().filter(|param| param.is_impl_trait() && !param.is_skipped) {
            feeds.push(Feed::TypeOf { reference: param.reference(), span: param.span() });
        }
        if let Some(key) = &options.key {
            check_patterns(&key.value, params, errors);
            named.extend(identifiers(key.value.to_token_stream()));
            feeds.push(expression(&key.value));
        } else {
            feeds.extend(params.iter().filter(|param| !param.is_skipped).map(parameter));
        }
        for included in options.include.iter().flat_map(|set| &set.value) {
            check_patterns(included, params, errors);
            named.extend(identifiers(included.to_token_stream()));
            feeds.push(expression(included));
        }
        if let Some(version) = options.version.as_ref().filter(|version| !is_literal(&version.value)) {
            feeds.push(expression(&version.value));
        }
        let is_argument = |param: &Param<'_>| {
            let is_named = match &param.local {
                Local::SelfValue => named.contains("self"),
                Local::Name(name) => named.contains(&name.to_string()),
                Local::Pattern { .. } | Local::Nothing => false,
            };
            is_named || (options.key.is_none() && !param.is_skipped)
        };
        let arguments: Vec<_> =
            params.iter().enumerate().filter(|(_, param)| is_argument(param)).map(|(place, _)| place).collect();
        let lifetimes = named_lifetimes(sig, arguments.iter().map(|&argument| &params[argument]));
        Self { feeds, arguments, lifetimes }
    }
}

fn generic_arguments(sig: &Signature) -> Vec<Feed> {
    let feed = |param: &GenericParam| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(Feed::Type(param.ident.to_token_stream())),
        GenericParam::Const(param) => {
            let name = &param.ident;
            Some(Feed::Part { reference: quote!(&#name), span: name.span() })
        }
    };
    sig.generics.params.iter().filter_map(feed).collect()
}

fn parameter(param: &Param<'_>) -> Feed {
    let (reference, span) = (param.reference(), param.span());
    match &param.by {
        None => Feed::Part { reference, span },
        Some(stand_in) => Feed::By { reference, ty: param.referred(), stand_in: stand_in.clone(), span },
    }
}

fn expression(expr: &Expr) -> Feed {
    Feed::Part { reference: quote!(&(#expr)), span: expr.span() }
}

/// A literal version is in the fingerprint with the other options.
fn is_literal(version: &Expr) -> bool {
    matches!(version, Expr::Lit(literal) if !matches!(literal.lit, Lit::Verbatim(_)))
}

/// Names bound by a parameter's pattern exist in the body only.
fn check_patterns(expr: &Expr, params: &[Param<'_>], errors: &mut Errors) {
    let mut bound = Names(HashSet::new());
    for param in params.iter().filter(|param| matches!(param.local, Local::Pattern { .. })) {
        if let FnArg::Typed(typed) = param.arg {
            bound.visit_pat(&typed.pat);
        }
    }
    let used: Vec<String> =
        identifiers(expr.to_token_stream()).into_iter().filter(|name| bound.0.contains(name)).collect();
    for name in used {
        errors.at(
            expr,
            format!(
                "`{name}` is part of a parameter's pattern, which is taken apart in the body only: give the parameter \
                 a name and take it apart there"
            ),
        );
    }
}

struct Names(HashSet<String>);

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
        self.0.insert(pat.ident.to_string());
        visit::visit_pat_ident(self, pat);
    }
}

fn named_lifetimes<'a>(sig: &Signature, params: impl Iterator<Item = &'a Param<'a>>) -> Vec<Lifetime> {
    struct Used(HashSet<Ident>);
    impl Visit<'_> for Used {
        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            self.0.insert(lifetime.ident.clone());
        }
    }
    let mut used = Used(HashSet::new());
    params.for_each(|param| used.visit_fn_arg(param.arg));
    let lifetimes = sig.generics.lifetimes().map(|param| param.lifetime.clone());
    lifetimes.filter(|lifetime| used.0.contains(&lifetime.ident)).collect()
}
