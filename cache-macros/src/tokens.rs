//! Questions about tokens that are not parsed.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// Does the function mention `self` or `Self`, so that it must stand in an `impl` block?
///
/// `self::path`, imports and nested items, which have a `Self` of their own, do not count.
pub(crate) fn mentions_self(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "Self" => return true,
                "self" => {
                    let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
                        && is_double_colon(&tokens);
                    if !is_path {
                        return true;
                    }
                }
                "use" => skip_past(&mut tokens, |token| is_punct(token, ';')),
                "impl" | "trait" | "struct" | "enum" | "union" | "mod" => {
                    skip_past(&mut tokens, |token| is_punct(token, ';') || is_group(token, Delimiter::Brace));
                }
                _ => {}
            },
            TokenTree::Group(group) if mentions_self(group.stream()) => return true,
            _ => {}
        }
    }
    false
}

type Peekable = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

fn is_double_colon(tokens: &Peekable) -> bool {
    let mut ahead = tokens.clone();
    ahead.next();
    ahead.next().is_some_and(|token| is_punct(&token, ':'))
}

fn skip_past(tokens: &mut Peekable, last: impl Fn(&TokenTree) -> bool) {
    tokens.find(|token| last(token));
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Every identifier at any depth, also the `{name}` in format strings.
pub(crate) fn identifiers(tokens: TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    collect_identifiers(tokens, &mut found);
    found
}

fn collect_identifiers(tokens: TokenStream, found: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                found.insert(word.to_string());
            }
            TokenTree::Group(group) => collect_identifiers(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let named = text.split('{').skip(1).filter_map(|rest| rest.split(['}', ':', '.', '[']).next());
                found.extend(named.map(|name| name.trim().to_owned()));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The tokens with `self` under another name, for where there is no `self`.
pub(crate) fn rename_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let rename = |token| match token {
        TokenTree::Ident(word) if word == "self" => TokenTree::Ident(name.clone()),
        TokenTree::Group(group) => {
            let mut renamed = Group::new(group.delimiter(), rename_self(group.stream(), name));
            renamed.set_span(group.span());
            TokenTree::Group(renamed)
        }
        token => token,
    };
    tokens.into_iter().map(rename).collect()
}
