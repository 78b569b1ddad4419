//! Invisible groups: how a `macro_rules` macro passes on what it matched, such as an `$e:expr`.
//!
//! The compiler forgets them in what an attribute gives back, so that `$e * 2` with `1 + 1` would become `1 + 1 * 2`.
//! Where that makes a difference they are made visible as parentheses.

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use syn::{Expr, ExprLit, ExprUnary, UnOp};

/// The tokens, with parentheses around the expressions that would fall apart without them.
pub(crate) fn parenthesised(tokens: TokenStream) -> TokenStream {
    inside(tokens, Delimiter::Brace)
}

fn inside(tokens: TokenStream, around: Delimiter) -> TokenStream {
    let mut before = Before::Nothing;
    let mut tokens = tokens.into_iter().peekable();
    let mut result = TokenStream::new();
    while let Some(token) = tokens.next() {
        let token = match token {
            TokenTree::Group(group) => {
                let next = tokens.peek();
                let content = inside(group.stream(), group.delimiter());
                let falls_apart = group.delimiter() == Delimiter::None
                    && !(before.is_edge(around) && is_edge(next, around))
                    && needs_parentheses(&content, next);
                let delimiter = if falls_apart { Delimiter::Parenthesis } else { group.delimiter() };
                let mut visible = Group::new(delimiter, content);
                // Ours, so that nobody is told that they are superfluous.
                let ours = || Span::mixed_site().located_at(group.span());
                visible.set_span(if falls_apart { ours() } else { group.span() });
                TokenTree::Group(visible)
            }
            token => token,
        };
        before = before.then(&token);
        result.extend([token]);
    }
    result
}

/// The token before a group.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// A comma, or the equals sign of an assignment.
    Separator,
    /// The first of several marks that stand together, such as `==`.
    Joint,
    Other,
}

impl Before {
    fn then(self, token: &TokenTree) -> Self {
        match token {
            TokenTree::Punct(mark) if mark.spacing() == Spacing::Joint => Self::Joint,
            TokenTree::Punct(mark) if matches!(mark.as_char(), ',' | '=') && !matches!(self, Self::Joint) => {
                Self::Separator
            }
            _ => Self::Other,
        }
    }

    /// Does an expression begin here for sure? In braces it might be taken for a statement.
    fn is_edge(self, around: Delimiter) -> bool {
        match self {
            Self::Nothing => matches!(around, Delimiter::Parenthesis | Delimiter::Bracket),
            Self::Separator => true,
            Self::Joint | Self::Other => false,
        }
    }
}

/// Does an expression end before this token for sure?
fn is_edge(next: Option<&TokenTree>, around: Delimiter) -> bool {
    match next {
        None => around != Delimiter::None,
        Some(TokenTree::Punct(mark)) => matches!(mark.as_char(), ',' | ';'),
        Some(_) => false,
    }
}

fn needs_parentheses(content: &TokenStream, next: Option<&TokenTree>) -> bool {
    let Ok(expr) = syn::parse2::<Expr>(content.clone()) else { return false };
    match expr {
        // A negative number may stand where no parentheses can, as in `Buffer<-1>`.
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(*expr, Expr::Lit(ExprLit { .. })) => {
            binds_tighter(next)
        }
        // As statements they end where they end.
        Expr::If(_) | Expr::Match(_) | Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Unsafe(_) => {
            goes_on(next)
        }
        Expr::Binary(_)
        | Expr::Break(_)
        | Expr::Cast(_)
        | Expr::Closure(_)
        | Expr::Range(_)
        | Expr::RawAddr(_)
        | Expr::Reference(_)
        | Expr::Return(_)
        | Expr::Unary(_)
        | Expr::Yield(_) => true,
        _ => false,
    }
}

/// Does a field, a call or the like follow?
fn binds_tighter(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Punct(mark)) => matches!(mark.as_char(), '.' | '?'),
        Some(TokenTree::Group(group)) => matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket),
        _ => false,
    }
}

/// Does an operator follow?
fn goes_on(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Punct(mark)) => !matches!(mark.as_char(), ',' | ';' | '#'),
        Some(TokenTree::Ident(word)) => word == "as",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

    use super::parenthesised;

    /// The tokens, with invisible groups for those in `[[…]]`.
    fn tokens(source: &str) -> TokenStream {
        fn invisible(tokens: TokenStream) -> TokenStream {
            let invisible = |token| match token {
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    TokenTree::Group(match inner.as_slice() {
                        [TokenTree::Group(only)]
                            if group.delimiter() == Delimiter::Bracket && only.delimiter() == Delimiter::Bracket =>
                        {
                            Group::new(Delimiter::None, invisible(only.stream()))
                        }
                        _ => Group::new(group.delimiter(), invisible(group.stream())),
                    })
                }
                token => token,
            };
            tokens.into_iter().map(invisible).collect()
        }
        invisible(source.parse().expect("the source of a test is made of tokens"))
    }

    #[test]
    fn what_would_fall_apart_gets_parentheses() {
        for (source, expected) in [
            ("x + [[1 + 1]] * 2", "x + (1 + 1) * 2"),
            ("[[1 + 1]]", "(1 + 1)"),
            ("[[[[1 + 1]]]] * 2", "(1 + 1) * 2"),
            ("[[-1]].abs()", "(-1).abs()"),
            ("[[*x]].y", "(*x).y"),
            ("[[&x]][0]", "(&x)[0]"),
            ("[[x as u8]] < y", "(x as u8) < y"),
            ("[[|x| x]](1)", "(|x| x)(1)"),
            ("f(0..[[a + b]].c)", "f(0..(a + b).c)"),
            ("[[if a { b } else { c }]] + d", "(if a { b } else { c }) + d"),
            ("a == [[b & c]]", "a == (b & c)"),
        ] {
            assert_eq!(
                parenthesised(tokens(source)).to_string(),
                expected.parse::<TokenStream>().unwrap_or_default().to_string()
            );
        }
    }

    #[test]
    fn what_stays_together_stays_as_it_is() {
        for source in [
            "[[x]] * [[1]]",
            "[[f(x)]].y",
            "[[x.y]] + [[(x, y)]]",
            "f([[a + b]], [[&c]])",
            "let x = [[a + b]];",
            "#[cfg([[feature = \"x\"]])]",
            "Buffer<[[-1]]>",
            "[[if a { return b; }]] [[c]]",
            "[[let x = 1]];",
            "[[&'a str]]",
            "[[{ 1 + 1 }]] + 1",
        ] {
            let tokens = tokens(source);
            assert_eq!(parenthesised(tokens.clone()).to_string(), tokens.to_string(), "{source}");
        }
    }
}
