//! Values on their way to the tier below memory and back.

/// How values of one type become bytes. Without the feature `disk` nothing makes one.
pub struct Codec<V> {
    #[cfg_attr(not(feature = "disk"), expect(dead_code, reason = "for the tier"))]
    encode: fn(&V, is_checked: bool) -> Result<Vec<u8>, String>,
    #[cfg_attr(not(feature = "disk"), expect(dead_code, reason = "for the tier"))]
    decode: fn(&[u8]) -> Option<V>,
}

impl<V> Clone for Codec<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Codec<V> {}

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Sync,
    /// By an executor, which others wait for.
    Async,
}

#[cfg(feature = "disk")]
mod with_disk {
    use std::borrow::Cow;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::{Codec, Face};
    use crate::context::clock;
    use crate::function::annotated::Function;
    use crate::key::Key;
    use crate::store::options::Options;
    use crate::sys::moment::Moment;
    use crate::tier::contract::{Place, Terms, Tier as _, WriteToken};
    use crate::tier::disk::DISK;
    use crate::tier::envelope::Envelope;
    use crate::tier::format;
    use crate::tier::wall_clock;
    use crate::value::stored_entry::Times;

    impl<V: Serialize + DeserializeOwned> Codec<V> {
        /// The format of `tier::format`.
        #[must_use]
        #[expect(clippy::new_without_default, reason = "for expansions, which need it to be `const`")]
        pub const fn new() -> Self {
            Self { encode, decode: |bytes| format::read(bytes).ok() }
        }
    }

    /// What async functions make is written by another thread if it is larger.
    const LARGE: usize = 32 * 1024;
    /// Up to here all values are read back before they are trusted to come out as they went in.
    const CHECKED: usize = 64 * 1024;

    /// This runs the user's code, which may panic: the value is there and is to be returned.
    fn encode<V: Serialize + DeserializeOwned>(value: &V, is_checked: bool) -> Result<Vec<u8>, String> {
        let written = catch_unwind(AssertUnwindSafe(|| {
            let written = format::write(value)?;
            if is_checked || written.len() <= CHECKED { format::checked::<V>(written) } else { Ok(written) }
        }));
        match written {
            Ok(Ok(written)) => Ok(written),
            Ok(Err(unfit)) => Err(unfit.to_string()),
            Err(_) => Err("its `Serialize` or `Deserialize` panics".to_owned()),
        }
    }

    /// The answer of the tier.
    pub(crate) enum Recalled<V> {
        Value(V, Times),
        Nothing,
        /// Something was there that cannot be read.
        Unreadable,
    }

    impl<V> Codec<V> {
        /// The answer of the tier for a key, and its state to keep a new value by.
        pub(crate) fn recall(self, function: &Function, options: &Options, key: Key) -> (Recalled<V>, WriteToken) {
            let (bytes, token) = DISK.get(&place(function, options, key), options.time_to_idle);
            let Some(bytes) = bytes else { return (Recalled::Nothing, token) };
            let fingerprint = function.fingerprint().bits();
            let envelope = Envelope::open(&bytes).filter(|found| found.key == key && found.fingerprint == fingerprint);
            let Some(Envelope { token: put_with, stored_at, expires_at, value, .. }) = envelope else {
                return (Recalled::Unreadable, token);
            };
            if put_with != token {
                // Cleared since.
                return (Recalled::Nothing, token);
            }
            let Some(times) = times(options, stored_at, expires_at) else { return (Recalled::Nothing, token) };
            let recalled = (self.decode)(&value).map_or(Recalled::Unreadable, |value| Recalled::Value(value, times));
            (recalled, token)
        }

        /// Strikes out what the tier has for a key, and what others are about to put there.
        #[expect(clippy::unused_self, reason = "only what has a codec has a tier")]
        pub(crate) fn renew(self, function: &Function, options: &Options, key: Key) -> WriteToken {
            DISK.renew(&place(function, options, key))
        }

        /// Keeps a value in the tier, if it can be; the process goes on without if not.
        ///
        /// Large values of async functions are written on another thread, and may be missing if the process ends at
        /// once.
        pub(crate) fn keep(
            self,
            function: &'static Function,
            options: &Options,
            kept: (Key, Times, &V),
            by: (WriteToken, Face),
        ) {
            let ((key, times, value), (token, face)) = (kept, by);
            if token == WriteToken::NONE {
                return;
            }
            let value = match (self.encode)(value, function.is_new_to_the_tier()) {
                Ok(value) => value,
                Err(why) => return function.is_not_persisted(&why),
            };
            let stored_at = now();
            let lifetime = times.expires_at.since(times.stored_at);
            let expires_at =
                (times.expires_at != Moment::NEVER).then(|| stored_at.saturating_add(milliseconds(lifetime)));
            let fingerprint = function.fingerprint().bits();
            let value = Cow::Borrowed(value.as_slice());
            let bytes = Envelope { key, fingerprint, token, stored_at, expires_at, value }.seal();
            if bytes.len() as u64 > DISK.longest() {
                return function.is_not_persisted("it takes more than a quarter of `max_size`, or more than 1 GiB");
            }
            function.is_persisted();
            let place = place(function, options, key);
            let Options { time_to_idle, max_entries, .. } = *options;
            let terms = Terms { fingerprint, time_to_idle, max_entries };
            if face == Face::Async && bytes.len() > LARGE {
                DISK.put_later(&place, terms, bytes, token);
            } else {
                DISK.put(&place, terms, &bytes, token);
            }
        }
    }

    fn place(function: &Function, options: &Options, key: Key) -> Place {
        Place { function: function.name(), tags: options.tags, key }
    }

    /// The times here of a value that was stored then; `None` if it is past them. A value from the future is past them
    /// too: the clock was set back, and nobody knows how old it is.
    fn times(options: &Options, stored_at: u64, expires_at: Option<u64>) -> Option<Times> {
        let now = now();
        let age = Duration::from_millis(now.checked_sub(stored_at)?);
        // The lifetime may have been made shorter since.
        let by_option = options.ttl.map(|ttl| stored_at.saturating_add(milliseconds(ttl)));
        let end = expires_at.into_iter().chain(by_option).min();
        let left = match end {
            Some(end) => Some(Duration::from_millis(end.checked_sub(now).filter(|left| *left > 0)?)),
            None => None,
        };
        let here = clock::now();
        let expires_at = left.map_or(Moment::NEVER, |left| here.after(left));
        let fresh_until =
            options.refresh_after.map_or(expires_at, |time| here.after(time.saturating_sub(age)).min(expires_at));
        Some(Times { stored_at: here.before(age), fresh_until, expires_at })
    }

    #[cfg(all(test, not(cache_runtime_loom)))]
    mod tests {
        use super::*;

        const SECOND: u64 = 1_000;

        fn left(options: &Options, stored_at: u64, expires_at: Option<u64>) -> Option<u64> {
            let times = times(options, stored_at, expires_at)?;
            Some(times.expires_at.since(clock::now()).as_secs())
        }

        #[test]
        fn a_lifetime_goes_on_where_it_was() {
            assert_eq!(left(&Options::DEFAULT, now() - 10 * SECOND, Some(now() + 20 * SECOND + 900)), Some(20));
            assert!(times(&Options::DEFAULT, now() - 10 * SECOND, Some(now())).is_none());
        }

        #[test]
        fn a_lifetime_made_shorter_since_counts() {
            let options = Options { ttl: Some(Duration::from_secs(30)), ..Options::DEFAULT };
            let stored_at = now() - 20 * SECOND;
            assert!(left(&options, stored_at, Some(now() + 500 * SECOND)).is_some_and(|left| (8..=10).contains(&left)));
            let options = Options { ttl: Some(Duration::from_secs(5)), ..Options::DEFAULT };
            assert!(times(&options, stored_at, None).is_none());
        }

        #[test]
        fn what_comes_from_the_future_is_not_served_however_long_it_would_live() {
            let stored_at = now() + 60 * SECOND;
            assert!(times(&Options::DEFAULT, stored_at, Some(stored_at + 500 * SECOND)).is_none());
            assert!(times(&Options::DEFAULT, stored_at, None).is_none());
        }
    }

    /// Milliseconds since 1970, as other processes understand them.
    fn now() -> u64 {
        clock::on_the_wall(wall_clock::now)
    }

    fn milliseconds(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(feature = "disk")]
pub(crate) use self::with_disk::Recalled;

/// How the values of an expansion become bytes for the tier of this name.
#[cfg(feature = "disk")]
#[doc(hidden)]
#[macro_export]
macro_rules! __codec {
    ("disk") => {
        $crate::__private::Codec::new()
    };
    ($other:literal) => {
        ::core::compile_error!("`persist` is \"disk\"")
    };
}

/// The error where there is no disk.
#[cfg(not(feature = "disk"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __codec {
    ("disk") => {
        ::core::compile_error!("`persist = \"disk\"` needs the feature `disk` of cache-runtime")
    };
    ($other:literal) => {
        ::core::compile_error!("`persist` is \"disk\"")
    };
}
