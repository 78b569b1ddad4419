//! Who is reading memory that others may take away.
//!
//! A thread marks that it reads, before it looks for what may have left, and when it is done. Whoever took something
//! away looks at the marks of all threads afterwards: those that read then may still have it, and once each of them has
//! stopped nobody has. Nobody waits for anybody, and a reader writes to nothing that others write.
//!
//! The marks work with the barriers of [`barrier`]. Who reads makes the light one after its mark; whoever took
//! something away makes the heavy one before it looks. So either the mark is seen, or what was taken away is not found.

use crate::sys::barrier;
use crate::sys::sync::{AtomicU64, Mutex, Ordering, fence};

/// The mark of one thread at a time: odd while it reads. It counts, so that who reads again is told from who still
/// does.
///
/// A cache line of its own, or two: threads write their marks with every look-up.
#[repr(align(128))]
pub(crate) struct Mark(AtomicU64);

impl Mark {
    fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// To be called by the thread that has the mark. It may be reading already: then nothing changes, and it reads
    /// until the first to begin has ended.
    #[inline(always)]
    pub(crate) fn begin(&'static self) -> Reading {
        let count = self.0.load(Ordering::Relaxed);
        if !count.is_multiple_of(2) {
            return Reading::of(None);
        }
        // Like the store at the end: whoever sees either of them sees what was read before as read.
        self.0.store(count + 1, Ordering::Release);
        barrier::light();
        Reading::of(Some(self))
    }
}

impl Mark {
    /// [`begin`](Self::begin) for a look during which this thread begins nothing else; `None` if it reads already.
    #[inline(always)]
    pub(crate) fn begin_look(&'static self) -> Option<Look> {
        let count = self.0.load(Ordering::Relaxed);
        if !count.is_multiple_of(2) {
            return None;
        }
        self.0.store(count + 1, Ordering::Release);
        barrier::light();
        Some(Look { mark: self, end: count + 2 })
    }
}

/// A short [`Reading`], which knows how it ends.
pub(crate) struct Look {
    mark: &'static Mark,
    end: u64,
}

impl Drop for Look {
    #[inline(always)]
    fn drop(&mut self) {
        self.mark.0.store(self.end, Ordering::Release);
    }
}

/// What is found meanwhile stays where it is. Ends when it is dropped, on the thread where it began.
pub(crate) struct Reading {
    mark: Option<&'static Mark>,
    #[cfg(not(cache_runtime_loom))]
    spare: Option<Spare>,
}

impl Reading {
    #[inline(always)]
    fn of(mark: Option<&'static Mark>) -> Self {
        Self {
            mark,
            #[cfg(not(cache_runtime_loom))]
            spare: None,
        }
    }
}

impl Drop for Reading {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(mark) = self.mark {
            mark.0.store(mark.0.load(Ordering::Relaxed) + 1, Ordering::Release);
        }
    }
}

/// A mark that a thread has for this once.
#[cfg(not(cache_runtime_loom))]
struct Spare(&'static Mark);

#[cfg(not(cache_runtime_loom))]
static SPARE: Mutex<Vec<&'static Mark>> = Mutex::new(Vec::new());

#[cfg(not(cache_runtime_loom))]
impl Drop for Spare {
    fn drop(&mut self) {
        SPARE.lock().push(self.0);
    }
}

/// For a thread that has no mark, because it is ending.
#[cfg(not(cache_runtime_loom))]
#[cold]
pub(crate) fn begin_with_spare() -> Reading {
    let spare = SPARE.lock().pop();
    let mark = spare.unwrap_or_else(register);
    let mut reading = mark.begin();
    reading.spare = Some(Spare(mark));
    reading
}

/// Those who were reading, and may still have what was taken away before.
pub(crate) struct Readers(Vec<(&'static Mark, u64)>);

impl Readers {
    /// `None` if nobody can tell, because the barriers are lost.
    pub(crate) fn now() -> Option<Self> {
        barrier::heavy().then(Self::seen)
    }

    /// Where all who may have it made a fence in place of the light barrier.
    pub(crate) fn behind_fences() -> Self {
        fence(Ordering::SeqCst);
        Self::seen()
    }

    fn seen() -> Self {
        let reads = |mark: &&'static Mark| {
            // What was read before a mark that is seen here comes before whatever follows.
            let count = mark.0.load(Ordering::Acquire);
            (!count.is_multiple_of(2)).then_some((*mark, count))
        };
        Self(all().lock().iter().filter_map(reads).collect())
    }

    /// Has each of them stopped?
    pub(crate) fn are_done(&mut self) -> bool {
        self.0.retain(|(mark, count)| mark.0.load(Ordering::Acquire) == *count);
        self.0.is_empty()
    }
}

type Marks = Mutex<Vec<&'static Mark>>;

/// One more that others are to look at. It is never freed: a thread that ends leaves its own to the next one.
pub(crate) fn register() -> &'static Mark {
    let mark: &'static Mark = Box::leak(Box::new(Mark::new()));
    // Whoever took something away before it looked through these is seen by those who come after.
    all().lock().push(mark);
    mark
}

#[cfg(not(cache_runtime_loom))]
fn all() -> &'static Marks {
    static ALL: Marks = Mutex::new(Vec::new());
    &ALL
}

#[cfg(cache_runtime_loom)]
use modelled::all;
#[cfg(cache_runtime_loom)]
pub(crate) use modelled::{begin, begin_look};

/// The model checker begins anew with each interleaving, and so do the marks. Its threads have nothing else of their
/// own.
#[cfg(cache_runtime_loom)]
mod modelled {
    use super::{Look, Mark, Marks, Mutex, Reading, register};

    loom::lazy_static! {
        static ref ALL: Marks = Mutex::new(Vec::new());
    }

    loom::thread_local! {
        static OWN: &'static Mark = register();
    }

    pub(super) fn all() -> &'static Marks {
        &ALL
    }

    pub(crate) fn begin() -> Reading {
        OWN.with(|mark| mark.begin())
    }

    pub(crate) fn begin_look() -> Option<Look> {
        OWN.with(|mark| mark.begin_look())
    }
}
