//! `enabled = …` is asked at each call: where it says no, the body runs and the cache is left out.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cache_runtime::{Outcome, cache_data, trace};
use cache_tests::{CallLog, end_of};
use futures::executor::block_on;
use parking_lot::Mutex;

static LOG: CallLog = CallLog::new();
static IS_ON: AtomicBool = AtomicBool::new(false);

#[cache_data(enabled = IS_ON.load(Ordering::SeqCst))]
fn square(x: u32) -> u32 {
    LOG.ran(format!("square({x})"));
    x * x
}

#[test]
fn while_it_is_off_the_body_runs_each_time_and_what_is_kept_stays() {
    let call = || trace(|| square(3));
    for _ in 0..2 {
        let (value, calls) = call();
        assert_eq!((value, calls[0].outcome, calls.len()), (9, Outcome::Bypassed, 1));
    }
    LOG.expect(["square(3)", "square(3)"]);
    let stats = SQUARE.stats();
    assert_eq!((stats.bypassed, stats.misses, stats.hits, stats.entries), (2, 0, 0, 0));
    IS_ON.store(true, Ordering::SeqCst);
    assert_eq!([square(3), square(3)], [9, 9]);
    LOG.expect(["square(3)"]);
    IS_ON.store(false, Ordering::SeqCst);
    assert_eq!(square(3), 9);
    LOG.expect(["square(3)"]);
    IS_ON.store(true, Ordering::SeqCst);
    assert_eq!(square(3), 9);
    LOG.expect_nothing();
    let stats = SQUARE.stats();
    assert_eq!((stats.bypassed, stats.misses, stats.hits, stats.entries), (3, 1, 2, 1));
}

static PREVIEWS: CallLog = CallLog::new();

struct Page {
    is_draft: bool,
}

impl Page {
    #[cache_data(skip(self), enabled = !self.is_draft && size < limit(_most))]
    fn preview(&self, size: u32, _most: u32) -> String {
        PREVIEWS.ran(size.to_string());
        "x".repeat(size as usize)
    }
}

fn limit(most: u32) -> u32 {
    most
}

#[test]
fn it_may_name_the_parameters() {
    let (page, draft) = (Page { is_draft: false }, Page { is_draft: true });
    for _ in 0..2 {
        assert_eq!(page.preview(2, 10), "xx");
        assert_eq!(draft.preview(2, 10), "xx");
        assert_eq!(page.preview(12, 10).len(), 12);
    }
    PREVIEWS.expect(["2", "2", "12", "2", "12"]);
}

static ASKED: AtomicU32 = AtomicU32::new(0);

#[cache_data(enabled = ASKED.fetch_add(1, Ordering::SeqCst) < 100)]
fn counted(x: u32) -> u32 {
    x
}

#[test]
fn it_is_asked_once_a_call_hits_included() {
    for _ in 0..3 {
        counted(1);
    }
    assert_eq!(ASKED.load(Ordering::SeqCst), 3);
}

static SETTINGS: Mutex<bool> = Mutex::new(false);

#[cache_data(enabled = *SETTINGS.lock())]
async fn later(x: u32) -> u32 {
    // Locked once more: what was asked is not held while the body runs.
    x + u32::from(*SETTINGS.lock())
}

#[test]
fn what_it_looks_at_is_let_go_before_an_async_body_runs() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let off = end_of(|| block_on(assert_send(later(1))));
    assert_eq!((off, LATER.len()), (Ok(1), 0));
    *SETTINGS.lock() = true;
    let on = end_of(|| block_on(assert_send(later(1))));
    assert_eq!((on, LATER.len()), (Ok(2), 1));
    assert_eq!(LATER.stats().bypassed, 1);
}

/// Its `Hash` panics: where the cache is off, no key is made.
#[derive(Clone)]
struct Unhashable;

impl std::hash::Hash for Unhashable {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {
        panic!("a key was made");
    }
}

#[cache_data(enabled = false)]
fn never<T: std::hash::Hash>(_first: u8, value: T) -> u32 {
    drop(value);
    7
}

#[test]
fn where_it_is_off_no_key_is_made() {
    assert_eq!(never(1, Unhashable), 7);
    assert_eq!(NEVER.stats().bypassed, 1);
}
