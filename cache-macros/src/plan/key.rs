//! The parts of the key, and the arguments of `entry`.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Error, Expr, FnArg, GenericParam, Lifetime, Lit, Signature, WherePredicate};

use super::params::{Local, Param};
use super::place::Place;
use super::within::Way;
use crate::errors::Errors;
use crate::options::Options;
use crate::tokens::{identifiers, located_identifiers};
use crate::value::{StandIn, Tag};

pub(crate) struct KeyPlan {
    /// The parts, in the order in which they are fed.
    pub(crate) feeds: Vec<Feed>,
    /// Which parameters `entry` takes: their places among all.
    pub(crate) arguments: Vec<usize>,
    /// Which of them no option names: they are in the key because the body may use them.
    pub(crate) for_the_body: Vec<usize>,
    /// The named lifetimes in their types.
    pub(crate) lifetimes: Vec<Lifetime>,
    /// All that is fed is of fixed width, and short.
    pub(crate) is_short: bool,
}

/// One step of making a key.
pub(crate) enum Feed {
    /// A generic argument.
    Type(TokenStream),
    /// All that stands around the body: the generic arguments of the function, and those of its `impl` block.
    Instance { span: Span },
    /// The type behind an `impl Trait` parameter.
    TypeOf { reference: TokenStream, span: Span },
    /// A reference to what is fed, and where the compiler is to complain about it.
    Part { reference: TokenStream, span: Span },
    /// The stand-in for a parameter, or for its parts.
    By { reference: TokenStream, way: Way, span: Span },
}

impl KeyPlan {
    pub(crate) fn of(
        options: &Options,
        sig: &Signature,
        params: &[Param<'_>],
        place: Place,
        errors: &mut Errors,
    ) -> Self {
        let mut feeds = generic_arguments(sig, params, place);
        let mut named = HashSet::new();
        if let Some(key) = &options.key {
            named.extend(identifiers(key.value.to_token_stream()));
            if !check_patterns(&key.value, params, errors)
                && !params.is_empty()
                && !params.iter().any(|param| param.is_one_of(&named))
            {
                errors.at(&key.value, KEY_OF_NOTHING);
            }
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
        let is_argument = |param: &Param<'_>| param.is_one_of(&named) || (options.key.is_none() && !param.is_skipped);
        let arguments: Vec<_> =
            params.iter().enumerate().filter(|(_, param)| is_argument(param)).map(|(place, _)| place).collect();
        // A parameter that another option looks at has a use, whatever the body makes of it.
        if let Some(enabled) = &options.enabled {
            check_patterns(&enabled.value.0, params, errors);
            named.extend(identifiers(enabled.value.0.to_token_stream()));
        }
        for text in options.tags.iter().flat_map(|set| &set.value) {
            check_braces(text, params, errors);
        }
        for tag in options.entry_tags() {
            if !check_patterns(tag, params, errors) {
                check_is_parameter(tag, params, errors);
            }
            named.extend(identifiers(tag.to_token_stream()));
        }
        let is_for_the_body = |param: &Param<'_>| !param.is_one_of(&named) && !param.has_own_attr();
        let for_the_body = arguments.iter().copied().filter(|&place| is_for_the_body(&params[place])).collect();
        let lifetimes = named_lifetimes(sig, arguments.iter().map(|&argument| &params[argument]));
        let is_short = feeds.len() <= MANY && feeds.len() == arguments.len() && is_short(options, params);
        Self { feeds, arguments, for_the_body, lifetimes, is_short }
    }
}

/// More parts than this are not made into a key in place.
const MANY: usize = 4;

/// Is every part a parameter of one of the language's own types of fixed width?
fn is_short(options: &Options, params: &[Param<'_>]) -> bool {
    let mut parts = params.iter().filter(|param| !param.is_skipped);
    options.key.is_none() && parts.all(|param| param.by.is_none() && param.is_primitive())
}

/// The parts that tell the instances of a function apart.
///
/// Outside an `impl` block its own parameters say all. Inside, there may be those of the block too, which cannot be
/// seen from here, but are part of the type of every function and closure in it.
fn generic_arguments(sig: &Signature, params: &[Param<'_>], place: Place) -> Vec<Feed> {
    let name = &sig.ident;
    match place {
        Place::Impl if !is_generic(sig, params, place) => {
            return vec![Feed::TypeOf { reference: quote!(&Self::#name), span: name.span() }];
        }
        // Nobody else has to make the same key, so a type that only the body knows will do.
        Place::Impl | Place::Body => return vec![Feed::Instance { span: name.span() }],
        Place::Module => {}
    }
    let named = sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(Feed::Type(param.ident.to_token_stream())),
        GenericParam::Const(param) => {
            let name = &param.ident;
            Some(Feed::Part { reference: quote!(&#name), span: name.span() })
        }
    });
    // As with types that have names, also of those that are left out: which one it is may matter all the same.
    let unnamed = params.iter().filter(|param| param.is_impl_trait() && !matches!(param.local, Local::Nothing));
    named.chain(unnamed.map(|param| Feed::TypeOf { reference: param.reference(), span: param.span() })).collect()
}

/// Are there types that only the function knows? Its own parameters, or those of its `impl` block under a `where`
/// clause of its own: outside of that clause nothing is known of them that the handle would have to know.
pub(crate) fn is_generic(sig: &Signature, params: &[Param<'_>], place: Place) -> bool {
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    let mut clauses = sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let is_about_types = |clause: &WherePredicate| matches!(clause, WherePredicate::Type(_));
    !sig.generics.params.iter().all(is_lifetime)
        || params.iter().any(Param::is_impl_trait)
        || place == Place::Impl && clauses.any(is_about_types)
}

fn parameter(param: &Param<'_>) -> Feed {
    let (reference, span) = (param.reference(), param.span());
    let by = |stand_in: &StandIn| Way::By { ty: param.referred(), stand_in: stand_in.clone() };
    match param.by.as_ref().map(by).or_else(|| param.within.clone()) {
        None => Feed::Part { reference, span },
        Some(way) => Feed::By { reference, way, span },
    }
}

fn expression(expr: &Expr) -> Feed {
    Feed::Part { reference: quote!(&(#expr)), span: expr.span() }
}

/// A literal version is in the fingerprint with the other options.
fn is_literal(version: &Expr) -> bool {
    matches!(version, Expr::Lit(literal) if !matches!(literal.lit, Lit::Verbatim(_)))
}

const KEY_OF_NOTHING: &str = "`key` names none of the parameters, so that all calls would share one entry: name those \
                              that tell calls apart, or leave the parameters out of the key (an underscore, \
                              `#[cache(skip)]`, `skip(…)`) and put this into `include(…)`";

/// Names bound by a parameter's pattern exist in the body only. Is one used?
fn check_patterns(expr: &Expr, params: &[Param<'_>], errors: &mut Errors) -> bool {
    let mut is_used = false;
    let mut bound = Names(HashSet::new());
    for param in params.iter().filter(|param| matches!(param.local, Local::Pattern { .. })) {
        if let FnArg::Typed(typed) = param.arg {
            bound.visit_pat(&typed.pat);
        }
    }
    for (name, span) in located_identifiers(expr.to_token_stream()) {
        // Once is enough.
        if bound.0.remove(&name) {
            let message = format!(
                "`{name}` is part of a parameter's pattern, which is taken apart in the body only: give the parameter \
                 a name and take it apart there"
            );
            errors.push(Error::new(span, message));
            is_used = true;
        }
    }
    is_used
}

/// A tag that is written like a variable is one of the parameters, or lacks its quotes.
fn check_is_parameter(tag: &Expr, params: &[Param<'_>], errors: &mut Errors) {
    if let Expr::Path(path) = tag
        && let Some(name) = path.path.get_ident().map(Ident::to_string)
        && !name.contains(char::is_uppercase)
    {
        let message =
            format!("there is no parameter `{name}`: a tag that does not depend on one is a text, `tags(\"{name}\")`");
        let name = HashSet::from([name]);
        if !params.iter().any(|param| param.is_one_of(&name)) {
            errors.at(tag, message);
        }
    }
}

/// A text with a parameter in braces lacks its `format!`.
fn check_braces(tag: &Tag, params: &[Param<'_>], errors: &mut Errors) {
    let Tag::Text(literal) = tag else { return };
    let text = literal.value();
    let names = text.split('{').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next());
    for name in names.flatten().filter(|name| !name.is_empty()) {
        if params.iter().any(|param| param.is_one_of(&HashSet::from([name.to_owned()]))) {
            let message = format!(
                "this is the tag as it stands here: for the parameter `{name}` in it, write `format!({text:?})`"
            );
            errors.at(literal, message);
            return;
        }
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
