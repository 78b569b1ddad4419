//! Questions about tokens that are not parsed.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

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

/// Every name used at any depth, also the `{name}` in format strings; not the `field` in `value.field`.
pub(crate) fn identifiers(tokens: TokenStream) -> HashSet<String> {
    located_identifiers(tokens).into_iter().map(|(name, _)| name).collect()
}

/// The same, in their order and with their places.
pub(crate) fn located_identifiers(tokens: TokenStream) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    collect_identifiers(tokens, &mut found);
    found
}

fn collect_identifiers(tokens: TokenStream, found: &mut Vec<(String, Span)>) {
    // The run of dots before a token: one is before a field or method, two are a range.
    let mut dots = 0;
    for token in tokens {
        let dots_before = dots;
        dots = if is_punct(&token, '.') { dots + 1 } else { 0 };
        match token {
            TokenTree::Ident(_) if dots_before == 1 => {}
            TokenTree::Ident(word) => found.push((word.to_string(), word.span())),
            TokenTree::Group(group) => collect_identifiers(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let named = text.split('{').skip(1).filter_map(|rest| rest.split(['}', ':', '.', '[']).next());
                found.extend(named.map(|name| (name.trim().to_owned(), literal.span())));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The places of the first and of the last token.
pub(crate) fn ends(tokens: &TokenStream) -> (Span, Span) {
    fn end(token: &TokenTree, side: fn((Span, Span)) -> Span, open_or_close: fn(&Group) -> Span) -> Span {
        match token {
            // Invisible: what a macro passed on.
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => side(ends(&group.stream())),
            TokenTree::Group(group) => open_or_close(group),
            token => token.span(),
        }
    }
    let first = tokens.clone().into_iter().next();
    let last = tokens.clone().into_iter().last();
    let first = first.map_or_else(Span::call_site, |token| end(&token, |(first, _)| first, Group::span_open));
    let last = last.map_or_else(Span::call_site, |token| end(&token, |(_, last)| last, Group::span_close));
    (first, last)
}

/// The tokens, shown from one place to another by messages of the compiler. What their names mean stays.
pub(crate) fn shown_from_to(tokens: TokenStream, (first, last): (Span, Span)) -> TokenStream {
    let mut place = first;
    let mut show = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        place = last;
        match token {
            TokenTree::Group(group) => {
                let mut shown = Group::new(group.delimiter(), shown_from_to(group.stream(), (first, last)));
                shown.set_span(group.span());
                TokenTree::Group(shown)
            }
            token => token,
        }
    };
    tokens.into_iter().map(&mut show).collect()
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
