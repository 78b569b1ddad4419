//! stub
use proc_macro::TokenStream;
/// stub
#[proc_macro_attribute]
pub fn cache_data(_a: TokenStream, i: TokenStream) -> TokenStream {
    i
}
/// stub
#[proc_macro_attribute]
pub fn cache_resource(_a: TokenStream, i: TokenStream) -> TokenStream {
    i
}
