//! What counts of an attribute: some change nothing that is computed.

use proc_macro2::{TokenStream, TokenTree};

use crate::options::THAT_COMPUTE;
use crate::tokens::is_punct;

/// Docs, lints, and hints to the compiler.
const OF_NO_ACCOUNT: [&str; 14] = [
    "doc",
    "allow",
    "expect",
    "warn",
    "deny",
    "forbid",
    "must_use",
    "inline",
    "cold",
    "deprecated",
    "automatically_derived",
    "rustfmt",
    "clippy",
    "diagnostic",
];

/// The content of an attribute's brackets as far as it counts; `None` if nothing of it does.
pub(crate) fn counted(content: TokenStream) -> Option<TokenStream> {
    let mut tokens = content.clone().into_iter();
    let first = match tokens.next() {
        Some(TokenTree::Ident(first)) => first.to_string(),
        _ => return Some(content),
    };
    if OF_NO_ACCOUNT.contains(&first.as_str()) {
        return None;
    }
    if first == "cfg_attr" {
        let list = arguments(&content)?;
        let mut attributes = split(list).into_iter();
        let condition = attributes.next()?;
        let counted: Vec<_> = attributes.filter_map(counted).collect();
        return (!counted.is_empty()).then(|| quote::quote!(cfg_attr(#condition #(, #counted)*)));
    }
    let is_ours = |token| matches!(token, TokenTree::Ident(word) if word == "cache_data" || word == "cache_resource");
    if !content.clone().into_iter().any(is_ours) {
        return Some(content);
    }
    let computes = |option: &TokenStream| {
        let name = option.clone().into_iter().next().map(|name| name.to_string()).unwrap_or_default();
        THAT_COMPUTE.contains(&name.as_str())
    };
    let options: Vec<_> = arguments(&content).map(split).unwrap_or_default().into_iter().filter(computes).collect();
    Some(quote::quote!(cached #(#options,)*))
}

/// What stands in the parentheses at the end.
pub(crate) fn arguments(content: &TokenStream) -> Option<TokenStream> {
    match content.clone().into_iter().last() {
        Some(TokenTree::Group(group)) => Some(group.stream()),
        _ => None,
    }
}

/// The parts between commas.
pub(crate) fn split(list: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<_> = list.into_iter().collect();
    let parts = tokens.split(|token| is_punct(token, ','));
    parts.map(|part| part.iter().cloned().collect::<TokenStream>()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn what_computes_counts_of_an_attribute() {
        for (attribute, expected) in [
            ("allow(unused)", None),
            ("doc = \"x\"", None),
            ("cfg_attr(test, inline, expect(unused))", None),
            ("rustfmt::skip", None),
            ("cfg_attr(test, inline, repr(C))", Some("cfg_attr(test, repr(C))")),
            ("cache_data(ttl = \"1h\", tags(\"a\", \"b\"))", Some("cached")),
            ("cache_runtime::cache_data(version = 2, ttl = f(1, 2), skip(a))", Some("cached version = 2, skip(a),")),
            ("derive(Clone)", Some("derive(Clone)")),
        ] {
            let tokens = |text: &str| text.parse::<proc_macro2::TokenStream>().expect("tokens").to_string();
            let counted = counted(attribute.parse().expect("tokens")).map(|counted| counted.to_string());
            assert_eq!(counted, expected.map(tokens), "{attribute}");
        }
    }
}
