//! What is returned, what of it is kept, and how.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{
    GenericArgument, GenericParam, Lifetime, PathArguments, ReturnType, Signature, Type, TypePath, TypeReference,
};

use crate::errors::Errors;
use crate::kind::Kind;
use crate::options::Options;
use crate::tokens::{ends, identifiers};
use crate::value::CacheErr;

pub(crate) struct Returns {
    /// The return type, `()` if none is written.
    pub(crate) whole: TokenStream,
    /// From where to where what is kept of it stands, for the messages of the compiler.
    pub(crate) ends: (Span, Span),
    /// What is kept.
    pub(crate) kept: Kept,
    pub(crate) keep: Keep,
    pub(crate) shape: Shape,
    pub(crate) is_result: bool,
}

/// The type that is kept.
pub(crate) enum Kept {
    Type(TokenStream),
    /// What is kept of a `Result` under a name that hides it.
    OkOf(TokenStream),
}

/// How the values are held; the names are those of the runtime.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Data,
    Resource,
    ResourceOrError,
    CheapClone,
}

impl ToTokens for Keep {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Data => quote!(Data),
            Self::Resource => quote!(Resource),
            Self::ResourceOrError => quote!(ResourceOrError),
            Self::CheapClone => quote!(CheapClone),
        });
    }
}

/// How what is kept and what is returned belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Whole,
    Optional,
    Fallible {
        /// The error may be one that can be handed to those who waited.
        share: bool,
    },
}

impl Returns {
    pub(crate) fn of(kind: Kind, options: &Options, sig: &Signature, errors: &mut Errors) -> Self {
        let ReturnType::Type(_, ty) = &sig.output else {
            let unit = quote!(());
            return Self {
                whole: unit.clone(),
                ends: (sig.ident.span(), sig.ident.span()),
                kept: Kept::Type(unit),
                keep: if kind == Kind::Data { Keep::Data } else { Keep::Resource },
                shape: Shape::Whole,
                is_result: false,
            };
        };
        let keeps_errors = options.cache_err.as_ref().is_some_and(|set| !matches!(set.value, CacheErr::No));
        let keep = match kind {
            Kind::Data => Keep::Data,
            Kind::Resource if options.cheap_clone.is_some() => Keep::CheapClone,
            Kind::Resource if keeps_errors => Keep::ResourceOrError,
            Kind::Resource => Keep::Resource,
        };
        let whole = ty.to_token_stream();
        let result = arguments_of(ty, "Result");
        let (kept, shape, error) = match (&result, arguments_of(ty, "Option")) {
            (Some(_), _) if keeps_errors => (Kept::Type(whole.clone()), Shape::Whole, None),
            (Some(arguments), _) => {
                let (kept, error) = match arguments.as_slice() {
                    [kept, error] => (Kept::Type(kept.to_token_stream()), Some(*error)),
                    _ => (Kept::OkOf(whole.clone()), None),
                };
                let share = error.is_none_or(|error| can_be_shared(error, sig));
                (kept, Shape::Fallible { share }, error)
            }
            (None, Some(arguments)) if kind == Kind::Resource && arguments.len() == 1 => {
                (Kept::Type(arguments[0].to_token_stream()), Shape::Optional, None)
            }
            _ => (Kept::Type(whole.clone()), Shape::Whole, None),
        };
        OwnsItsParts { errors, not_kept: error }.visit_type(ty);
        let (Kept::Type(named) | Kept::OkOf(named)) = &kept;
        Self { ends: ends(named), whole, kept, keep, shape, is_result: result.is_some() }
    }
}

/// The type arguments of a path whose last segment has this name.
fn arguments_of<'a>(ty: &'a Type, name: &str) -> Option<Vec<&'a Type>> {
    let path = match ty {
        Type::Path(TypePath { path, .. }) => path,
        Type::Group(group) => return arguments_of(&group.elem, name),
        Type::Paren(paren) => return arguments_of(&paren.elem, name),
        _ => return None,
    };
    let last = path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Some(Vec::new()) };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}

/// An error that is shared has to live as long as it likes. Types and lifetimes of the function's own parameters may
/// not, and there is no asking them here.
fn can_be_shared(error: &Type, sig: &Signature) -> bool {
    let words = identifiers(error.to_token_stream());
    let is_parameter = |param: &GenericParam| match param {
        GenericParam::Type(param) => words.contains(&param.ident.to_string()),
        _ => false,
    };
    !words.contains("Self") && !has_lifetime(error) && !sig.generics.params.iter().any(is_parameter)
}

fn has_lifetime(ty: &Type) -> bool {
    struct Search(bool);
    impl Visit<'_> for Search {
        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_type_reference(&mut self, reference: &TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// Finds what cannot be kept, each at its own token.
struct OwnsItsParts<'a> {
    errors: &'a mut Errors,
    not_kept: Option<&'a Type>,
}

const BORROWED: &str = "what is kept must own its parts, this borrows: return an owned value (`String`, `Vec<T>`, …) \
                        or an `Arc`";

impl Visit<'_> for OwnsItsParts<'_> {
    fn visit_type(&mut self, ty: &Type) {
        if self.not_kept.is_some_and(|not_kept| std::ptr::eq(not_kept, ty)) {
            return;
        }
        match ty {
            Type::ImplTrait(_) => self.errors.at(
                ty,
                "an `impl Trait` cannot be kept, its type has no name: return a named type, a `Box` or an `Arc<dyn …>` \
                 (for a future, make the function `async`)",
            ),
            Type::Never(_) => self.errors.at(ty, "a function that never returns has nothing to keep"),
            // What a function pointer takes and gives is not kept in it.
            Type::Infer(_) | Type::FnPtr(_) => {}
            _ => visit::visit_type(self, ty),
        }
    }

    fn visit_type_reference(&mut self, reference: &TypeReference) {
        if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") {
            self.errors.at(reference, BORROWED);
        } else {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        if lifetime.ident != "static" {
            self.errors.at(lifetime, BORROWED);
        }
    }

    // `dyn Fn(&str)`: what it takes is not kept in it. `dyn for<'a> …`: neither are these lifetimes.
    fn visit_parenthesized_generic_arguments(&mut self, _arguments: &syn::ParenthesizedGenericArguments) {}
    fn visit_trait_bound(&mut self, bound: &syn::TraitBound) {
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }
}
