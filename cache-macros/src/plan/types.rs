//! Types, as they are written.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

/// A type as it is written, references left out.
pub(super) fn as_written(ty: &Type) -> String {
    without_references(ty).to_token_stream().to_string()
}

pub(super) fn without_references(ty: &Type) -> &Type {
    match ungrouped(ty) {
        Type::Reference(reference) => without_references(&reference.elem),
        ty => ty,
    }
}

/// The type itself, where a macro passed it on or parentheses stand around it.
pub(super) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// The types among the arguments of a path.
pub(super) fn types(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}
