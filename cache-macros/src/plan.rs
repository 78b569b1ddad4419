//! Decides what an expansion is to be: everything that can be wrong is found here.

mod key;
mod own_names;
mod params;
mod place;
mod refused;
mod returns;
mod rules;
mod types;
mod within;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, parse_quote};

pub(crate) use self::key::{Feed, KeyPlan};
pub(crate) use self::params::{Local, Param};
pub(crate) use self::place::Place;
pub(crate) use self::returns::{Kept, Returns, Shape};
pub(crate) use self::within::Way;
use crate::errors::Errors;
use crate::fingerprint::fingerprint;
use crate::follow::{Followed, follow};
use crate::input::Input;
use crate::kind::Kind;
use crate::options::Options;
use crate::surroundings::Surroundings;
use crate::tokens::{at, body_mentions_self, mentions_self, shown_from_to};
use crate::value::{CacheErr, Eviction, FollowCalls, Fraction, Name, Persist, Scope, Set, ShowSpinner, Tag, Weigh};

/// A checked use of an attribute.
pub(crate) struct Plan<'a> {
    pub(crate) kind: Kind,
    pub(crate) input: &'a Input,
    /// The path of the runtime, for the types that people read in a handle's.
    pub(crate) runtime: TokenStream,
    /// The path of the runtime's part that is made for expansions.
    pub(crate) rt: TokenStream,
    pub(crate) place: Place,
    pub(crate) handle: Ident,
    /// The options as they were written.
    pub(crate) written: &'a str,
    /// The attributes of the function that hold for the handle too.
    pub(crate) handle_attrs: Vec<Attribute>,
    /// There are types that only the function knows, so its handle knows no one type of values.
    pub(crate) is_generic: bool,
    pub(crate) returns: Returns,
    pub(crate) params: Vec<Param<'a>>,
    pub(crate) key: KeyPlan,
    /// Asked at each call whether it is to be looked up.
    pub(crate) enabled: Option<&'a Expr>,
    /// They give the tags of the entry.
    pub(crate) entry_tags: Vec<&'a Expr>,
    /// The fields of the runtime's `Options` that are set.
    pub(crate) fields: Vec<(&'static str, TokenStream)>,
    /// The methods of the runtime's `Hooks` that are called.
    pub(crate) hooks: Vec<(&'static str, TokenStream)>,
    /// Values are kept below memory too.
    pub(crate) is_persistent: bool,
    /// What the build decides about it by `cfg`.
    pub(crate) decided: Vec<TokenStream>,
    /// The scope, if it is not the global one.
    pub(crate) scope: Option<Scope>,
    pub(crate) fingerprint: u128,
}

pub(crate) fn plan<'a>(kind: Kind, options: &'a Options, input: &'a Input, errors: &mut Errors) -> Plan<'a> {
    rules::check_function(input, errors);
    rules::check_options(options, errors);
    rules::check_tiers(options, errors);
    rules::check_exclusions(options, errors);
    let runtime = options.krate.as_ref().map_or_else(|| quote!(::cache_runtime), |path| path.value.to_token_stream());
    let rt = quote!(#runtime::__private);
    let surroundings = Surroundings::of(&input.sig.ident);
    let place = rules::check_place(place(options, input), surroundings.as_ref(), input, errors);
    let returns = Returns::of(kind, options, &input.sig, place, errors);
    rules::check_returned(options, &returns, errors);
    let params = params::params(&input.sig, options, errors);
    refused::check(options, &params, errors);
    let key = KeyPlan::of(options, &input.sig, &params, place, errors);
    let handle = handle(options, input, place, errors);
    let place = rules::check_handle(&handle, place, surroundings.as_ref(), &input.sig, errors);
    let (fingerprint, decided) = fingerprint_of(options, input);
    Plan {
        kind,
        runtime,
        rt: rt.clone(),
        place,
        handle,
        written: &options.text,
        handle_attrs: input.attrs.iter().filter_map(for_handle).collect(),
        is_generic: key::is_generic(&input.sig, &params, place),
        returns,
        params,
        key,
        entry_tags: options.entry_tags().collect(),
        enabled: options.enabled.as_ref().map(|set| &set.value.0),
        fields: fields(options, &rt),
        hooks: hooks(options, &rt),
        is_persistent: options.persist.is_some(),
        decided,
        scope: options.scope.as_ref().map(|set| set.value).filter(|scope| *scope != Scope::Global),
        fingerprint,
        input,
    }
}

/// A fingerprint of what computes: the function's own tokens, and where that is asked for what it reaches by name; and
/// what the build decides about that by `cfg`.
fn fingerprint_of(options: &Options, input: &Input) -> (u128, Vec<TokenStream>) {
    let (sig, body, that_compute) = (&input.sig, &input.body, options.that_compute());
    let extent = match &options.follow_calls {
        Some(set) => Some(set.value),
        None => options.persist.is_some().then_some(FollowCalls::Yes),
    };
    let followed = extent.map(|extent| follow(sig, body, &that_compute, extent));
    let Followed { fingerprint: reached, decided } = followed.unwrap_or_default();
    let reached = reached.map(|reached| quote!(#reached));
    let own = [sig.to_token_stream(), body.clone(), that_compute];
    (fingerprint(own.into_iter().chain(reached)), decided)
}

fn place(options: &Options, input: &Input) -> Place {
    // By name, for what is said beside mistakes has to stand in its place too.
    if options.names("no_handle") {
        Place::Body
    } else if options.names("in_impl")
        || options.mention_self
        || mentions_self(input.sig.to_token_stream())
        || body_mentions_self(input.body.clone())
    {
        Place::Impl
    } else {
        Place::Module
    }
}

fn handle(options: &Options, input: &Input, place: Place, errors: &mut Errors) -> Ident {
    let function = &input.sig.ident;
    if let Some(Set { value: Name(name), .. }) = &options.name {
        if name != function {
            return name.clone();
        }
        errors.at(name, "the function itself has this name: choose another for the handle");
    }
    let upper = function.unraw().to_string().to_uppercase();
    if function == &upper && place != Place::Body {
        if options.name.is_none() {
            errors.at(
                function,
                format!("the handle would be called `{upper}` as the function is: choose a name with `name = \"…\"`"),
            );
        }
        return format_ident!("{upper}_CACHE", span = function.span());
    }
    Ident::new(&upper, function.span())
}

/// `cfg`, `doc(hidden)` and lints that are switched off, since names of the function show in the handle; inlining and the
/// like are the function's own.
fn for_handle(attr: &Attribute) -> Option<Attribute> {
    let is_hidden = || attr.parse_args::<Ident>().is_ok_and(|word| word == "hidden");
    if attr.path().is_ident("cfg") || attr.path().is_ident("doc") && is_hidden() {
        return Some(attr.clone());
    }
    // The handle names a method, which is no use of it.
    if attr.path().is_ident("deprecated") {
        return Some(parse_quote!(#[allow(deprecated)]));
    }
    // A lint that is expected in the function need not come up in the handle.
    let lints = &attr.meta.require_list().ok()?.tokens;
    let is_off = attr.path().is_ident("allow") || attr.path().is_ident("expect");
    is_off.then(|| parse_quote!(#[allow(#lints)]))
}

fn fields(options: &Options, rt: &TokenStream) -> Vec<(&'static str, TokenStream)> {
    let mut fields = Vec::new();
    for (field, lifetime) in [
        ("ttl", &options.ttl),
        ("time_to_idle", &options.time_to_idle),
        ("refresh_after", &options.refresh_after),
        ("stale_if_error", &options.stale_if_error),
        ("retry_after", &options.retry_after),
    ] {
        fields.extend(lifetime.as_ref().map(|set| (field, set.value.expression(rt))));
    }
    if let Some(CacheErr::For(lifetime)) = options.cache_err.as_ref().map(|set| &set.value) {
        fields.push(("error_ttl", lifetime.expression(rt)));
    }
    fields.extend(
        options
            .jitter
            .as_ref()
            .map(|Set { value: Fraction(fraction), .. }| ("jitter", quote!(#rt::fraction(#fraction)))),
    );
    fields.extend(options.max_entries.as_ref().map(|set| ("max_entries", set.value.expression(rt))));
    fields.extend(options.max_bytes.as_ref().map(|set| ("max_bytes", set.value.0.expression(rt))));
    if options.weigh.is_some() && options.max_bytes.is_none() {
        fields.push(("weighed", quote!(true)));
    }
    let eviction = match options.eviction.as_ref().map(|set| &set.value) {
        None | Some(Eviction::ClockPro) => None,
        Some(Eviction::Lru) => Some(quote!(Lru)),
        Some(Eviction::TinyLfu) => Some(quote!(TinyLfu)),
    };
    if let Some(eviction) = eviction {
        fields.push(("eviction", quote!(#rt::Eviction::#eviction)));
    }
    if options.single_flight.as_ref().is_some_and(|set| !set.value.value) {
        fields.push(("single_flight", quote!(false)));
    }
    if options.memory.as_ref().is_some_and(|set| !set.value.value) {
        fields.push(("memory", quote!(false)));
    }
    if let Some(tags) = &options.tags {
        let mut texts = tags.value.iter().filter_map(|tag| match tag {
            Tag::Text(text) => Some(text),
            Tag::Expr(_) => None,
        });
        if let Some(first) = texts.next() {
            fields.push(("tags", quote!(&[#first #(, #texts)*])));
        }
    }
    if options.entry_tags().next().is_some() {
        fields.push(("entry_tags", quote!(true)));
    }
    if let Some(Set { key, value }) = &options.show_spinner {
        let text = match value {
            ShowSpinner::No => None,
            ShowSpinner::Yes => Some(quote!(::core::option::Option::None)),
            ShowSpinner::Text(text) => Some(quote!(::core::option::Option::Some(#text))),
        };
        let show_time = options.show_time.is_some();
        // Refused there, at the option, if the runtime was built without it.
        let spinner = |text| shown_from_to(quote!(#rt::spinner!(#text, #show_time)), (key.span(), key.span()));
        fields.extend(text.map(|text| ("spinner", spinner(text))));
    }
    fields
}

fn hooks(options: &Options, rt: &TokenStream) -> Vec<(&'static str, TokenStream)> {
    let mut hooks = Vec::new();
    for (hook, closure) in [
        ("validate", &options.validate),
        ("cache_if", &options.cache_if),
        ("ttl_of", &options.ttl_of),
        ("on_release", &options.on_release),
    ] {
        hooks.extend(closure.as_ref().map(|set| (hook, set.value.0.to_token_stream())));
    }
    hooks.extend(options.on_evict.as_ref().map(|set| ("on_evict", set.value.0.to_token_stream())));
    let weighed = match (&options.weigh, &options.max_bytes) {
        (Some(Set { value: Weigh::By(closure), .. }), _) => {
            hooks.push(("weigh", closure.0.to_token_stream()));
            None
        }
        (Some(Set { key, .. }), _) | (None, Some(Set { key, .. })) => Some(key),
        (None, None) => None,
    };
    if let Some(key) = weighed {
        // Refused there if it is not known what such a value weighs.
        let weigh = quote_spanned! {at(key.span())=>
            |value| {
                use #rt::WeighsItself as _;
                #rt::scales(value).weight_of_cached_value()
            }
        };
        hooks.push(("weigh", weigh));
    }
    if options.cache_err.as_ref().is_some_and(|set| matches!(set.value, CacheErr::For(_))) {
        hooks.push(("is_error", quote!(::core::result::Result::is_err)));
    }
    if let Some(set) = &options.is_failure {
        let is_failure = &set.value.0;
        hooks.push(("is_failure", quote!(|kept| #rt::fails_by(kept, #is_failure))));
    }
    if let Some(Set { value: Persist(tier), .. }) = &options.persist {
        // Refused there, at the name, if the runtime does not know it or was built without it.
        let codec = shown_from_to(quote!(#rt::codec!), (tier.span(), tier.span()));
        let tier = shown_from_to(quote!((#tier)), (tier.span(), tier.span()));
        hooks.push(("persist", quote!(#codec #tier, &|| ())));
    }
    if let Some(Set { key, .. }) = &options.check_mutation {
        let feed = quote_spanned!(at(key.span())=> |value, key| #rt::part(value).feed_into_cache_key(key));
        hooks.push(("check_mutation", feed));
    }
    hooks
}
