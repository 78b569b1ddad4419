//! Flags that say whether anything is special about a call, in one word per thread.

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(u32);

/// Cached functions just run.
pub(crate) const BYPASS: Flags = Flags(1);
/// The outermost cached calls run and replace.
pub(crate) const REFRESH: Flags = Flags(1 << 1);
/// Somebody wants to know the outcomes.
pub(crate) const TRACE: Flags = Flags(1 << 2);
/// Time is injected.
pub(crate) const CLOCK: Flags = Flags(1 << 3);
/// Caches of their own are used.
pub(crate) const ISOLATED: Flags = Flags(1 << 6);
/// The thread has all that a look-up needs of it.
pub(crate) const READY: Flags = Flags(1 << 4);
/// The thread is ending: what a look-up needs of it may be gone.
pub(crate) const ENDING: Flags = Flags(1 << 5);
/// Time may have been paused on the thread.
pub(crate) const CLOCK_OF_THREAD: Flags = Flags(1 << 7);
/// Hits run the body, too.
pub(crate) const VERIFY: Flags = Flags(1 << 8);
/// The process is set to treat calls in a way of its own.
pub(crate) const MODE: Flags = Flags(1 << 9);
/// Flags that belong to a thread, not to what it runs.
const OF_THREAD: Flags = Flags(READY.0 | ENDING.0 | CLOCK_OF_THREAD.0 | MODE.0);

impl Flags {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn has(self, any_of: Self) -> bool {
        self.0 & any_of.0 != 0
    }

    pub(crate) const fn with(self, flag: Self) -> Self {
        Self(self.0 | flag.0)
    }

    pub(crate) const fn without(self, flag: Self) -> Self {
        Self(self.0 & !flag.0)
    }

    /// These on a thread that has those: what belongs to the thread stays.
    pub(crate) const fn on_thread_of(self, those: Self) -> Self {
        Self(self.0 & !OF_THREAD.0 | those.0 & OF_THREAD.0)
    }

    /// May a hit answer in the shortest way?
    #[inline]
    pub(crate) const fn are_plain(self) -> bool {
        const SPECIAL: u32 = BYPASS.0 | REFRESH.0 | TRACE.0 | ISOLATED.0 | VERIFY.0 | MODE.0;
        self.0 & (SPECIAL | READY.0) == READY.0
    }
}
