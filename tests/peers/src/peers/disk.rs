//! Values on disk: ours, and `cached` with its `redb` store.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cache_runtime::{Config, cache_data, configure};
use cached::RedbCache;
use cached::macros::concurrent_cached;

pub(crate) const SMALL: usize = 200;
pub(crate) const LARGE: usize = 1 << 20;
/// What ours puts around a text.
const SEAL: usize = 102;

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

/// As many bytes as ours has on disk for a value of this length, in a file of its own.
pub(crate) struct Plain {
    folder: PathBuf,
    bytes: Vec<u8>,
}

impl Plain {
    pub(crate) fn new(length: usize) -> Self {
        let folder = folder().with_file_name("plain");
        drop(fs::create_dir_all(&folder));
        let plain = Self { folder, bytes: vec![b'x'; length + SEAL] };
        plain.write(1);
        plain
    }

    fn path(&self, x: u64) -> PathBuf {
        self.folder.join(format!("{x}-{}", self.bytes.len()))
    }

    /// Open, read, close.
    pub(crate) fn read(&self, x: u64) -> Vec<u8> {
        let mut bytes = vec![0; self.bytes.len()];
        drop(File::open(self.path(x)).and_then(|mut file| file.read_exact(&mut bytes)));
        bytes
    }

    /// Create, write, rename.
    pub(crate) fn write(&self, x: u64) {
        let (new, path) = (self.folder.join(format!("new-{x}")), self.path(x));
        drop(File::create_new(&new).and_then(|mut file| file.write_all(&self.bytes)));
        drop(fs::rename(new, path));
    }
}

fn text(x: u64, length: usize) -> String {
    let mut text = x.to_string();
    text.extend(std::iter::repeat_n('x', length - text.len()));
    text
}
