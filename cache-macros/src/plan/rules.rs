//! Options that do not go together, and functions that cannot be cached.
//!
//! Each rule says why in its message, and stands at the token that can be changed.

use proc_macro2::Ident;
use syn::Signature;

use super::own_names;
use super::place::Place;
use super::returns::{self, Returns};
use crate::errors::Errors;
use crate::input::Input;
use crate::options::Options;
use crate::surroundings::{Block, Surroundings, Taken};
use crate::value::{CacheErr, Lifetime, Scope, Set};

/// Refuses functions that cannot be cached.
pub(crate) fn check_function(input: &Input, errors: &mut Errors) {
    let Input { sig, semicolon, twice, .. } = input;
    if let Some(twice) = twice {
        errors.at(twice, "a function is cached once: remove one of the two attributes");
    }
    if semicolon.is_some() {
        errors.at(semicolon, "only a function with a body can be cached: here is none");
    }
    if let Some(constness) = &sig.constness {
        errors
            .at(constness, "a `const fn` cannot be cached, a cache is looked up when the program runs: remove `const`");
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, "a variadic function cannot be cached: its arguments cannot be made into a key");
    }
}

/// Where the function stands, as far as its file shows it, and where its handle is to stand then.
pub(crate) fn check_place(
    place: Place,
    surroundings: Option<&Surroundings>,
    input: &Input,
    errors: &mut Errors,
) -> Place {
    let name = &input.sig.ident;
    match (place, surroundings.map(|surroundings| surroundings.block)) {
        // A trait has a list of its constants, and ours is not on it. Of what makes futures something else is said.
        (Place::Module | Place::Impl, Some(Block::TraitImpl)) if !returns::is_written_future(&input.sig) => {
            errors.at(name, HANDLE_IN_TRAIT_IMPL);
            Place::Body
        }
        // There are no statics there.
        (Place::Module, Some(Block::Members)) => {
            errors.at(
                name,
                "this function stands in an `impl` block or a trait, of which it tells nothing by `self` or `Self`: add \
                 `in_impl`",
            );
            Place::Impl
        }
        (place, _) => place,
    }
}

const HANDLE_IN_TRAIT_IMPL: &str = "in the `impl` of a trait there is no place for a handle: call a method of the type's \
                                    own from here, and put the attribute on that; or do without a handle, with \
                                    `no_handle`";

/// Whether something else has the handle's name. If so no handle is made: it would be said once more.
pub(crate) fn check_handle(
    handle: &Ident,
    place: Place,
    surroundings: Option<&Surroundings>,
    sig: &Signature,
    errors: &mut Errors,
) -> Place {
    if place == Place::Module && own_names::check(handle, sig, errors) {
        return Place::Body;
    }
    let taken = surroundings.filter(|_| place != Place::Body).and_then(|around| around.taken(&handle.to_string()));
    let Some(taken) = taken else { return place };
    let reason = match (taken, place) {
        (Taken::Item, Place::Module) => "that is defined here already",
        (Taken::Item, _) => "that is defined for this type already",
        (Taken::Variant, _) => "the type has a variant of that name",
        (Taken::Hidden, _) => "a constant of that name is used here, which the handle would hide",
        (Taken::Binding, _) => "a `let` or a parameter here binds that name and cannot shadow a static",
    };
    errors.at(
        handle,
        format!("the handle would be called `{handle}`, but {reason}: choose another name with `name = \"…\"`"),
    );
    Place::Body
}

/// Options that contradict each other or lack a partner.
pub(crate) fn check_options(options: &Options, errors: &mut Errors) {
    fn key<T>(option: Option<&Set<T>>) -> Option<&Ident> {
        option.map(|set| &set.key)
    }
    let mut needs = |option: Option<&Ident>, partners: &[&str], message: &str| {
        if let Some(option) = option
            && !partners.iter().any(|partner| options.names(partner))
        {
            errors.at(option, message);
        }
    };
    let Options { ttl, time_to_idle, refresh_after, stale_if_error, eviction, .. } = options;

    // Without a bound nothing is ever evicted; what has a weight counts in the bound of all.
    needs(
        key(eviction.as_ref()),
        &["max_entries", "max_bytes", "weigh"],
        "`eviction` says what goes at a bound: add `max_entries`, `max_bytes` or `weigh`, or remove it",
    );
    // Stale values are served between the two; without an end they would be served for ever to all but one.
    needs(
        key(refresh_after.as_ref()),
        &["ttl"],
        "`refresh_after` needs a `ttl` longer than it, as the end of being served stale",
    );
    // Values without a lifetime are never past its end.
    needs(
        key(stale_if_error.as_ref()),
        &["ttl", "time_to_idle", "ttl_of"],
        "`stale_if_error` is about values past their end: add a `ttl`, or remove it",
    );
    // Where a failure leaves nothing to hand out, there is nothing to wait with.
    needs(
        key(options.retry_after.as_ref()),
        &["stale_if_error", "refresh_after"],
        "`retry_after` says how long an older value is handed out after a failure: add `stale_if_error` or \
         `refresh_after`, or remove it",
    );
    // Errors that are not kept are all failures.
    needs(
        key(options.is_failure.as_ref()),
        &["cache_err"],
        "`is_failure` tells errors that are kept from others: add `cache_err = \"…\"`, or remove it",
    );
    needs(
        key(options.is_failure.as_ref()),
        &["stale_if_error"],
        "`is_failure` says for which errors an older value is better: add `stale_if_error`, or remove it",
    );
    // Uses spread what is idle by themselves.
    needs(
        key(options.jitter.as_ref()),
        &["ttl", "ttl_of", "cache_err"],
        "`jitter` spreads lifetimes from when values were stored: add a `ttl`, or remove it",
    );
    // Without a spinner there is nothing that could show it.
    needs(
        key(options.show_time.as_ref()),
        &["show_spinner"],
        "`show_time` is about the spinner: add `show_spinner`, or remove it",
    );
    let mut ends_before_ttl = |option: Option<&Set<Lifetime>>, message: &str| {
        if let (Some(option), Some(ttl)) = (option, ttl)
            && let (Some(first), Some(end)) = (option.value.nanoseconds(), ttl.value.nanoseconds())
            && first >= end
        {
            errors.at(&option.value, message);
        }
    };
    ends_before_ttl(
        refresh_after.as_ref(),
        "`refresh_after` must be shorter than `ttl`: past that nothing is left to refresh",
    );
    ends_before_ttl(
        time_to_idle.as_ref(),
        "`time_to_idle` must be shorter than `ttl`: past that nothing is left that could be idle",
    );
    // With everybody running the body there is no one whose result the others could wait for.
    if let (Some(refresh_after), Some(single_flight)) = (refresh_after, &options.single_flight)
        && !single_flight.value.value
    {
        errors.at(
            &refresh_after.key,
            "`refresh_after` lets one caller recompute for all: remove `single_flight = false`",
        );
    }
    // A kept error is an answer like any other, so no older value would ever be asked for, unless some are told apart.
    if let (Some(stale_if_error), Some(CacheErr::Always | CacheErr::For(_)), false) =
        (stale_if_error, options.cache_err.as_ref().map(|set| &set.value), options.names("is_failure"))
    {
        errors.at(
            &stale_if_error.key,
            "`stale_if_error` hides the errors that `cache_err` keeps: remove one of the two, or say which errors are no \
             answers with `is_failure = |error| …`",
        );
    }
}

/// Options about where values are kept.
pub(crate) fn check_tiers(options: &Options, errors: &mut Errors) {
    let without_memory = options.memory.as_ref().filter(|set| !set.value.value);
    // Without memory and disk there is nothing left to keep anything in.
    if let Some(memory) = without_memory
        && !options.names("persist")
    {
        errors
            .at(&memory.key, "`memory = false` leaves only what is persisted: add `persist = \"disk\"`, or remove it");
    }
    // Values that are never kept in memory do not leave it either.
    if let (Some(on_evict), Some(_)) = (&options.on_evict, without_memory) {
        errors.at(&on_evict.key, "`on_evict` tells what leaves memory: remove it, or `memory = false`");
    }
    // Another process that clears them would not know of them.
    for tag in options.entry_tags().filter(|_| options.persist.is_some()) {
        errors.at(tag, "on disk only functions have tags, not single entries: remove this one, or `persist`");
    }
    // Values on disk are for all who come by, so they cannot be one session's or one thread's.
    if let (Some(persist), Some(scope)) = (&options.persist, &options.scope)
        && scope.value != Scope::Global
    {
        errors.at(&persist.key, "what is persisted is for all: remove `persist`, or the `scope`");
    }
}

/// Options of which one leaves the other nothing to do.
pub(crate) fn check_exclusions(options: &Options, errors: &mut Errors) {
    const KEY_REPLACES: &str = "`key = …` replaces the parameters, so this has no effect: remove one of the two";
    fn excludes<A, B>(option: Option<&Set<A>>, other: Option<&Set<B>>, message: &str, errors: &mut Errors) {
        if let (Some(option), Some(_)) = (option, other) {
            errors.at(&option.key, message);
        }
    }
    // `key` says all about the parameters, so these would have nothing to act on.
    excludes(options.skip.as_ref(), options.key.as_ref(), KEY_REPLACES, errors);
    excludes(options.hash_funcs.as_ref(), options.key.as_ref(), KEY_REPLACES, errors);
    // A name for nothing, a place for nothing.
    excludes(
        options.name.as_ref(),
        options.no_handle.as_ref(),
        "with `no_handle` there is nothing to name: remove one of the two",
        errors,
    );
    excludes(
        options.in_impl.as_ref(),
        options.no_handle.as_ref(),
        "with `no_handle` it does not matter where the function stands: remove `in_impl`",
        errors,
    );
}

/// Options that do not fit what the function returns.
pub(crate) fn check_returned(options: &Options, returns: &Returns, errors: &mut Errors) {
    if returns.is_result {
        return;
    }
    let cache_err = options.cache_err.as_ref().map(|set| &set.key);
    let stale_if_error = options.stale_if_error.as_ref().map(|set| &set.key);
    for option in [cache_err, stale_if_error].into_iter().flatten() {
        let way_out = if returns.may_be_result {
            "if this is one under another name, say so with `cache_err = false`"
        } else {
            "remove it, there is no `Err` here"
        };
        errors.at(option, format!("`{option}` is for functions that return a `Result`: {way_out}"));
    }
}
