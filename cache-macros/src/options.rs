//! The options of both attributes: one table that parsing, the documentation and its test go by.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, LitBool, Path, Token};

use crate::errors::Errors;
use crate::kind::Kind;
use crate::suggest::{Foreign, did_you_mean, foreign, nearest};
use crate::tokens::mentions_self;
use crate::value::{
    Bytes, CacheErr, Closure, Condition, Count, Eviction, Flag, FollowCalls, Fraction, HashFunc, Lifetime, Listener,
    Name, Persist, Scope, Set, ShowSpinner, Tag, Value, Weigh,
};

type Slot<T> = Option<Set<T>>;

/// One row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// The attribute that alone has it.
    pub(crate) only: Option<Kind>,
    parse: fn(&mut Options, Ident, ParseStream<'_>) -> syn::Result<()>,
}

macro_rules! options {
    ($($field:ident $(as $name:literal)?: $value:ty $(, only $only:ident)?;)*) => {
        /// The options of one attribute, as they were written.
        #[derive(Default)]
        pub(crate) struct Options {
            $(pub(crate) $field: Slot<$value>,)*
            /// All of them, to be shown.
            pub(crate) text: String,
            /// `self` or `Self` stands in one.
            pub(crate) mention_self: bool,
            /// Which stand there: also those that could not be read.
            written: Vec<&'static str>,
            /// Which were meant by what is no option.
            guessed: Vec<&'static str>,
        }

        /// Every option there is.
        pub(crate) const TABLE: &[Row] = &[$(Row {
            name: options!(@name $field $($name)?),
            only: options!(@only $($only)?),
            parse: |options, key, input| set(&mut options.$field, key, input),
        }),*];
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
    (@only) => { None };
    (@only $only:ident) => { Some(Kind::$only) };
}

options! {
    ttl: Lifetime;
    time_to_idle: Lifetime;
    ttl_of: Closure;
    jitter: Fraction;
    max_entries: Count;
    eviction: Eviction;
    max_bytes: Bytes;
    weigh: Weigh;
    refresh_after: Lifetime;
    stale_if_error: Lifetime;
    retry_after: Lifetime;
    is_failure: Closure;
    cache_err: CacheErr;
    cache_if: Closure;
    enabled: Condition;
    validate: Closure;
    on_evict: Listener;
    on_release: Closure, only Resource;
    skip: Vec<Ident>;
    key: Expr;
    include: Vec<Expr>;
    hash_funcs: Vec<HashFunc>;
    version: Expr;
    tags: Vec<Tag>;
    scope: Scope;
    check_mutation: Flag, only Data;
    show_spinner: ShowSpinner;
    show_time: Flag;
    persist: Persist, only Data;
    follow_calls: FollowCalls;
    memory: LitBool, only Data;
    single_flight: LitBool;
    name: Name;
    in_impl: Flag;
    no_handle: Flag;
    cheap_clone: Flag, only Resource;
    krate as "crate": Path;
}

/// The names of the options that change the computed value.
pub(crate) const THAT_COMPUTE: [&str; 6] = ["key", "version", "include", "hash_funcs", "skip", "cache_err"];

fn set<T: Value>(slot: &mut Slot<T>, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let value = T::read(&key, input)?;
    *slot = Some(Set { key, value });
    Ok(())
}

/// The complaint about an option at its second place.
pub(crate) fn stands_twice(key: &Ident) -> Error {
    Error::new_spanned(key, format!("`{key}` stands here twice: remove one of the two"))
}

/// A mistake that is no reason not to read on, and what was found then.
pub(crate) fn all_of(mistake: Option<Error>, read: syn::Result<()>) -> syn::Result<()> {
    match (mistake, read) {
        (Some(mut mistake), Err(another)) => {
            mistake.combine(another);
            Err(mistake)
        }
        (Some(mistake), Ok(())) => Err(mistake),
        (None, read) => read,
    }
}

impl Options {
    pub(crate) fn parse(kind: Kind, args: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self { text: args.to_string(), mention_self: mentions_self(args.clone()), ..Self::default() };
        let read_all = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let read = options.read_one(kind, input).and_then(|()| read_comma(input));
                if let Err(error) = read {
                    errors.push(error);
                    if !option_begins(input) {
                        skip_to_next(input);
                    }
                }
            }
            Ok(())
        };
        let all = read_all.parse2(args);
        errors.ok(all);
        options
    }

    /// The options that change the computed value ([`THAT_COMPUTE`]), for the fingerprint: not how long or how much is kept.
    pub(crate) fn that_compute(&self) -> TokenStream {
        fn written<T: ToTokens>(option: Option<&Set<T>>) -> TokenStream {
            option.map(|Set { key, value }| quote!(#key #value;)).unwrap_or_default()
        }
        fn listed<T: ToTokens>(option: Option<&Set<Vec<T>>>) -> TokenStream {
            option.map(|Set { key, value }| quote!(#key #(#value,)*;)).unwrap_or_default()
        }
        let Self { key, version, include, hash_funcs, skip, cache_err, .. } = self;
        let parts = [
            written(key.as_ref()),
            written(version.as_ref()),
            written(cache_err.as_ref()),
            listed(include.as_ref()),
            listed(hash_funcs.as_ref()),
            listed(skip.as_ref()),
        ];
        parts.into_iter().collect()
    }

    /// The expressions among the tags.
    pub(crate) fn entry_tags(&self) -> impl Iterator<Item = &Expr> {
        self.tags.iter().flat_map(|set| &set.value).filter_map(|tag| match tag {
            Tag::Text(_) => None,
            Tag::Expr(expr) => Some(expr),
        })
    }

    fn read_one(&mut self, kind: Kind, input: ParseStream<'_>) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), format!("expected an option of `#[{}]`, such as `ttl = \"1h\"`", kind.attribute()))
        })?;
        let name = key.to_string();
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            let suggestion = self.suggest(kind, &name);
            let attribute = kind.attribute();
            return Err(Error::new_spanned(key, format!("`#[{attribute}]` has no option `{name}`{suggestion}")));
        };
        if let Some(only) = row.only.filter(|only| *only != kind) {
            return Err(Error::new_spanned(key, format!("`{name}` is an option of `#[{}]` only", only.attribute())));
        }
        let twice = self.written.contains(&row.name).then(|| stands_twice(&key));
        self.written.push(row.name);
        all_of(twice, (row.parse)(self, key, input))
    }

    /// A suggestion of the option that was meant, which then is not missing.
    fn suggest(&mut self, kind: Kind, name: &str) -> String {
        match foreign(name) {
            Some(Foreign::Is(options)) => {
                self.guessed.extend(options);
                did_you_mean(options)
            }
            Some(Foreign::Hint(hint)) => format!(": {hint}"),
            None => {
                let names = TABLE.iter().filter(|row| row.only.is_none_or(|only| only == kind)).map(|row| row.name);
                let nearest = nearest(name, names);
                self.guessed.extend(nearest);
                did_you_mean(nearest.as_slice())
            }
        }
    }

    /// Does this option stand there, be it with a mistake of its own? Then nothing is said about its absence.
    pub(crate) fn names(&self, option: &str) -> bool {
        self.written.contains(&option) || self.guessed.contains(&option)
    }
}

fn read_comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    match input.parse::<Token![,]>() {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new(error.span(), "expected a comma between two options")),
    }
}

/// Goes past the next comma behind which an option seems to begin, so that one mistake does not hide the others.
fn skip_to_next(input: ParseStream<'_>) {
    while !input.is_empty() {
        let is_comma = input.peek(Token![,]);
        // Where nothing can be skipped, there is the end.
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
        if is_comma && option_begins(input) {
            return;
        }
    }
}

fn option_begins(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(name) = ahead.call(Ident::parse_any) else { return false };
    let goes_on = ahead.is_empty() || ahead.peek(Token![=]) || ahead.peek(syn::token::Paren) || ahead.peek(Token![,]);
    goes_on || TABLE.iter().any(|row| name == row.name)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::TABLE;

    fn workspace() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn each_option_has_its_ui_tests() {
        for row in TABLE {
            let is_there = |folder: &str| workspace().join(folder).join(row.name).with_extension("rs").is_file();
            // Options that need the feature `disk` are tried with it.
            assert!(is_there("ui-tests/pass/options") || is_there("ui-tests/pass/disk"), "{}: none passes", row.name);
            assert!(is_there("ui-tests/fail/options"), "{}: none fails", row.name);
        }
    }

    #[test]
    fn each_option_is_explained() {
        for page in ["README.md", "cache-macros/src/attribute.md"] {
            let text = std::fs::read_to_string(workspace().join(page)).expect("the page is part of the workspace");
            for row in TABLE {
                let beginning = format!("| `{}", row.name);
                // The name ends there: `ttl` is not explained by a row about `ttl_of`.
                let is_row = |line: &str| {
                    let rest = line.strip_prefix(&beginning);
                    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
                };
                assert!(text.lines().any(is_row), "no row of a table in {page} begins with {beginning}");
            }
        }
    }
}
