//! A hash of what was written, whatever its layout.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use syn::{Expr, Type};
use xxhash_rust::xxh3::Xxh3;

use crate::attributes::counted;
use crate::tokens::is_punct;

/// Rust's marks of more than one character, longest first: which of them stand together is what spacing says, and
/// nothing else of it counts (`a=-b` is `a = -b`, but `a && b` is not `a & &b`).
const LONG_MARKS: [&str; 25] = [
    "<<=", ">>=", "...", "..=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "==", "!=",
    ">=", "<=", "..", "::", "->", "=>", "<-",
];

/// 128 bits of xxh3 over the tokens. Comments, doc comments and white space do not count.
pub(crate) fn fingerprint(tokens: impl IntoIterator<Item = TokenStream>) -> u128 {
    let mut fingerprint = Fingerprint { hash: Xxh3::new(), is_verbatim: false };
    for part in tokens {
        fingerprint.feed(part);
        fingerprint.token("\0");
    }
    fingerprint.hash.digest128()
}

struct Fingerprint {
    hash: Xxh3,
    /// Inside of what a macro is given.
    is_verbatim: bool,
}

impl Fingerprint {
    fn token(&mut self, text: &str) {
        self.hash.update(&text.len().to_le_bytes());
        self.hash.update(text.as_bytes());
    }

    fn feed(&mut self, tokens: TokenStream) {
        let mut marks = String::new();
        let mut before = [None, None];
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if let TokenTree::Punct(mark) = &token {
                if mark.as_char() == '#'
                    && let Some((attribute, counted)) = attribute(&tokens)
                {
                    // What a macro is given is its own to read: of that, only docs do not count.
                    match counted {
                        None if !self.is_verbatim || is_doc(&attribute) => {
                            // `#![…]` has one mark more before its group.
                            while !matches!(tokens.next(), Some(TokenTree::Group(_)) | None) {}
                            continue;
                        }
                        Some(counted) if !self.is_verbatim => {
                            self.marks(&mut marks);
                            self.token("#");
                            self.token("[");
                            self.feed(counted);
                            self.token("]");
                            while !matches!(tokens.next(), Some(TokenTree::Group(_)) | None) {}
                            continue;
                        }
                        _ => {}
                    }
                }
                marks.push(mark.as_char());
                if mark.spacing() == Spacing::Alone {
                    self.marks(&mut marks);
                }
                before = [before[1].take(), Some(token)];
                continue;
            }
            self.marks(&mut marks);
            match &token {
                // Who may name it does not change what it is.
                TokenTree::Ident(word) if !self.is_verbatim && word == "pub" => {
                    tokens.next_if(is_extent);
                    continue;
                }
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // Invisible: what a macro passed on, no different from what was written out.
                        Delimiter::None => {
                            self.feed(group.stream());
                            before = [None, Some(token)];
                            continue;
                        }
                    };
                    self.token(open);
                    let is_list = is_before_list([before[0].as_ref(), before[1].as_ref()]);
                    let is_around = self.is_verbatim;
                    self.is_verbatim |= is_of_macro([before[0].as_ref(), before[1].as_ref()]);
                    self.feed(without_trailing_comma(group, is_list));
                    self.is_verbatim = is_around;
                    self.token(close);
                }
                token => self.token(&token.to_string()),
            }
            before = [before[1].take(), Some(token)];
        }
        self.marks(&mut marks);
    }

    /// Feeds a run of marks that stand together, as the marks the compiler reads in it.
    fn marks(&mut self, run: &mut String) {
        let mut rest = run.as_str();
        while let Some(first) = rest.chars().next() {
            let mark =
                LONG_MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or(first.len_utf8(), |mark| mark.len());
            self.token(&rest[..mark]);
            rest = &rest[mark..];
        }
        run.clear();
    }
}

/// The content of a group, but for a comma at its end that means nothing.
fn without_trailing_comma(group: &Group, is_list: bool) -> TokenStream {
    let mut content: Vec<_> = group.stream().into_iter().collect();
    let Some(comma) = content.pop_if(|last| is_punct(last, ',')) else { return group.stream() };
    let content: TokenStream = content.into_iter().collect();
    // The comma of a tuple of one is what makes it one.
    if group.delimiter() != Delimiter::Parenthesis || is_list || !is_one(&content) {
        return content;
    }
    content.into_iter().chain([comma]).collect()
}

/// Is this one expression, type or pattern, not several with commas between them?
fn is_one(content: &TokenStream) -> bool {
    let has_comma = content.clone().into_iter().any(|token| is_punct(&token, ','));
    // `Map<K, V>` is one.
    !has_comma || syn::parse2::<Expr>(content.clone()).is_ok() || syn::parse2::<Type>(content.clone()).is_ok()
}

/// Do the parentheses behind these two tokens hold arguments or parameters for sure?
fn is_before_list(before: [Option<&TokenTree>; 2]) -> bool {
    match before {
        // Not so behind a word such as `return`.
        [_, Some(TokenTree::Ident(word))] => syn::parse_str::<Ident>(&word.to_string()).is_ok(),
        // `f::<T>(…)` and `vec!(…)`, but not `-> (…)` and `=> (…)`.
        [arrow, Some(TokenTree::Punct(mark))] => match mark.as_char() {
            '!' => true,
            '>' => !arrow.is_some_and(|arrow| is_punct(arrow, '-') || is_punct(arrow, '=')),
            _ => false,
        },
        _ => false,
    }
}

/// The attribute that the tokens after a `#` make, and what counts of it.
fn attribute(
    tokens: &std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
) -> Option<(TokenStream, Option<TokenStream>)> {
    let mut ahead = tokens.clone();
    ahead.next_if(|token| is_punct(token, '!'));
    match ahead.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            Some((group.stream(), counted(group.stream())))
        }
        _ => None,
    }
}

fn is_doc(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc")
}

/// Is it what stands behind `pub` and says for whom?
fn is_extent(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let mut words = group.stream().into_iter();
    let first = words.next().map(|word| word.to_string()).unwrap_or_default();
    let is_alone = words.next().is_none();
    group.delimiter() == Delimiter::Parenthesis
        && (first == "in" || is_alone && matches!(first.as_str(), "crate" | "self" | "super"))
}

/// Do these two tokens, of which the second may be the name of what is defined, begin the call of a macro?
fn is_of_macro(before: [Option<&TokenTree>; 2]) -> bool {
    let is_mark = |token: Option<&TokenTree>| token.is_some_and(|token| is_punct(token, '!'));
    is_mark(before[1]) || is_mark(before[0]) && matches!(before[1], Some(TokenTree::Ident(_)))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    fn of(source: &str) -> u128 {
        fingerprint([source.parse().expect("the source of a test is made of tokens")])
    }

    #[test]
    fn layout_and_comments_do_not_count() {
        let plain = of("fn f(a: u32) -> u32 { let b = -(a as i64); b as u32 }");
        assert_eq!(plain, of("fn f(a:u32)->u32{let b=-(a as i64);b as u32}"));
        assert_eq!(plain, of("fn f(a: u32) -> u32 { // why\n let b = -(a as i64); /* so */ b as u32 }"));
        assert_eq!(plain, of("fn f(a: u32) -> u32 { /// says\n let b = -(a as i64); b as u32 }"));
        assert_eq!(plain, of("fn f(a: u32) -> u32 { //! says\n let b = -(a as i64); b as u32 }"));
        assert_eq!(plain, of("fn f(\n a: u32,\n) -> u32 { let b = -(a as i64); b as u32 }"));
        assert_eq!(of("f([a, b])"), of("f([a, b,],)"));
        assert_eq!(of("(a, b)"), of("(a, b,)"));
        assert_eq!(of("fn f<T>(a: T) {}"), of("fn f<T>(a: T,) {}"));
        assert_eq!(of("dbg!(a)"), of("dbg!(a,)"));
        assert_eq!(of("return (a, b)"), of("return (a, b,)"));
        assert_eq!(of("match a { B => c, D => e }"), of("match a { B => c, D => e, }"));
    }

    #[test]
    fn lints_hints_and_who_may_see_do_not_count() {
        let plain = of("struct A { b: u8 } fn f() { let x = 1; }");
        assert_eq!(plain, of("pub struct A { pub(in crate::a) b: u8 } pub(crate) fn f() { let x = 1; }"));
        assert_eq!(plain, of("struct A { b: u8 } #[inline] #[must_use] fn f() { #[allow(unused)] let x = 1; }"));
        assert_eq!(of("struct A(pub (B, C));"), of("struct A((B, C));"));
        assert_eq!(of("#[cache_data(ttl = \"1h\")] fn f() {}"), of("#[cache_data] fn f() {}"));
        assert_ne!(of("#[cache_data(version = 1)] fn f() {}"), of("#[cache_data] fn f() {}"));
        assert_ne!(of("make!(pub a);"), of("make!(a);"));
        assert_ne!(of("stringify!(#[inline] a)"), of("stringify!(a)"));
        assert_ne!(of("#[derive(A)] struct B;"), of("struct B;"));
    }

    #[test]
    fn what_is_computed_counts() {
        assert_ne!(of("a && b"), of("a & &b"));
        assert_ne!(of("a - b"), of("a + b"));
        assert_ne!(of("(a) b"), of("(a b)"));
        assert_ne!(of("ab c"), of("a bc"));
        assert_ne!(of("\"a b\""), of("\"a  b\""));
        assert_ne!(of("x.0"), of("x.1"));
        assert_ne!(of("(a)"), of("(a,)"));
        assert_ne!(of("return (a)"), of("return (a,)"));
        assert_ne!(of("f((a))"), of("f((a,))"));
        assert_ne!(of("fn f() -> (A)"), of("fn f() -> (A,)"));
        assert_ne!(of("x => (a)"), of("x => (a,)"));
        assert_ne!(of("x: (Map<A, B>)"), of("x: (Map<A, B>,)"));
        assert_ne!(of("x = (|a, b| a)"), of("x = (|a, b| a,)"));
    }
}
