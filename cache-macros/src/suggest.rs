//! Suggestions for misspelt names.

/// The nearest of the names, if one is near.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Jaro-Winkler; below this, names look like accidents. cargo and clap use 0.7 to 0.8.
    const NEAR: f64 = 0.75;
    let written = written.to_lowercase();
    // Of short names that measure sees little.
    let is_slip = |name: &str| strsim::damerau_levenshtein(&written, &name.to_lowercase()) <= 1;
    names
        .map(|name| (if is_slip(name) { 1.0 } else { strsim::jaro_winkler(&written, &name.to_lowercase()) }, name))
        .filter(|(nearness, _)| *nearness > NEAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

/// The meaning in other libraries of a name that is no option here.
pub(crate) enum Foreign {
    /// The same, under these names.
    Is(&'static [&'static str]),
    /// Something that needs no option here, or is had in another way.
    Hint(&'static str),
}

/// Knows the options of other libraries, however they write them.
pub(crate) fn foreign(written: &str) -> Option<Foreign> {
    Some(match written.to_lowercase().as_str() {
        "time_refresh" | "tti" | "timetoidle" | "idle" | "max_idle" => Foreign::Is(&["time_to_idle"]),
        "time" | "expire" | "expires" | "expires_in" | "expiry" | "ttl_secs" | "ttl_millis" | "lifespan"
        | "time_to_live" | "timetolive" => Foreign::Is(&["ttl"]),
        "max_size" => Foreign::Is(&["max_entries", "max_bytes"]),
        "size" | "capacity" | "max_capacity" | "limit" | "maxsize" | "max_items" | "max_len" | "max_length" => {
            Foreign::Is(&["max_entries"])
        }
        "result_fallback" => Foreign::Is(&["stale_if_error"]),
        "convert" => Foreign::Is(&["key"]),
        "ignore" => Foreign::Is(&["skip"]),
        "tag" => Foreign::Is(&["tags"]),
        "eviction_listener" | "on_eviction" | "on_removal" | "removal_listener" => Foreign::Is(&["on_evict"]),
        "result" => Foreign::Hint("of a `Result` only what is `Ok` is kept anyway: remove it"),
        "option" => Foreign::Hint("to leave `None` out, write `cache_if = |value| value.is_some()`"),
        "unbound" => Foreign::Hint("there is no bound unless `max_entries` or `max_bytes` sets one: remove it"),
        "disk" | "redis" => Foreign::Hint("what is kept on disk is said by `persist = \"disk\"`"),
        "create" | "ty" => Foreign::Hint("the cache is made by itself: remove it"),
        "force_refresh" => Foreign::Hint("`refresh(|| …)` around a call runs the body and replaces what is kept"),
        "with_cached_flag" => Foreign::Hint("`trace(|| …)` tells what was a hit"),
        "sync_writes" => Foreign::Hint("one caller per key runs the body anyway, and the others wait: remove it"),
        _ => return None,
    })
}

/// ` (did you mean …?)`, or nothing where nothing is near.
pub(crate) fn did_you_mean(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!(" (did you mean `{}`?)", names.join("` or `"))
}
