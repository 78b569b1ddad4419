//! The return type: the part of it that is kept, and how.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{
    GenericParam, Lifetime, PathArguments, ReturnType, Signature, Type, TypeParamBound, TypePath, TypeReference,
};

use super::place::Place;
use super::types::{types, ungrouped};
use crate::errors::Errors;
use crate::kind::Kind;
use crate::options::Options;
use crate::tokens::ends;
use crate::value::CacheErr;

pub(crate) struct Returns {
    /// The return type, `()` if none is written.
    pub(crate) whole: TokenStream,
    /// From where to where what is kept of it stands, for the messages of the compiler.
    pub(crate) ends: (Span, Span),
    /// The type of the kept values.
    pub(crate) kept: Kept,
    pub(crate) keep: Keep,
    /// Of a `Result`, errors are kept too.
    pub(crate) keeps_errors: bool,
    pub(crate) shape: Shape,
    /// A `Result`, by its name or because `cache_err` says so.
    pub(crate) is_result: bool,
    /// A name that tells nothing, and nobody said what it is.
    pub(crate) may_be_result: bool,
}

/// The type that is kept.
pub(crate) enum Kept {
    Type(TokenStream),
    /// The `Ok` type of a `Result` under a name that hides it.
    OkOf(TokenStream),
}

/// How the values are held; the names are those of the runtime.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Data,
    Resource,
    CheapClone,
}

impl ToTokens for Keep {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Data => quote!(Data),
            Self::Resource => quote!(Resource),
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
    pub(crate) fn of(kind: Kind, options: &Options, sig: &Signature, place: Place, errors: &mut Errors) -> Self {
        let ReturnType::Type(_, ty) = &sig.output else {
            let unit = quote!(());
            return Self {
                whole: unit.clone(),
                ends: (sig.ident.span(), sig.ident.span()),
                kept: Kept::Type(unit),
                keep: if kind == Kind::Data { Keep::Data } else { Keep::Resource },
                keeps_errors: false,
                shape: Shape::Whole,
                is_result: false,
                may_be_result: false,
            };
        };
        let cache_err = options.cache_err.as_ref().map(|set| &set.value);
        let keeps_errors = cache_err.is_some_and(|cache_err| !matches!(cache_err, CacheErr::No));
        let keep = match kind {
            Kind::Data => Keep::Data,
            Kind::Resource if options.cheap_clone.is_some() => Keep::CheapClone,
            Kind::Resource => Keep::Resource,
        };
        let whole = ty.to_token_stream();
        let name = Named::of(ty);
        let (kept, shape, error) = match (name, cache_err) {
            (Named::Result(_) | Named::Unknown, _) if keeps_errors => (Kept::Type(whole.clone()), Shape::Whole, None),
            // Which of the parameters of a name of one's own is which, nobody can say.
            (Named::Result(_) | Named::Unknown, Some(_)) => {
                (Kept::OkOf(whole.clone()), Shape::Fallible { share: can_be_shared(ty, sig, place) }, None)
            }
            (Named::Result(arguments), None) => {
                let (kept, error) = match types(arguments).as_slice() {
                    [kept, error] => (Kept::Type(kept.to_token_stream()), Some(*error)),
                    // `io::Result<T>`: everybody who leaves out the error has the value there.
                    [kept] => (Kept::Type(kept.to_token_stream()), None),
                    _ => (Kept::OkOf(whole.clone()), None),
                };
                let share = error.is_none_or(|error| can_be_shared(error, sig, place));
                (kept, Shape::Fallible { share }, error)
            }
            (Named::Option(arguments), _) if kind == Kind::Resource && types(arguments).len() == 1 => {
                (Kept::Type(types(arguments)[0].to_token_stream()), Shape::Optional, None)
            }
            _ => (Kept::Type(whole.clone()), Shape::Whole, None),
        };
        if is_future(ty) {
            errors.at(ty, FUTURE);
        } else {
            OwnsItsParts { errors, not_kept: error }.visit_type(ty);
        }
        let (Kept::Type(named) | Kept::OkOf(named)) = &kept;
        let ends = ends(named);
        let is_unknown = matches!(name, Named::Unknown);
        let is_result = matches!(name, Named::Result(_)) || is_unknown && cache_err.is_some();
        Self {
            ends,
            whole,
            kept,
            keep,
            keeps_errors,
            shape,
            is_result,
            may_be_result: is_unknown && cache_err.is_none(),
        }
    }
}

/// The kind of a return type, by its name.
#[derive(Clone, Copy)]
enum Named<'a> {
    Result(&'a PathArguments),
    Option(&'a PathArguments),
    /// A path that may be anything.
    Unknown,
    /// Something else for sure.
    Other,
}

impl<'a> Named<'a> {
    /// Types of the language and of its library that everybody calls so.
    const WELL_KNOWN: [&'static str; 43] = [
        "Self",
        "bool",
        "char",
        "str",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "String",
        "Vec",
        "Arc",
        "Rc",
        "Box",
        "Cow",
        "Pin",
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "BinaryHeap",
        "VecDeque",
        "LinkedList",
        "Mutex",
        "RwLock",
        "PathBuf",
        "OsString",
        "CString",
        "Duration",
        "Instant",
        "SystemTime",
        "IpAddr",
        "SocketAddr",
        "Ordering",
    ];

    fn of(ty: &'a Type) -> Self {
        let Type::Path(TypePath { path, .. }) = ungrouped(ty) else { return Self::Other };
        let Some(last) = path.segments.last() else { return Self::Other };
        match last.ident.to_string().as_str() {
            "Result" => Self::Result(&last.arguments),
            "Option" => Self::Option(&last.arguments),
            name if Self::WELL_KNOWN.contains(&name) => Self::Other,
            _ => Self::Unknown,
        }
    }
}

/// An error that is shared has to live as long as it likes. Types and lifetimes of the function's own parameters may
/// not, and there is no asking them here. Those of an `impl` block cannot even be seen, but are told by their look.
fn can_be_shared(error: &Type, sig: &Signature, place: Place) -> bool {
    struct Heads(HashSet<String>);
    impl Visit<'_> for Heads {
        fn visit_path(&mut self, path: &syn::Path) {
            self.0.extend(path.segments.first().map(|head| head.ident.to_string()));
            visit::visit_path(self, path);
        }
    }
    let mut heads = Heads(HashSet::new());
    heads.visit_type(error);
    let is_parameter = |param: &GenericParam| match param {
        GenericParam::Type(param) => heads.0.contains(&param.ident.to_string()),
        _ => false,
    };
    let looks_like_parameter =
        |head: &String| head == "Self" || place != Place::Module && !head.contains(char::is_lowercase);
    !heads.0.iter().any(looks_like_parameter) && !has_lifetime(error) && !sig.generics.params.iter().any(is_parameter)
}

const FUTURE: &str = "a future cannot be kept, what it gives can: make the function `async` (where `async_trait` makes \
                      such a type, put this attribute on an `async fn` in an `impl` of its own, which the trait's \
                      method calls)";

/// Does a function return a future by its signature, which is told there?
pub(crate) fn is_written_future(sig: &Signature) -> bool {
    matches!(&sig.output, ReturnType::Type(_, ty) if is_future(ty))
}

/// Is it `Pin<Box<dyn Future<…>>>`, or that under the name that everybody gives it?
fn is_future(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Path(TypePath { path, .. }) => {
            path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => true,
                "Pin" | "Box" => types(&last.arguments).into_iter().any(is_future),
                _ => false,
            })
        }
        Type::TraitObject(object) => object.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == "Future"),
            _ => false,
        }),
        _ => false,
    }
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
            // Arguments and results of a function pointer are not kept in it.
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
