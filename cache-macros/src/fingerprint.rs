//! A hash of what was written, whatever its layout.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use xxhash_rust::xxh3::Xxh3;

/// Rust's marks of more than one character, longest first: which of them stand together is what spacing says, and
/// nothing else of it counts (`a=-b` is `a = -b`, but `a && b` is not `a & &b`).
const LONG_MARKS: [&str; 25] = [
    "<<=", ">>=", "...", "..=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "==", "!=",
    ">=", "<=", "..", "::", "->", "=>", "<-",
];

/// 128 bits of xxh3 over the tokens. Comments, doc comments and white space do not count.
pub(crate) fn fingerprint(tokens: impl IntoIterator<Item = TokenStream>) -> u128 {
    let mut fingerprint = Fingerprint(Xxh3::new());
    for part in tokens {
        fingerprint.feed(part);
        fingerprint.token("\0");
    }
    fingerprint.0.digest128()
}

struct Fingerprint(Xxh3);

impl Fingerprint {
    fn token(&mut self, text: &str) {
        self.0.update(&text.len().to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn feed(&mut self, tokens: TokenStream) {
        let mut marks = String::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if let TokenTree::Punct(mark) = &token {
                if mark.as_char() == '#' && is_doc(&tokens) {
                    // `#![doc]` has one mark more before its group.
                    while !matches!(tokens.next(), Some(TokenTree::Group(_)) | None) {}
                    continue;
                }
                marks.push(mark.as_char());
                if mark.spacing() == Spacing::Alone {
                    self.marks(&mut marks);
                }
                continue;
            }
            self.marks(&mut marks);
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // Invisible: what a macro passed on, no different from what was written out.
                        Delimiter::None => {
                            self.feed(group.stream());
                            continue;
                        }
                    };
                    self.token(open);
                    self.feed(group.stream());
                    self.token(close);
                }
                token => self.token(&token.to_string()),
            }
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

/// Do the tokens after a `#` make a doc attribute?
fn is_doc(tokens: &std::iter::Peekable<proc_macro2::token_stream::IntoIter>) -> bool {
    tokens
        .clone()
        .find_map(|token| match token {
            TokenTree::Punct(mark) if mark.as_char() == '!' => None,
            TokenTree::Group(group) => Some(group.stream()),
            _ => Some(TokenStream::new()),
        })
        .and_then(|attribute| attribute.into_iter().next())
        .is_some_and(|word| matches!(word, TokenTree::Ident(word) if word == "doc"))
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
    }

    #[test]
    fn what_is_computed_counts() {
        assert_ne!(of("a && b"), of("a & &b"));
        assert_ne!(of("a - b"), of("a + b"));
        assert_ne!(of("(a) b"), of("(a b)"));
        assert_ne!(of("ab c"), of("a bc"));
        assert_ne!(of("\"a b\""), of("\"a  b\""));
        assert_ne!(of("x.0"), of("x.1"));
    }
}
