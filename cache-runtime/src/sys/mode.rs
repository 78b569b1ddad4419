//! What the whole process does with its caches: as always, or what `CACHE_RUNTIME` says.

use std::env;
use std::io::Write as _;

use once_cell::sync::OnceCell;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Mode {
    AsAlways,
    /// Every call just runs.
    Off,
    /// This fraction of all hits is verified.
    Verify(f64),
}

static MODE: OnceCell<Mode> = OnceCell::new();

impl Mode {
    /// From now on it is settled.
    pub(crate) fn get() -> Self {
        *MODE.get_or_init(Self::of_variable)
    }

    /// Sets it, if it is not settled as another.
    pub(crate) fn set(self) -> Result<(), Self> {
        let settled = *MODE.get_or_init(|| self);
        if settled == self { Ok(()) } else { Err(settled) }
    }

    fn of_variable() -> Self {
        let Some(word) = env::var_os("CACHE_RUNTIME").filter(|word| !word.is_empty()) else { return Self::AsAlways };
        let word = word.to_string_lossy();
        Self::parse(&word).unwrap_or_else(|| {
            // In one piece, whatever others write. Where nobody reads it, there is nobody to be told.
            let line = format!(
                "warning: `CACHE_RUNTIME={word}` changes nothing: it can be `off`, `verify`, or `verify:` and a fraction, \
                 as `verify:0.01`\n"
            );
            drop(std::io::stderr().write_all(line.as_bytes()));
            Self::AsAlways
        })
    }

    fn parse(word: &str) -> Option<Self> {
        match word.split_once(':') {
            None if word == "off" => Some(Self::Off),
            None if word == "verify" => Some(Self::Verify(1.0)),
            Some(("verify", fraction)) => {
                let fraction = fraction.parse().ok().filter(|fraction| *fraction > 0.0 && *fraction <= 1.0)?;
                Some(Self::Verify(fraction))
            }
            _ => None,
        }
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::Mode;

    #[test]
    fn a_word_is_known_or_it_is_not() {
        assert_eq!(Mode::parse("off"), Some(Mode::Off));
        assert_eq!(Mode::parse("verify"), Some(Mode::Verify(1.0)));
        assert_eq!(Mode::parse("verify:0.01"), Some(Mode::Verify(0.01)));
        for wrong in ["Off", "of", "verify:", "verify:0", "verify:2", "verify:NaN", "verify:1%", "off:1", ":", "1"] {
            assert_eq!(Mode::parse(wrong), None, "{wrong}");
        }
    }
}
