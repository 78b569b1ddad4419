//! Values on disk: ours, and `cached` with its `redb` store.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cache_runtime::{Config, cache_data, configure};
use cached::RedbCache;
use cached::macros::concurrent_cached;

pub(crate) const SMALL: usize = 200;
pub(crate) const LARGE: usize = 1 << 20;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Says where both keep what they keep.
pub(crate) fn settle(folder: &Path) {
    drop(configure(Config::new().dir(folder.join("ours"))));
    drop(FOLDER.set(folder.join("cached")));
}

fn folder() -> PathBuf {
    FOLDER.get().cloned().unwrap_or_default()
}

#[cache_data(persist = "disk", memory = false, follow_calls = false)]
pub(crate) fn ours(x: u64, length: usize) -> String {
    text(x, length)
}

#[expect(clippy::unnecessary_wraps, reason = "it is asked of what is kept on disk")]
#[concurrent_cached(
    ty = "RedbCache<String, String>",
    create = r#"{ RedbCache::builder("fallible").disk_dir(folder()).build().expect("the folder can be written to") }"#,
    key = "String",
    convert = r#"{ format!("{x}-{length}") }"#,
    map_error = |error| error.to_string()
)]
fn fallible(x: u64, length: usize) -> Result<String, String> {
    Ok(text(x, length))
}

pub(crate) fn cached(x: u64, length: usize) -> String {
    fallible(x, length).unwrap_or_default()
}

fn text(x: u64, length: usize) -> String {
    let mut text = x.to_string();
    text.extend(std::iter::repeat_n('x', length - text.len()));
    text
}
