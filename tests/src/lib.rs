//! What the behaviour tests share: a log of the bodies that ran, and values that count themselves.

#[cfg(target_os = "linux")]
pub mod sandbox;

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

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

/// Runs `f` on a thread of its own.
///
/// # Errors
/// The message that it panics with.
///
/// # Panics
/// Panics if it does not come to an end.
#[track_caller]
pub fn end_of<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Result<R, String> {
    let (send, receive) = channel();
    // Not to be joined: it may hang.
    thread::spawn(move || {
        let end = catch_unwind(AssertUnwindSafe(f)).map_err(|panic| match panic.downcast::<String>() {
            Ok(message) => *message,
            Err(panic) => panic.downcast_ref::<&str>().map_or_else(|| "some panic".into(), |&text| text.to_owned()),
        });
        send.send(end)
    });
    // miri's own clock runs fast.
    receive.recv_timeout(Duration::from_secs(if cfg!(miri) { 600 } else { 20 })).expect("it hangs")
}

/// Panics with a value whose own drop panics.
pub fn panic_twice() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("the second panic");
        }
    }
    std::panic::panic_any(PanicsWhenDropped);
}
