//! Questions about tokens that are not parsed.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Do these tokens mention `self` or `Self`, so that the function must stand in an `impl` block? `self::path` does not
/// count.
pub(crate) fn mentions_self(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_mentioned = match &token {
            TokenTree::Ident(word) => word == "Self" || word == "self" && !is_double_colon(&tokens),
            TokenTree::Group(group) => mentions_self(group.stream()),
            _ => false,
        };
        if is_mentioned {
            return true;
        }
    }
    false
}

/// The same for a body, where imports, nested items, which have a `Self` of their own, and what belongs to macros that
/// are defined there do not count.
pub(crate) fn body_mentions_self(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_mentioned = match &token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => {
                tokens.next_if(|token| matches!(token, TokenTree::Ident(_)));
                false
            }
            TokenTree::Ident(word) => {
                if is_item(&word.to_string(), tokens.peek()) {
                    let is_end = |token: &TokenTree| is_punct(token, ';') || is_group(token, Delimiter::Brace);
                    tokens.find(is_end);
                } else if word == "use" && !matches!(tokens.peek(), Some(token) if is_punct(token, '<')) {
                    tokens.find(|token| is_punct(token, ';'));
                }
                word == "Self" || word == "self" && !is_double_colon(&tokens)
            }
            TokenTree::Group(group) => body_mentions_self(group.stream()),
            _ => false,
        };
        if is_mentioned {
            return true;
        }
    }
    false
}

/// Does an item with a `Self` of its own, or with another meaning of it, begin with this word?
fn is_item(word: &str, next: Option<&TokenTree>) -> bool {
    match word {
        "impl" | "trait" | "struct" | "enum" | "mod" => true,
        // These are words only where items begin.
        "union" => matches!(next, Some(TokenTree::Ident(_))),
        "macro_rules" => matches!(next, Some(token) if is_punct(token, '!')),
        _ => false,
    }
}

type Peekable = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// Does a `::` come next?
fn is_double_colon(tokens: &Peekable) -> bool {
    let mut ahead = tokens.clone();
    let mut is_colon = || ahead.next().is_some_and(|token| is_punct(&token, ':'));
    is_colon() && is_colon()
}

/// Do a `!` and a group come next, as behind the name of a macro?
fn is_macro_call(tokens: &Peekable) -> bool {
    let mut ahead = tokens.clone();
    ahead.next().is_some_and(|token| is_punct(&token, '!')) && matches!(ahead.next(), Some(TokenTree::Group(_)))
}

pub(crate) fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// Every name of a value used at any depth, also the `{name}` in format strings; not the `field` in `value.field`, the
/// `module` in `module::value` or the name of a macro.
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
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let dots_before = dots;
        dots = if is_punct(&token, '.') { dots + 1 } else { 0 };
        match token {
            TokenTree::Ident(_) if dots_before == 1 || is_double_colon(&tokens) || is_macro_call(&tokens) => {}
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

/// The tokens with `self` under another name, for where there is no `self`. `self::path` stays.
pub(crate) fn rename_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed = TokenStream::new();
    while let Some(token) = tokens.next() {
        renamed.extend([match token {
            TokenTree::Ident(word) if word == "self" && !is_double_colon(&tokens) => TokenTree::Ident(name.clone()),
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), rename_self(group.stream(), name));
                inside.set_span(group.span());
                TokenTree::Group(inside)
            }
            token => token,
        }]);
    }
    renamed
}

/// Our own names, shown where the user's token stands.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

#[cfg(test)]
mod tests {
    use super::{body_mentions_self, identifiers, mentions_self, rename_self};

    fn tokens(source: &str) -> proc_macro2::TokenStream {
        source.parse().expect("the source of a test is made of tokens")
    }

    #[test]
    fn self_is_seen_where_it_is_the_functions_own() {
        for body in [
            "self.0",
            "Self::new()",
            "let union = 1; Self::add(union)",
            "union(); self.x",
            "{ ( [ Self ] ) }",
            "let x = macro_rules; self.x",
        ] {
            assert!(body_mentions_self(tokens(body)), "{body}");
        }
        for body in [
            "self::helper()",
            "use self::helper; helper()",
            "struct X; impl X { fn new() -> Self { Self } } X::new()",
            "union X { a: u8 } 1",
            "macro_rules! own { ($self:ident) => { $self.x + Self::y }; } own!(x)",
            "$self.x",
        ] {
            assert!(!body_mentions_self(tokens(body)), "{body}");
        }
        for signature in ["fn f(x: impl Hash + Copy, other: &Self)", "fn f(union: u8) -> Self", "fn f(self)"] {
            assert!(mentions_self(tokens(signature)), "{signature}");
        }
        assert!(!mentions_self(tokens("fn f(x: self::Type)")));
    }

    #[test]
    fn names_of_values_are_found() {
        let names = identifiers(tokens("a.b + c::d(e) + format!(\"{f}\") != g..h"));
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort();
        assert_eq!(names, ["a", "d", "e", "f", "g", "h"]);
    }

    #[test]
    fn paths_from_self_are_not_renamed() {
        let renamed = rename_self(tokens("(self::f(self.x), [self])"), &quote::format_ident!("this"));
        assert_eq!(renamed.to_string(), tokens("(self::f(this.x), [this])").to_string());
    }
}
