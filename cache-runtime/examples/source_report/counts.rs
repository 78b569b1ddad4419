//! Counts the lines and the identifiers of one source file.
//!
//! Not a parser: it tells comments, literals and words apart, which is all that is needed here.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Arc;

use cache_runtime::cache_resource;
use regex::Regex;
use serde::{Deserialize, Serialize};

/// Words that are not counted as identifiers. `_` is no identifier either.
const KEYWORDS: &[&str] = &[
    "Self", "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// How many lines of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lines {
    /// Those with any code, whatever else they have.
    pub(crate) code: usize,
    pub(crate) comment: usize,
    pub(crate) blank: usize,
}

impl Lines {
    pub(crate) fn all(self) -> usize {
        self.code + self.comment + self.blank
    }
}

impl AddAssign for Lines {
    fn add_assign(&mut self, other: Self) {
        self.code += other.code;
        self.comment += other.comment;
        self.blank += other.blank;
    }
}

/// What is told about a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileReport {
    pub(crate) lines: Lines,
    /// How often each identifier stands in the file. A hit hands out a clone of the whole report; the `Arc` makes that
    /// cheap.
    pub(crate) identifiers: Arc<HashMap<String, usize>>,
}

impl FileReport {
    pub(crate) fn of(source: &str, patterns: &Patterns) -> Self {
        let mut code = String::with_capacity(source.len());
        let mut identifiers = HashMap::<&str, usize>::new();
        let mut rest = source;
        while let Some(found) = patterns.token.find(rest) {
            code.push_str(&rest[..found.start()]);
            let after = &rest[found.end()..];
            let (token, length) = Token::of(found.as_str(), after, patterns);
            let (whole, after) = rest[found.start()..].split_at(length);
            match token {
                // Code before and after a comment must stay on lines of their own.
                Token::Comment => code.extend(whole.matches('\n')),
                Token::Word => {
                    code.push_str(whole);
                    if !KEYWORDS.contains(&whole) {
                        *identifiers.entry(whole).or_default() += 1;
                    }
                }
                Token::Literal => code.push_str(whole),
            }
            rest = after;
        }
        code.push_str(rest);

        let identifiers = identifiers.into_iter().map(|(identifier, count)| (identifier.to_owned(), count));
        Self { lines: lines(source, &code), identifiers: Arc::new(identifiers.collect()) }
    }
}

/// `code` is `source` without its comments.
fn lines(source: &str, code: &str) -> Lines {
    let all = source.lines().count();
    let not_blank = lines_with_text(source);
    let code = lines_with_text(code);
    Lines { code, comment: not_blank - code, blank: all - not_blank }
}

fn lines_with_text(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

/// What is told apart.
enum Token {
    Comment,
    Word,
    /// Also a lifetime.
    Literal,
}

impl Token {
    /// The kind and the length of the token that begins with `found`. Two kinds are found by how they begin only: no
    /// regular expression sees where a nested comment or a raw string ends.
    fn of(found: &str, after: &str, patterns: &Patterns) -> (Self, usize) {
        let length = found.len();
        if found == "/*" {
            (Self::Comment, length + patterns.rest_of_comment(after))
        } else if found.starts_with("//") {
            (Self::Comment, length)
        } else if let Some(closing) = closing_of_raw_string(found) {
            let rest = after.find(&closing).map_or(after.len(), |start| start + closing.len());
            (Self::Literal, length + rest)
        } else if found.ends_with(['"', '\'']) || found.starts_with(|c: char| c == '\'' || c.is_ascii_digit()) {
            (Self::Literal, length)
        } else {
            (Self::Word, length)
        }
    }
}

/// `"##` for `r##"`, nothing for what does not open a raw string.
fn closing_of_raw_string(opening: &str) -> Option<String> {
    let hashes = opening.trim_start_matches(['b', 'c']).strip_prefix('r')?.strip_suffix('"')?;
    Some(format!("\"{hashes}"))
}

/// The regular expressions, compiled.
#[derive(Debug)]
pub(crate) struct Patterns {
    token: Regex,
    fence: Regex,
}

impl Patterns {
    fn compile() -> Result<Self, regex::Error> {
        let token = Regex::new(
            r#"(?x)
            //[^\n]* | /\*                                      # a line comment, the beginning of any other
            | [bc]? r \#* "                                     # the beginning of a raw string
            | [bc]? " (?s: [^"\\] | \\. )* "                    # a string
            | b? ' (?: [^'\\\n] | \\ [^\n] [^'\n]* ) '          # a character
            | ' [\p{XID_Start}_] \p{XID_Continue}*              # a lifetime
            | (?: r\# )? [\p{XID_Start}_] \p{XID_Continue}*     # a word
            | [0-9] \p{XID_Continue}*                           # a number, with what is written on to it
            "#,
        )?;
        let fence = Regex::new(r"/\*|\*/")?;
        Ok(Self { token, fence })
    }

    /// The length of what belongs to a comment after its `/*`: all, if it is not closed.
    fn rest_of_comment(&self, after: &str) -> usize {
        let mut depth = 1;
        for fence in self.fence.find_iter(after) {
            if fence.as_str() == "/*" {
                depth += 1;
            } else {
                depth -= 1;
            }
            if depth == 0 {
                return fence.end();
            }
        }
        after.len()
    }
}

/// The regular expressions. Compiling them takes longer than counting most files does.
#[cache_resource]
pub(crate) fn patterns() -> Arc<Patterns> {
    Arc::new(Patterns::compile().expect("the expressions are constants, and right"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(source: &str) -> (usize, usize, usize) {
        let Lines { code, comment, blank } = FileReport::of(source, &patterns()).lines;
        (code, comment, blank)
    }

    fn identifiers_of(source: &str) -> Vec<(String, usize)> {
        let report = FileReport::of(source, &patterns());
        let mut identifiers: Vec<_> = report.identifiers.iter().map(|(name, &count)| (name.clone(), count)).collect();
        identifiers.sort();
        identifiers
    }

    fn counted<const N: usize>(counts: [(&str, usize); N]) -> [(String, usize); N] {
        counts.map(|(name, count)| (name.to_owned(), count))
    }

    #[test]
    fn each_line_is_of_one_kind() {
        assert_eq!(lines_of("//! Docs.\n\nfn f() {} // and more\n  \t\r\n/// Docs.\nstruct S;"), (2, 2, 2));
        assert_eq!(lines_of(""), (0, 0, 0));
        assert_eq!(lines_of("\n"), (0, 0, 1));
    }

    #[test]
    fn block_comments_nest() {
        assert_eq!(lines_of("/* a\n/* b */\n\nstill */\nfn f() {}\n"), (1, 3, 1));
        assert_eq!(lines_of("f(/* a\nb */ c);\n"), (2, 0, 0));
        assert_eq!(lines_of("/*/ not closed\nfn f() {}\n"), (0, 2, 0));
    }

    #[test]
    fn literals_hold_no_comments() {
        assert_eq!(lines_of("let a = \"// \\\" /*\";\nlet b = 1;\n"), (2, 0, 0));
        assert_eq!(lines_of("let a = r##\"\n// \"# /*\n\"##;\nlet b = br\"\\\";\n// end\n"), (4, 1, 0));
        assert_eq!(lines_of("let quote = '\"';\nlet other = b'\\'';\n// \"\n"), (2, 1, 0));
    }

    #[test]
    fn lifetimes_open_no_literal() {
        assert_eq!(lines_of("fn f<'a>(a: &'a str) {} // 'a\n// '\n"), (1, 1, 0));
    }

    #[test]
    fn identifiers_are_neither_keywords_nor_in_literals() {
        let source = "fn one<'a>(x: &'a str) { one(\"two x\", 1u8, 'x', b\"x\", r\"x\") } // x";
        assert_eq!(identifiers_of(source), counted([("one", 2), ("str", 1), ("x", 1)]));
        assert_eq!(identifiers_of("r#type.größe().0 + _"), counted([("größe", 1), ("r#type", 1)]));
    }
}
