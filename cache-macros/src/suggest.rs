//! What somebody who misspelt a name may have meant.

/// The nearest of the names, if one is near.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Jaro-Winkler; below this, names look like accidents. cargo and clap use 0.7 to 0.8.
    const NEAR: f64 = 0.75;
    names
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > NEAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

/// ` (did you mean …?)`, or nothing where nothing is near.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}
