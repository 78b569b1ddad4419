//! Code without its local names: what a parameter or a `let` binds is not an item of that name.

use std::collections::HashSet;
use std::mem;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprPath, ExprWhile, FieldPat, FieldValue, ImplItemFn,
    Item, Local, Macro, PatIdent, Token, TraitItemFn,
};

use crate::tokens::is_punct;

/// Macros that use names where they are called, and as what they are there.
const TRANSPARENT: [&str; 20] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The item with `_` for all that is bound in it.
pub(super) fn without_locals(item: &Item) -> Item {
    let mut item = item.clone();
    Locals::default().visit_item_mut(&mut item);
    item
}

/// The names that are bound, by the blocks around.
#[derive(Default)]
struct Locals(Vec<HashSet<String>>);

impl Locals {
    fn is_bound(&self, name: &Ident) -> bool {
        let name = name.unraw().to_string();
        self.0.iter().any(|scope| scope.contains(&name))
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.0.push(HashSet::new());
        visit(self);
        self.0.pop();
    }

    fn without(&self, tokens: TokenStream) -> TokenStream {
        let without = |token| match token {
            TokenTree::Ident(word) if self.is_bound(&word) => TokenTree::Ident(nothing()),
            TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), self.without(group.stream()))),
            TokenTree::Literal(text) if text.to_string().contains('{') => self.without_captured(&text),
            token => token,
        };
        tokens.into_iter().map(without).collect()
    }

    /// A text that formats, without what is bound.
    fn without_captured(&self, text: &Literal) -> TokenTree {
        let written = text.to_string();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let words = written.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
        let is_bound = |word: &&str| self.0.iter().any(|scope| scope.contains(*word));
        let left: Vec<_> = words.filter(|word| !is_bound(word)).collect();
        TokenTree::Literal(Literal::string(&format!("{{{}", left.join(" "))))
    }
}

fn nothing() -> Ident {
    Ident::new("_", Span::call_site())
}

impl VisitMut for Locals {
    /// An item in a body does not see what is bound around it.
    fn visit_item_mut(&mut self, item: &mut Item) {
        let around = mem::take(&mut self.0);
        self.within(|locals| visit_mut::visit_item_mut(locals, item));
        self.0 = around;
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut ImplItemFn) {
        self.within(|locals| visit_mut::visit_impl_item_fn_mut(locals, item));
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut TraitItemFn) {
        self.within(|locals| visit_mut::visit_trait_item_fn_mut(locals, item));
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.within(|locals| visit_mut::visit_block_mut(locals, block));
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.within(|locals| visit_mut::visit_expr_closure_mut(locals, closure));
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.within(|locals| visit_mut::visit_arm_mut(locals, arm));
    }

    fn visit_expr_while_mut(&mut self, expr: &mut ExprWhile) {
        self.within(|locals| visit_mut::visit_expr_while_mut(locals, expr));
    }

    fn visit_expr_if_mut(&mut self, expr: &mut ExprIf) {
        self.within(|locals| {
            locals.visit_expr_mut(&mut expr.cond);
            locals.visit_block_mut(&mut expr.then_branch);
        });
        if let Some((_, other)) = &mut expr.else_branch {
            self.visit_expr_mut(other);
        }
    }

    fn visit_expr_for_loop_mut(&mut self, expr: &mut ExprForLoop) {
        self.visit_expr_mut(&mut expr.expr);
        self.within(|locals| {
            locals.visit_pat_mut(&mut expr.pat);
            locals.visit_block_mut(&mut expr.body);
        });
    }

    /// What is bound does not hold in what it is bound to.
    fn visit_local_mut(&mut self, local: &mut Local) {
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, other)) = &mut init.diverge {
                self.visit_expr_mut(other);
            }
        }
        self.visit_pat_mut(&mut local.pat);
    }

    fn visit_expr_let_mut(&mut self, expr: &mut ExprLet) {
        self.visit_expr_mut(&mut expr.expr);
        self.visit_pat_mut(&mut expr.pat);
    }

    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        let name = pat.ident.unraw().to_string();
        // In capitals it may be a constant or a variant.
        if name.starts_with(|c: char| c.is_lowercase() || c == '_') {
            if let Some(scope) = self.0.last_mut() {
                scope.insert(name);
            }
            pat.ident = nothing();
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        field.colon_token.get_or_insert_with(<Token![:]>::default);
        visit_mut::visit_field_pat_mut(self, field);
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        field.colon_token.get_or_insert_with(<Token![:]>::default);
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(ExprPath { qself: None, path, .. }) = expr
            && let Some(name) = path.get_ident()
            && self.is_bound(name)
        {
            *path = nothing().into();
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, called: &mut Macro) {
        if called.path.is_ident("matches") {
            // It binds, as a `match` does.
            let tokens: Vec<_> = called.tokens.clone().into_iter().collect();
            let comma = tokens.iter().position(|token| is_punct(token, ',')).unwrap_or(tokens.len());
            let (value, rest) = (tokens[..comma].iter(), tokens.get(comma + 1..).unwrap_or_default());
            let rest = rest.iter();
            if let Ok(mut read) = syn::parse2::<Expr>(quote!(match #(#value)* { #(#rest)* => () })) {
                self.visit_expr_mut(&mut read);
                called.tokens = read.to_token_stream();
                return;
            }
        }
        if TRANSPARENT.iter().any(|name| called.path.is_ident(name)) {
            called.tokens = self.without(mem::take(&mut called.tokens));
        }
    }
}
