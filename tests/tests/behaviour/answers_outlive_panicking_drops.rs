//! A drop that panics beside an answer does not make the answer leak: of a function that panics when it has written
//! what it returns, the compiler forgets that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{Input, cache_data};
use cache_tests::Alive;
use serde::{Serialize, Serializer};

/// What the values of one test do.
struct Plan {
    alive: AtomicU32,
    /// The next clone runs this.
    on_clone: fn(),
    clones: AtomicBool,
    /// The next drop panics.
    panics: AtomicBool,
}

impl Plan {
    const fn new(on_clone: fn()) -> Self {
        Self { alive: AtomicU32::new(0), on_clone, clones: AtomicBool::new(false), panics: AtomicBool::new(false) }
    }

    fn value(&'static self) -> Fragile {
        Fragile { plan: self, _alive: Alive::new(&self.alive) }
    }

    fn alive(&self) -> u32 {
        self.alive.load(Ordering::SeqCst)
    }

    /// Runs `f` with the next clone on its guard, and the drop after it.
    fn run<R>(&self, f: impl FnOnce() -> R) {
        self.clones.store(true, Ordering::SeqCst);
        drop(catch_unwind(AssertUnwindSafe(f)));
        assert!(!self.clones.swap(false, Ordering::SeqCst), "the value was cloned");
        assert!(!self.panics.swap(false, Ordering::SeqCst), "a value was dropped");
    }
}

struct Fragile {
    plan: &'static Plan,
    _alive: Alive,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        let clone = self.plan.value();
        if self.plan.clones.swap(false, Ordering::SeqCst) {
            // What is cloned leaves, so that whoever clones it is the last one that holds it.
            (self.plan.on_clone)();
            self.plan.panics.store(true, Ordering::SeqCst);
        }
        clone
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(!self.plan.panics.swap(false, Ordering::SeqCst), "it is dropped");
    }
}

impl Serialize for Fragile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

static KEPT: Plan = Plan::new(|| KEPT_VALUE.clear());

#[cache_data(name = "KEPT_VALUE")]
fn kept_value() -> Fragile {
    KEPT.value()
}

#[test]
fn a_value_that_leaves_while_it_is_handed_out() {
    kept_value();
    KEPT.run(|| KEPT_VALUE.entry().get());
    assert_eq!(KEPT.alive(), 0);
    kept_value();
    KEPT.run(kept_value);
    assert_eq!(KEPT.alive(), 0);
}

static ON_THREAD: Plan = Plan::new(|| ON_THREAD_VALUE.clear());

#[cache_data(scope = "thread", name = "ON_THREAD_VALUE")]
fn on_thread_value() -> (Fragile, Rc<()>) {
    (ON_THREAD.value(), Rc::default())
}

#[test]
fn a_value_of_a_thread_that_leaves_while_it_is_handed_out() {
    on_thread_value();
    ON_THREAD.run(on_thread_value);
    assert_eq!(ON_THREAD.alive(), 0);
}

static VALIDATED: Plan = Plan::new(|| VALIDATED_VALUE.clear());

#[cache_data(validate = |_| true, name = "VALIDATED_VALUE")]
fn validated_value() -> Fragile {
    VALIDATED.value()
}

#[test]
fn a_value_that_leaves_while_it_is_looked_at_and_handed_out() {
    validated_value();
    VALIDATED.run(validated_value);
    assert_eq!(VALIDATED.alive(), 0);
}

static SET: Plan = Plan::new(|| INPUT.set(SET.value()));
static INPUT: Input<Fragile> = Input::new(|| SET.value());

#[test]
fn an_inputs_value_that_is_replaced_while_it_is_read() {
    drop(INPUT.get());
    SET.run(|| INPUT.get());
    assert_eq!(SET.alive(), 1, "the one that it is set to");
}

static GOOD: Plan = Plan::new(|| ());
static FAILS: AtomicBool = AtomicBool::new(false);

/// An error whose drop panics.
struct Failure;

impl Drop for Failure {
    fn drop(&mut self) {
        assert!(!FAILS.load(Ordering::SeqCst), "it is dropped");
    }
}

#[cache_data(ttl = "10s", stale_if_error = "1h")]
fn good_for_a_while() -> Result<Fragile, Failure> {
    if FAILS.load(Ordering::SeqCst) { Err(Failure) } else { Ok(GOOD.value()) }
}

#[test]
fn an_older_value_that_is_handed_out_in_place_of_an_error() {
    let clock = Clock::new();
    clock.enter(|| {
        drop(good_for_a_while());
        FAILS.store(true, Ordering::SeqCst);
        clock.advance(Duration::from_secs(20));
        drop(catch_unwind(AssertUnwindSafe(good_for_a_while)));
    });
    GOOD_FOR_A_WHILE.clear();
    assert_eq!(GOOD.alive(), 0);
}
