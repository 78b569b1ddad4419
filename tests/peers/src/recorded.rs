//! Accesses that were recorded elsewhere, read from a folder: none of them is ours to hand on.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Of a file with a little-endian `u32` per access, compressed with zstd.
const ENDING: &str = ".u32.zst";

pub(crate) struct Recorded {
    pub(crate) name: String,
    pub(crate) keys: Vec<u32>,
}

impl Recorded {
    pub(crate) fn distinct(&self) -> usize {
        self.keys.iter().collect::<HashSet<_>>().len()
    }
}

/// All of the folder by name, each up to so many accesses.
pub(crate) fn read(folder: &Path, most: usize) -> io::Result<Vec<Recorded>> {
    let mut traces = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(ENDING));
        if let Some(name) = name {
            let bytes = zstd::stream::decode_all(File::open(&path)?)?;
            let (words, _) = bytes.as_chunks();
            let keys = words.iter().map(|word| u32::from_le_bytes(*word)).take(most).collect();
            traces.push(Recorded { name: name.to_owned(), keys });
        }
    }
    if traces.is_empty() {
        return Err(io::Error::other(format!("no file in {} ends in `{ENDING}`", folder.display())));
    }
    traces.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(traces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_folder_has_is_read_by_name() {
        let folder = std::env::temp_dir().join(format!("cache-runtime-recorded-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        assert!(read(&folder, 3).is_err());
        for (name, keys) in [("b", &[1_u32, 300, 1, 7][..]), ("a", &[5])] {
            let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
            let packed = zstd::stream::encode_all(&bytes[..], 1).expect("it can be");
            fs::write(folder.join(format!("{name}{ENDING}")), packed).expect("a file");
        }
        fs::write(folder.join("README.md"), "none").expect("a file");
        let traces = read(&folder, 3).expect("two traces");
        fs::remove_dir_all(folder).expect("it is ours");
        let told: Vec<_> = traces.iter().map(|trace| (&trace.name[..], &trace.keys[..], trace.distinct())).collect();
        assert_eq!(told, [("a", &[5][..], 1), ("b", &[1, 300, 1][..], 2)]);
    }
}
