//! Where things are kept on disk if nothing is said.

use std::env;
use std::path::{self, Path, PathBuf};

use directories::BaseDirs;

/// One in the platform's folder for caches; of a test, one that is nobody's own.
pub(super) fn default_folder() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let name = program.file_stem()?;
    if is_test(&program) {
        return Some(env::temp_dir().join("cache-runtime-tests").join(name));
    }
    Some(BaseDirs::new()?.cache_dir().join(name))
}

/// Cargo puts tests and benches where nothing lies that is meant to be started by hand, and examples and doctests into
/// folders of their own.
fn is_test(program: &Path) -> bool {
    let folder = program.parent().and_then(Path::file_name).unwrap_or_default();
    folder == "deps" || folder == "examples" || folder.to_string_lossy().starts_with("rustdoctest")
}

/// Whatever the process makes its working folder later.
pub(super) fn absolute(dir: PathBuf) -> PathBuf {
    path::absolute(&dir).unwrap_or(dir)
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_relative_folder_is_where_it_was_when_it_was_named() {
        let here = env::current_dir().expect("there is one");
        assert_eq!(absolute("reports".into()), here.join("reports"));
        assert_eq!(absolute("/reports".into()), PathBuf::from("/reports"));
    }

    #[test]
    fn a_test_has_a_folder_apart_from_that_of_the_program() {
        assert!(is_test(Path::new("/home/me/reports/target/debug/deps/reports-0123456789abcdef")));
        assert!(is_test(Path::new("/tmp/rustdoctestX1y2Z3/rust_out")));
        assert!(is_test(Path::new("/home/me/reports/target/debug/examples/yearly")));
        assert!(!is_test(Path::new("/home/me/reports/target/debug/reports")));
        assert!(!is_test(Path::new("/usr/bin/reports")));
        let dir = default_folder().expect("this is one");
        assert!(dir.starts_with(env::temp_dir()), "{}", dir.display());
    }
}
