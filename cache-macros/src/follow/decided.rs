//! Conditions of `cfg` that the user's crate can be asked about.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

/// What the compiler does not answer without being told to, and what is true of a tool.
const NOT_ASKED: [&str; 20] = [
    "clippy",
    "contract_checks",
    "doc",
    "docsrs",
    "doctest",
    "emscripten_wasm_eh",
    "false",
    "fmt_debug",
    "overflow_checks",
    "relocation_model",
    "rust_analyzer",
    "rustfmt",
    "sanitize",
    "sanitizer_cfi_generalize_pointers",
    "sanitizer_cfi_normalize_integers",
    "target_has_atomic_equal_alignment",
    "target_has_atomic_load_store",
    "target_thread_local",
    "true",
    "ub_checks",
];

/// How many conditions what a function computes may always depend on: these are known to every build.
pub(crate) const ALWAYS_DECIDED: usize = 2;

/// These, and those that what a function computes may always depend on.
pub(super) fn conditions(decided: BTreeSet<String>) -> Vec<TokenStream> {
    let is_asked = |condition: &String| {
        let name = condition.split(' ').next().unwrap_or_default();
        !NOT_ASKED.contains(&name)
            && !name.starts_with("target_has_reliable")
            && !matches!(condition.as_str(), "debug_assertions" | "test")
    };
    let decided = decided.into_iter().filter(is_asked).filter_map(|condition| condition.parse().ok());
    [quote!(debug_assertions), quote!(test)].into_iter().chain(decided).collect()
}
