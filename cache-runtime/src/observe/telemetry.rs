//! Tells the `tracing` and `metrics` facades what happens, where their features are on.

use std::fmt;
use std::time::Duration;

use parking_lot::Mutex;

use crate::observe::mismatch::Mismatch;
use crate::observe::outcome::Outcome;
#[cfg(feature = "metrics")]
use crate::observe::outcome::Refresh;
#[cfg(feature = "metrics")]
use crate::value::removal::RemovalCause;

/// Does anybody want to know of hits? Then they cannot go the shortest way.
#[inline(always)]
pub(crate) fn wants_hits() -> bool {
    #[cfg(feature = "metrics")]
    let metrics = true;
    #[cfg(not(feature = "metrics"))]
    let metrics = false;
    #[cfg(feature = "tracing")]
    let tracing = tracing::enabled!(target: "cache_runtime", tracing::Level::DEBUG);
    #[cfg(not(feature = "tracing"))]
    let tracing = false;
    metrics || tracing
}

/// Does anybody want to know how old values are? To find that out takes time.
pub(crate) const TELLS_AGES: bool = cfg!(feature = "tracing");

/// A call was answered: with a value that was kept so long ago, or after the body ran so long.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "all of it is only told as an event"))]
pub(crate) fn answered(function: &'static str, outcome: Outcome, age: Option<Duration>, load_time: Option<Duration>) {
    #[cfg(feature = "tracing")]
    trace(function, outcome, age, load_time);
    #[cfg(feature = "metrics")]
    count(function, outcome, load_time);
}

#[cfg(feature = "tracing")]
fn trace(function: &'static str, outcome: Outcome, age: Option<Duration>, load_time: Option<Duration>) {
    let (outcome, reason) = words(outcome);
    let age = age.map(|age| age.as_secs_f64());
    let load_time = load_time.map(|time| time.as_secs_f64());
    tracing::debug!(target: "cache_runtime", function, outcome, reason, age, load_time, "cached call");
}

#[cfg(feature = "metrics")]
fn count(function: &'static str, outcome: Outcome, load_time: Option<Duration>) {
    let counter = match outcome {
        Outcome::Hit => metrics::counter!("cache_hits_total", "function" => function),
        Outcome::Miss(_) => {
            let reason = words(outcome).1.unwrap_or_default();
            metrics::counter!("cache_misses_total", "function" => function, "reason" => reason)
        }
        Outcome::Waited => metrics::counter!("cache_waits_total", "function" => function),
        Outcome::Stale => metrics::counter!("cache_stale_total", "function" => function),
        Outcome::Bypassed => metrics::counter!("cache_bypassed_total", "function" => function),
    };
    counter.increment(1);
    if let Some(load_time) = load_time {
        metrics::histogram!("cache_load_duration_seconds", "function" => function).record(load_time);
    }
}

/// The outcome and the reason, as they are written.
#[cfg(any(feature = "tracing", feature = "metrics"))]
fn words(outcome: Outcome) -> (&'static str, Option<&'static str>) {
    use crate::observe::outcome::MissReason;
    match outcome {
        Outcome::Hit => ("hit", None),
        Outcome::Waited => ("waited", None),
        Outcome::Stale => ("stale", None),
        Outcome::Bypassed => ("bypassed", None),
        Outcome::Miss(MissReason::Absent) => ("miss", Some("absent")),
        Outcome::Miss(MissReason::Expired) => ("miss", Some("expired")),
        Outcome::Miss(MissReason::Invalid) => ("miss", Some("invalid")),
        Outcome::Miss(MissReason::Unreadable) => ("miss", Some("unreadable")),
    }
}

/// Runs a body in a span of its own.
#[inline(always)]
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "there are no spans"))]
pub(crate) fn running<R>(function: &'static str, body: impl FnOnce() -> R) -> R {
    #[cfg(feature = "tracing")]
    let _entered = span(function).entered();
    body()
}

/// [`running`] for a future.
#[cfg(not(feature = "tracing"))]
#[inline(always)]
pub(crate) fn running_async<F: Future>(_function: &'static str, body: F) -> F {
    body
}

/// [`running`] for a future.
#[cfg(feature = "tracing")]
pub(crate) fn running_async<F: Future>(function: &'static str, body: F) -> impl Future<Output = F::Output> {
    tracing::Instrument::instrument(body, span(function))
}

#[cfg(feature = "tracing")]
fn span(function: &'static str) -> tracing::Span {
    tracing::info_span!(target: "cache_runtime", "cached body", function)
}

/// How many entries there are, where the count is asked for.
#[cfg(feature = "metrics")]
pub(crate) fn entries_changed(function: &'static str, entries: u64) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!("cache_entries", "function" => function).set(entries as f64);
}

/// So many entries left for this reason.
#[cfg(feature = "metrics")]
pub(crate) fn evicted(function: &'static str, cause: RemovalCause, entries: u64) {
    let reason = match cause {
        RemovalCause::Bound => "bound",
        RemovalCause::Expired => "expired",
        RemovalCause::Cleared | RemovalCause::ScopeEnded => "cleared",
        RemovalCause::Invalid => "invalid",
        RemovalCause::Replaced => "replaced",
    };
    metrics::counter!("cache_evictions_total", "function" => function, "reason" => reason).increment(entries);
}

/// A value that was still good was to be replaced.
#[cfg(feature = "metrics")]
pub(crate) fn refreshed(function: &'static str, refresh: Refresh) {
    let outcome = match refresh {
        Refresh::Done => "done",
        Refresh::Failed => "failed",
        Refresh::Skipped => "skipped",
    };
    metrics::counter!("cache_refreshes_total", "function" => function, "outcome" => outcome).increment(1);
}

/// A value was not kept because it alone is heavier than the bound.
#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "it is only counted"))]
pub(crate) fn too_heavy(function: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("cache_too_heavy_total", "function" => function).increment(1);
}

/// A kept value was changed by somebody who got a clone of it.
pub(crate) fn warn_of_mutation(function: &'static str) {
    warn(
        function,
        format_args!(
            "a kept value was changed from outside and is discarded: its clones share state, so return a deep copy, or \
             use `#[cache_resource]` if it is meant to be shared"
        ),
    );
}

/// The first value of a function that alone is heavier than the bound.
pub(crate) fn warn_of_weight(function: &'static str, weight: u64, max_bytes: u64) {
    warn(
        function,
        format_args!(
            "a value of {weight} bytes is not kept, for `max_bytes` is {max_bytes}: its body runs at every call; this is \
             told once, and counted in `Stats::too_heavy`"
        ),
    );
}

/// A value was not persisted because it cannot be.
#[cfg(feature = "disk")]
#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "it is only counted"))]
pub(crate) fn not_persisted(function: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!("cache_not_persisted_total", "function" => function).increment(1);
}

/// The first value of a function that cannot be persisted.
#[cfg(feature = "disk")]
pub(crate) fn warn_of_persisting(function: &'static str, why: &str) {
    warn(
        function,
        format_args!("a value is not persisted: {why}; this is told once, and counted in `Stats::not_persisted`"),
    );
}

/// The folder of what is persisted cannot be used as it should.
#[cfg(feature = "disk")]
pub(crate) fn warn_of_folder(folder: &std::path::Path, warning: fmt::Arguments<'_>) {
    let folder = folder.display();
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "cache_runtime", %folder, "{warning}");
    #[cfg(not(feature = "tracing"))]
    write_warning(format_args!("`{folder}`: {warning}"));
}

/// The first call of an instance whose keys mean something else in another build.
#[cfg(feature = "disk")]
pub(crate) fn warn_of_nameless(function: &'static str, instance: &str) {
    warn(
        function,
        format_args!(
            "`{instance}` is not persisted, for it depends on a closure or a function that is passed to it, or stands in \
             one, so that no name tells it apart from others for good; this is told once"
        ),
    );
}

/// The first value of a function that is not what its body makes.
pub(crate) fn warn_of_mismatch(mismatch: &Mismatch) {
    static WARNED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let Mismatch { function, .. } = *mismatch;
    let mut warned = WARNED.lock();
    if !warned.contains(&function) {
        warned.push(function);
        drop(warned);
        warn(function, format_args!("{}; this is told once", mismatch.what()));
    }
}

fn warn(function: &'static str, warning: fmt::Arguments<'_>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "cache_runtime", function, "{warning}");
    #[cfg(not(feature = "tracing"))]
    write_warning(format_args!("`{function}`: {warning}"));
}

#[cfg(not(feature = "tracing"))]
fn write_warning(warning: fmt::Arguments<'_>) {
    use std::io::Write as _;
    // In one piece, whatever others write. Where nobody reads it, there is nobody to be warned.
    let line = format!("warning: {warning}\n");
    drop(std::io::stderr().write_all(line.as_bytes()));
}
