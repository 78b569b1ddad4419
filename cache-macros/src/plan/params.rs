//! The parameters: which are part of the key, and under what name.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, PatIdent, Receiver, ReceiverKind, Signature, Type, parse_quote};

use super::types::{as_written, ungrouped, without_references};
use super::within::{Way, Ways};
use crate::errors::Errors;
use crate::input::{CacheAttr, is_cache};
use crate::options::Options;
use crate::suggest::{did_you_mean, nearest};
use crate::value::StandIn;

pub(crate) struct Param<'a> {
    pub(crate) arg: &'a FnArg,
    /// The name outside the body: its own, or one for a pattern.
    pub(crate) local: Local,
    pub(crate) ty: TokenStream,
    pub(crate) is_skipped: bool,
    /// Its stand-in in the key.
    pub(crate) by: Option<StandIn>,
    /// The way to the stand-ins for its parts.
    pub(crate) within: Option<Way>,
}

pub(crate) enum Local {
    SelfValue,
    /// A name, which may be `mut`.
    Name(Ident),
    /// A pattern, taken apart in the body.
    Pattern {
        stand_in: Ident,
    },
    /// `_`
    Nothing,
}

impl Local {
    /// A name that begins so.
    fn has_underscore(&self) -> bool {
        matches!(self, Self::Name(name) if name.unraw().to_string().starts_with('_'))
    }
}

impl Param<'_> {
    /// Is it one of these names?
    pub(crate) fn is_one_of(&self, names: &HashSet<String>) -> bool {
        self.written_name().is_some_and(|name| names.contains(&name))
    }

    /// As it is called in a message or an option.
    fn written_name(&self) -> Option<String> {
        match &self.local {
            Local::SelfValue => Some("self".into()),
            Local::Name(name) => Some(name.to_string()),
            Local::Pattern { .. } | Local::Nothing => None,
        }
    }

    /// A named one whose name begins so.
    pub(crate) fn has_underscore(&self) -> bool {
        self.local.has_underscore()
    }

    /// Does `#[cache(…)]` stand on it?
    pub(crate) fn has_own_attr(&self) -> bool {
        match self.arg {
            FnArg::Receiver(receiver) => receiver.attrs.iter().any(is_cache),
            FnArg::Typed(typed) => typed.attrs.iter().any(is_cache),
        }
    }

    /// Of one of the language's own types of fixed width, or a reference to one.
    pub(crate) fn is_primitive(&self) -> bool {
        const PRIMITIVES: [&str; 16] = [
            "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
            "f32", "f64",
        ];
        matches!(self.arg, FnArg::Typed(typed) if matches!(
            without_references(&typed.ty),
            Type::Path(path) if PRIMITIVES.iter().any(|name| path.path.is_ident(name)),
        ))
    }

    pub(crate) fn is_impl_trait(&self) -> bool {
        matches!(self.arg, FnArg::Typed(typed) if contains_impl_trait(&typed.ty))
    }

    /// Where the compiler is to complain about it.
    pub(crate) fn span(&self) -> Span {
        match self.arg {
            FnArg::Receiver(receiver) => receiver.self_token.span,
            FnArg::Typed(typed) => typed.pat.span(),
        }
    }

    /// The expression for a reference to it.
    pub(crate) fn reference(&self) -> TokenStream {
        let name = match &self.local {
            Local::SelfValue => {
                let self_token = Ident::new("self", self.span());
                quote!(#self_token)
            }
            Local::Name(name) => name.to_token_stream(),
            Local::Pattern { stand_in } => stand_in.to_token_stream(),
            Local::Nothing => return quote!(()),
        };
        if self.is_reference() { name } else { quote!(&#name) }
    }

    fn is_reference(&self) -> bool {
        match self.arg {
            FnArg::Receiver(Receiver { kind: ReceiverKind::Reference(..), .. }) => true,
            FnArg::Receiver(Receiver { kind: ReceiverKind::Typed(_, ty), .. }) => is_reference(ty),
            FnArg::Receiver(_) => false,
            FnArg::Typed(typed) => is_reference(&typed.ty),
        }
    }

    /// The type behind the references, to name it in a closure's signature.
    pub(crate) fn referred(&self) -> TokenStream {
        match self.arg {
            FnArg::Receiver(_) => quote!(Self),
            FnArg::Typed(typed) if contains_impl_trait(&typed.ty) => quote!(_),
            FnArg::Typed(typed) => without_references(&typed.ty).to_token_stream(),
        }
    }
}

pub(crate) fn params<'a>(sig: &'a Signature, options: &Options, errors: &mut Errors) -> Vec<Param<'a>> {
    let mut params: Vec<_> =
        sig.inputs.iter().enumerate().map(|(position, arg)| param(position, arg, options, errors)).collect();
    apply_skip(options, &mut params, errors);
    apply_hash_funcs(options, &mut params, errors);
    params
}

fn param<'a>(position: usize, arg: &'a FnArg, options: &Options, errors: &mut Errors) -> Param<'a> {
    let (attrs, local, ty) = match arg {
        FnArg::Receiver(receiver) => (&receiver.attrs, Local::SelfValue, receiver_type(receiver)),
        FnArg::Typed(typed) => {
            let local = match &*typed.pat {
                Pat::Ident(PatIdent { by_ref: None, ident, subpat: None, .. }) => Local::Name(ident.clone()),
                Pat::Wild(_) => Local::Nothing,
                _ => Local::Pattern { stand_in: format_ident!("argument{position}", span = Span::mixed_site()) },
            };
            (&typed.attrs, local, typed.ty.to_token_stream())
        }
    };
    for cfg in attrs.iter().filter(|attr| is_conditional(attr)) {
        errors.at(cfg, "a parameter under `cfg` is not supported: put the `cfg` on two versions of the function");
    }
    let mut own = attrs.iter().filter(|attr| is_cache(attr));
    let own_attr = own.next().map(|attr| errors.ok(CacheAttr::of(attr)));
    for again in own {
        errors.at(again, "`#[cache(…)]` stands on this parameter twice: put both into one");
    }
    let is_nameless = local.has_underscore() || matches!(local, Local::Nothing);
    // Whatever an attribute with a mistake was to say, nothing is said about the parameter without it.
    let is_unclear = matches!(own_attr, Some(None));
    let (skip, by) = own_attr.flatten().map_or((None, None), |own| (own.skip, own.by));
    if options.key.is_some()
        && let Some(useless) = skip.as_ref().or(by.as_ref().map(|(key, _)| key))
    {
        errors.at(useless, format!("`key = …` replaces the parameters: remove this `{useless}` or the `key`"));
    }
    if is_nameless && let Some((key, _)) = &by {
        let message = format!("this parameter is left out of the key by its underscore: rename it or remove `{key}`");
        errors.at(key, message);
    }
    Param {
        arg,
        local,
        ty,
        is_skipped: is_nameless || skip.is_some() || is_unclear,
        by: by.map(|(_, by)| by),
        within: None,
    }
}

fn receiver_type(receiver: &Receiver) -> TokenStream {
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => quote!(#and #lifetime #mutability Self),
        ReceiverKind::Typed(_, ty) => ty.to_token_stream(),
        _ => quote!(Self),
    }
}

fn apply_skip(options: &Options, params: &mut [Param<'_>], errors: &mut Errors) {
    let mut seen = HashSet::new();
    for name in options.skip.iter().flat_map(|set| &set.value) {
        if !seen.insert(name) {
            errors.at(name, format!("`{name}` stands here twice"));
            continue;
        }
        let is_named = |param: &&mut Param<'_>| param.written_name().is_some_and(|written| *name == written);
        if let Some(param) = params.iter_mut().find(is_named) {
            if let Some(by) = &param.by {
                let word = if let StandIn::Serde(_) = by { "serde" } else { "by" };
                errors.at(by, format!("`{name}` is left out by `skip`: it needs no `{word}`, remove one of the two"));
            }
            param.is_skipped = true;
            continue;
        }
        let names: Vec<_> = params.iter().filter_map(Param::written_name).collect();
        let nearest = nearest(&name.to_string(), names.iter().map(String::as_str));
        errors.at(name, format!("there is no parameter `{name}`{}", did_you_mean(nearest.as_slice())));
        // The parameter that was meant is left out as well: nothing is to follow from a slip.
        for param in params.iter_mut().filter(|param| nearest.is_some() && param.written_name().as_deref() == nearest) {
            param.is_skipped = true;
        }
    }
}

fn apply_hash_funcs(options: &Options, params: &mut [Param<'_>], errors: &mut Errors) {
    let Some(funcs) = options.hash_funcs.as_ref().map(|set| &set.value) else { return };
    let mut ways = Ways::to(funcs);
    let this = parse_quote!(Self);
    for param in params.iter_mut() {
        let ty = match param.arg {
            FnArg::Receiver(_) => &this,
            FnArg::Typed(typed) => &typed.ty,
        };
        let unreached = ways.unreached.len();
        let way = ways.way(ty);
        if param.is_skipped || param.by.is_some() {
            // It is said already what counts of it.
            ways.unreached.truncate(unreached);
            continue;
        }
        match way {
            Way::Own => {}
            Way::By { stand_in, .. } => param.by = Some(stand_in),
            way => param.within = Some(way),
        }
    }
    let mut seen = HashSet::new();
    for func in funcs {
        let written = as_written(&func.ty);
        if !seen.insert(written.clone()) {
            errors.at(&func.ty, "this type stands here twice: remove one of the two");
        } else if !ways.find(&written) {
            let types: Vec<_> = params.iter().filter_map(|param| type_name(param.arg)).collect();
            let nearest = nearest(&written, types.iter().map(String::as_str));
            let suggestion = did_you_mean(nearest.as_slice());
            errors.at(&func.ty, format!("no parameter has this type, as it is written{suggestion}"));
        }
    }
    for (ty, named) in ways.unreached {
        errors.at(
            &ty,
            format!(
                "`hash_funcs` does not reach the `{named}` in this type: name the whole type there, or say what stands \
                 for the parameter with `#[cache(by = |value| …)]`"
            ),
        );
    }
}

fn is_reference(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Reference(_))
}

/// The type of a parameter, if it is a plain name.
fn type_name(arg: &FnArg) -> Option<String> {
    match arg {
        FnArg::Typed(typed) => match without_references(&typed.ty) {
            Type::Path(path) => path.path.get_ident().map(Ident::to_string),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

fn contains_impl_trait(ty: &Type) -> bool {
    struct Search(bool);
    impl syn::visit::Visit<'_> for Search {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_type(&mut search, ty);
    search.0
}
