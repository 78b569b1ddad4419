//! All mistakes of one use of an attribute.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// A mistake at these tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl std::fmt::Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// The parsed value, or nothing and one more mistake.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each mistake as a call of `compile_error!`.
    pub(crate) fn calls(&self) -> impl Iterator<Item = TokenStream> {
        self.0.iter().map(Error::to_compile_error)
    }

    /// The mistakes beside an item.
    pub(crate) fn beside(&self, item: impl ToTokens) -> TokenStream {
        self.calls().chain([item.into_token_stream()]).collect()
    }
}
