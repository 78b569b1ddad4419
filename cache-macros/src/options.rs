//! The options of both attributes: one table that parsing, the documentation and its test go by.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, LitBool, LitStr, Path, Token};

use crate::errors::Errors;
use crate::kind::Kind;
use crate::suggest::did_you_mean;
use crate::value::{Bytes, CacheErr, Count, Eviction, Flag, HashFunc, Lifetime, Name, Set, Value};

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
            /// All of it, for the fingerprint.
            pub(crate) written: TokenStream,
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
    ttl_of: Expr;
    max_entries: Count;
    eviction: Eviction;
    max_bytes: Bytes;
    weigh: Expr;
    refresh_after: Lifetime;
    stale_if_error: Lifetime;
    cache_err: CacheErr;
    cache_if: Expr;
    validate: Expr;
    on_release: Expr, only Resource;
    skip: Vec<Ident>;
    key: Expr;
    include: Vec<Expr>;
    hash_funcs: Vec<HashFunc>;
    version: Expr;
    tags: Vec<LitStr>;
    single_flight: LitBool;
    name: Name;
    in_impl: Flag;
    no_handle: Flag;
    cheap_clone: Flag, only Resource;
    krate as "crate": Path;
}

fn set<T: Value>(slot: &mut Slot<T>, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let value = T::read(&key, input)?;
    if slot.is_some() {
        return Err(Error::new_spanned(&key, format!("`{key}` stands here twice: remove one of the two")));
    }
    *slot = Some(Set { key, value });
    Ok(())
}

impl Options {
    pub(crate) fn parse(kind: Kind, args: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self { written: args.clone(), ..Self::default() };
        let read_all = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let read = options
                    .read_one(kind, input)
                    .and_then(|()| if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(drop) });
                if let Err(error) = read {
                    errors.push(error);
                    skip_to_next(input);
                }
            }
            Ok(())
        };
        let all = read_all.parse2(args);
        errors.ok(all);
        options
    }

    fn read_one(&mut self, kind: Kind, input: ParseStream<'_>) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), format!("expected an option of `#[{}]`, such as `ttl = \"1h\"`", kind.attribute()))
        })?;
        let name = key.to_string();
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            let names = TABLE.iter().filter(|row| row.only.is_none_or(|only| only == kind)).map(|row| row.name);
            let suggestion = did_you_mean(&name, names);
            return Err(Error::new_spanned(
                key,
                format!("`#[{}]` has no option `{name}`{suggestion}", kind.attribute()),
            ));
        };
        if let Some(only) = row.only.filter(|only| *only != kind) {
            return Err(Error::new_spanned(key, format!("`{name}` is an option of `#[{}]` only", only.attribute())));
        }
        (row.parse)(self, key, input)
    }
}

/// Goes past the next comma behind which an option seems to begin, so that one mistake does not hide the others.
fn skip_to_next(input: ParseStream<'_>) {
    while !input.is_empty() {
        let is_comma = input.peek(Token![,]);
        // What cannot be skipped is the end.
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
        let option_begins = input.peek(Ident::peek_any)
            && (input.peek2(Token![=]) || input.peek2(syn::token::Paren) || input.peek2(Token![,]) || is_last(input));
        if is_comma && option_begins {
            return;
        }
    }
}

fn is_last(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.call(Ident::parse_any).is_ok() && ahead.is_empty()
}
