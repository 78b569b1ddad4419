//! What the behaviour tests share: a log of the bodies that ran, and values that count themselves.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

/// A log of what ran, to be compared with what should have run.
#[derive(Default)]
pub struct CallLog(Mutex<Vec<String>>);

impl CallLog {
    /// An empty log.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Something ran.
    pub fn ran(&self, what: impl Into<String>) {
        self.0.lock().push(what.into());
    }

    /// This ran since the last time, in this order, and nothing else.
    ///
    /// # Panics
    /// Panics if something else ran.
    #[track_caller]
    pub fn expect<S: AsRef<str> + Debug>(&self, expected: impl IntoIterator<Item = S>) {
        let ran = std::mem::take(&mut *self.0.lock());
        let expected: Vec<_> = expected.into_iter().map(|what| what.as_ref().to_owned()).collect();
        assert_eq!(ran, expected, "what ran is not what should have run");
    }

    /// These ran since the last time, in whatever order, and nothing else.
    ///
    /// # Panics
    /// Panics if something else ran.
    #[track_caller]
    pub fn expect_sorted<S: AsRef<str> + Debug>(&self, expected: impl IntoIterator<Item = S>) {
        self.0.lock().sort();
        self.expect(expected);
    }

    /// Nothing ran since the last time.
    ///
    /// # Panics
    /// Panics if something ran.
    #[track_caller]
    pub fn expect_nothing(&self) {
        self.expect::<&str>([]);
    }
}

/// Counts how many of them are alive.
pub struct Alive(&'static AtomicU32);

impl Alive {
    /// One more.
    pub fn new(count: &'static AtomicU32) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Clone for Alive {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
