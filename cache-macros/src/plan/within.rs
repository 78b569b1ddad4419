//! How `hash_funcs` reaches into types: what stands for a type stands for it inside of others too.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{ParenthesizedGenericArguments, Type, TypeFnPtr, TypeImplTrait, TypePath, TypeTraitObject};

use super::types::{as_written, types, without_references};
use crate::value::{HashFunc, StandIn};

/// How a type is fed.
#[derive(Clone)]
pub(crate) enum Way {
    /// In its own way: nothing in it is named.
    Own,
    /// By what stands for it.
    By { ty: TokenStream, stand_in: StandIn },
    /// Each of its parts in this way.
    Each(Box<Way>),
    /// Its fields in these ways.
    Fields(Vec<Way>),
}

/// Types whose parts the runtime knows, and of how many types these are.
const CONTAINERS: [(&str, usize); 12] = [
    ("Option", 1),
    ("Box", 1),
    ("Rc", 1),
    ("Arc", 1),
    ("Cow", 1),
    ("Vec", 1),
    ("VecDeque", 1),
    ("LinkedList", 1),
    ("BTreeSet", 1),
    ("HashSet", 1),
    ("BTreeMap", 2),
    ("HashMap", 2),
];

/// Finds the ways to the named types.
pub(super) struct Ways<'a> {
    named: &'a [HashFunc],
    /// As they are written.
    reached: HashSet<String>,
    /// Types that hold a named one where it cannot be reached.
    pub(super) unreached: Vec<(Type, String)>,
}

impl<'a> Ways<'a> {
    pub(super) fn to(named: &'a [HashFunc]) -> Self {
        Self { named, reached: HashSet::new(), unreached: Vec::new() }
    }

    pub(super) fn way(&mut self, ty: &Type) -> Way {
        if let Some(func) = self.named(ty) {
            self.reached.insert(as_written(ty));
            return Way::By { ty: without_references(ty).to_token_stream(), stand_in: func.stand_in.clone() };
        }
        match without_references(ty) {
            Type::Slice(slice) => each(self.way(&slice.elem)),
            Type::Array(array) => each(self.way(&array.elem)),
            Type::Tuple(tuple) => fields(tuple.elems.iter().map(|field| self.way(field)).collect()),
            Type::Path(path) => match parts(path).as_deref() {
                Some([part]) => each(self.way(part)),
                Some(parts) => each(fields(parts.iter().map(|part| self.way(part)).collect())),
                None => self.own(ty),
            },
            _ => self.own(ty),
        }
    }

    fn named(&self, ty: &Type) -> Option<&'a HashFunc> {
        let written = as_written(ty);
        self.named.iter().find(|func| as_written(&func.ty) == written)
    }

    fn own(&mut self, ty: &Type) -> Way {
        let mut holds = Holds { ways: self, found: None };
        holds.visit_type(ty);
        self.unreached.extend(holds.found.map(|found| (ty.clone(), found)));
        Way::Own
    }

    /// Is this type in a parameter, reached or not?
    pub(super) fn find(&self, written: &String) -> bool {
        self.reached.contains(written) || self.unreached.iter().any(|(_, found)| found == written)
    }
}

fn each(part: Way) -> Way {
    if matches!(part, Way::Own) { Way::Own } else { Way::Each(Box::new(part)) }
}

fn fields(fields: Vec<Way>) -> Way {
    if fields.iter().all(|field| matches!(field, Way::Own)) { Way::Own } else { Way::Fields(fields) }
}

/// The types of the parts of a container, if it is one.
fn parts(ty: &TypePath) -> Option<Vec<&Type>> {
    let last = ty.path.segments.last()?;
    let (_, count) = CONTAINERS.iter().find(|(name, _)| last.ident == name)?;
    let parts: Vec<_> = types(&last.arguments).into_iter().take(*count).collect();
    (parts.len() == *count).then_some(parts)
}

/// Looks for a named type in one that nothing is known of.
struct Holds<'a, 'b> {
    ways: &'b Ways<'a>,
    found: Option<String>,
}

impl Visit<'_> for Holds<'_, '_> {
    fn visit_type(&mut self, ty: &Type) {
        if self.found.is_none() && self.ways.named(ty).is_some() {
            self.found = Some(as_written(ty));
        }
        visit::visit_type(self, ty);
    }

    fn visit_type_path(&mut self, ty: &TypePath) {
        if ty.path.segments.last().is_none_or(|last| last.ident != "PhantomData") {
            visit::visit_type_path(self, ty);
        }
    }

    // These take and give such values, and hold none.
    fn visit_type_fn_ptr(&mut self, _function: &TypeFnPtr) {}
    fn visit_type_impl_trait(&mut self, _ty: &TypeImplTrait) {}
    fn visit_type_trait_object(&mut self, _ty: &TypeTraitObject) {}
    fn visit_parenthesized_generic_arguments(&mut self, _arguments: &ParenthesizedGenericArguments) {}
}
