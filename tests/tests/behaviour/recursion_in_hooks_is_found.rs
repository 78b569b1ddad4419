//! A call that would wait for itself is found out wherever it stands, not only in the body: in what looks at a value
//! before it is kept, in what is dropped, in the expressions of options.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use std::task::{Context, Waker};
use std::time::Duration;

use cache_runtime::{Input, Session, cache_data, cache_resource};
use cache_tests::end_of;
use futures::FutureExt;
use futures::executor::block_on;

/// The call panics, and names the function.
#[track_caller]
fn panics_naming<R: Send + 'static>(function: &str, f: impl FnOnce() -> R + Send + 'static) {
    let message = end_of(f).err().expect("it is found out");
    let name = format!("recursive call of `behaviour::recursion_in_hooks_is_found::{function}`");
    assert!(message.starts_with(&name), "{message}");
}

/// And says from where.
#[track_caller]
fn panics_naming_hooks<R: Send + 'static>(function: &str, hooks: &str, f: impl FnOnce() -> R + Send + 'static) {
    let message = end_of(f).err().expect("it is found out");
    let function = format!("behaviour::recursion_in_hooks_is_found::{function}");
    assert_eq!(message, format!("recursive call of `{function}` with the same arguments{hooks}"));
}

#[cache_data(cache_if = |_| in_cache_if(1) > 0)]
fn in_cache_if(x: u32) -> u32 {
    x
}

#[test]
fn from_cache_if() {
    panics_naming_hooks("in_cache_if", ", from `cache_if` or a clone of what it returned", || in_cache_if(1));
    assert_eq!(IN_CACHE_IF.len(), 0);
}

#[cache_data(max_bytes = 1_000, weigh = |_| in_weigh(1) as usize)]
fn in_weigh(x: u32) -> u32 {
    x
}

#[test]
fn from_weigh() {
    panics_naming_hooks("in_weigh", ", from `weigh` or a clone of what it returned", || in_weigh(1));
}

#[cache_data(ttl_of = |_| Duration::from_secs(in_ttl_of(1).into()))]
fn in_ttl_of(x: u32) -> u32 {
    x
}

#[test]
fn from_ttl_of() {
    panics_naming_hooks("in_ttl_of", ", from `ttl_of` or a clone of what it returned", || in_ttl_of(1));
}

#[cache_data(cache_if = |_| in_async_cache_if(1).now_or_never().is_some())]
async fn in_async_cache_if(x: u32) -> u32 {
    tokio::task::yield_now().await;
    x
}

#[test]
fn from_a_hook_of_an_async_function() {
    panics_naming("in_async_cache_if", || block_on(in_async_cache_if(1)));
}

struct CallsWhenCloned(u32);

impl Clone for CallsWhenCloned {
    fn clone(&self) -> Self {
        in_clone(1)
    }
}

#[cache_data]
fn in_clone(x: u32) -> CallsWhenCloned {
    CallsWhenCloned(x)
}

#[test]
fn from_the_clone_by_which_it_is_kept() {
    panics_naming_hooks("in_clone", ", from a clone of what it returned", || in_clone(1).0);
}

#[cache_data(cache_if = |user| is_vip(*user))]
fn user(id: u32) -> u32 {
    id
}

#[cache_data]
fn is_vip(id: u32) -> bool {
    user(id) == 7
}

#[test]
fn from_a_hook_by_way_of_another_cached_function() {
    panics_naming_hooks("user", ", from `cache_if` or a clone of what it returned", || user(7));
    // It says so each time, and nothing is left behind.
    panics_naming("user", || user(7));
    assert_eq!((USER.len(), IS_VIP.len()), (0, 0));
}

static BOTH: Barrier = Barrier::new(2);
static LOOKS: AtomicU32 = AtomicU32::new(0);

/// Comes back when both functions are in their hooks.
fn both_look() {
    if LOOKS.fetch_add(1, Ordering::SeqCst) < 2 {
        BOTH.wait();
    }
}

#[cache_data(cache_if = |_| { both_look(); right(1) > 0 })]
fn left(x: u32) -> u32 {
    x
}

#[cache_data(cache_if = |_| { both_look(); left(1) > 0 })]
fn right(x: u32) -> u32 {
    x
}

#[test]
fn between_hooks_of_two_functions_on_two_threads() {
    let (one, other) = end_of(|| {
        let one = std::thread::spawn(|| end_of(|| left(1)));
        let other = end_of(|| right(1));
        (one.join().expect("it panics elsewhere"), other)
    })
    .expect("it panics elsewhere");
    // One of the two would wait for the other, which waits for it: that one is told.
    assert!(one.is_err() || other.is_err(), "{one:?} {other:?}");
    let message = one.err().or(other.err()).unwrap_or_default();
    assert!(message.starts_with("recursive call of "), "{message}");
}

static DROPS: AtomicU32 = AtomicU32::new(0);

/// Calls the function that returned it, once, when it is dropped by a panic.
struct CallsInPanic;

impl Clone for CallsInPanic {
    fn clone(&self) -> Self {
        assert!(DROPS.load(Ordering::SeqCst) > 0, "no clone yet");
        Self
    }
}

impl Drop for CallsInPanic {
    fn drop(&mut self) {
        if std::thread::panicking() && DROPS.fetch_add(1, Ordering::SeqCst) == 0 {
            drop(in_drop(1));
        }
    }
}

#[cache_data]
fn in_drop(x: u32) -> Vec<CallsInPanic> {
    (0..=x).map(|_| CallsInPanic).collect()
}

#[test]
fn from_a_drop_while_the_clone_panics_it_works() {
    // A panic there would end the process.
    assert_eq!(end_of(|| in_drop(1).len()), Err("no clone yet".to_owned()));
    assert_eq!(end_of(|| in_drop(1).len()), Ok(2));
}

/// Half cloned when the clone panics: what there is of it is dropped while the load still runs.
struct CallsWhenHalfCloned(u32);

static CALLS: AtomicU32 = AtomicU32::new(0);

impl Clone for CallsWhenHalfCloned {
    fn clone(&self) -> Self {
        assert!(self.0 != 1 || CALLS.load(Ordering::SeqCst) > 0, "half cloned");
        Self(self.0)
    }
}

impl Drop for CallsWhenHalfCloned {
    fn drop(&mut self) {
        if std::thread::panicking() && CALLS.fetch_add(1, Ordering::SeqCst) == 0 {
            assert_eq!(half_cloned(1).len(), 2);
        }
    }
}

#[cache_data]
fn half_cloned(x: u32) -> Vec<CallsWhenHalfCloned> {
    (0..=x).map(CallsWhenHalfCloned).collect()
}

#[test]
fn from_a_drop_inside_the_clone_that_panics_it_works() {
    assert_eq!(end_of(|| half_cloned(1).len()), Err("half cloned".to_owned()));
}

/// Makes the call whose body it is a local of.
struct CallsWhenCancelled;

impl Drop for CallsWhenCancelled {
    fn drop(&mut self) {
        if !AFTER_CANCEL.swap(true, Ordering::SeqCst) {
            assert_eq!(block_on(cancelled(1)), 1);
        }
    }
}

static AFTER_CANCEL: AtomicBool = AtomicBool::new(false);

#[cache_data]
async fn cancelled(x: u32) -> u32 {
    if !AFTER_CANCEL.load(Ordering::SeqCst) {
        let _local = CallsWhenCancelled;
        std::future::pending::<()>().await;
    }
    x
}

#[test]
fn from_a_local_of_a_cancelled_async_body_it_works() {
    let end = end_of(|| {
        let mut future = Box::pin(cancelled(1));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(future);
    });
    assert_eq!(end, Ok(()));
    assert!(AFTER_CANCEL.load(Ordering::SeqCst));
    assert_eq!(end_of(|| block_on(cancelled(1))), Ok(1));
}

#[cache_data(ttl = Duration::from_secs(in_option(1)))]
fn in_option(x: u64) -> u64 {
    x
}

#[test]
fn from_an_expression_among_the_options() {
    panics_naming("in_option", || in_option(1));
    panics_naming("in_option", || IN_OPTION.entry(1).insert(2));
}

#[cache_data(max_entries = of_a_session(1), scope = "session")]
fn of_a_session(x: u64) -> u64 {
    x
}

#[test]
fn from_an_expression_among_the_options_of_a_function_in_a_session() {
    panics_naming("of_a_session", || Session::new().enter(|| of_a_session(1)));
}

static SELF_MADE: Input<u32> = Input::new(|| reads_self_made(1));

#[cache_data]
fn reads_self_made(x: u32) -> u32 {
    x + SELF_MADE.get()
}

#[test]
fn from_the_initial_value_of_an_input() {
    panics_naming("reads_self_made", || reads_self_made(1));
    panics_naming("reads_self_made", || SELF_MADE.get());
}

static OF_ITSELF: Input<u32> = Input::new(|| OF_ITSELF.get());

#[test]
fn an_input_that_is_its_own_initial_value_says_so() {
    let message = end_of(|| OF_ITSELF.get()).expect_err("it is found out");
    assert_eq!(message, "an `Input<u32>` is read to make its own initial value");
}

#[cache_resource(validate = |value| Arc::ptr_eq(value, &in_validate(1)))]
fn in_validate(x: u32) -> Arc<u32> {
    Arc::new(x)
}

#[test]
fn from_validate() {
    end_of(|| in_validate(1)).expect("nobody is asked of what was not there");
    panics_naming_hooks("in_validate", ", from `validate`", || in_validate(1));
}

#[cache_data(validate = |value| validated_by(*value) > 0)]
fn validated(x: u32) -> u32 {
    x
}

#[cache_data(validate = |value| validated(*value) > 0)]
fn validated_by(x: u32) -> u32 {
    x
}

#[test]
fn from_validate_by_way_of_another_cached_function() {
    let message = end_of(|| (validated(1), validated(1), validated(1))).expect_err("it is found out");
    assert!(message.starts_with("recursive call of "), "{message}");
}

#[cache_data(validate = |value| *value == 0 || validated_by_less(*value - 1) < *value)]
fn validated_by_less(x: u32) -> u32 {
    x
}

#[test]
fn validate_may_ask_for_another_value_of_the_function() {
    let end = end_of(|| (0..5).chain(0..5).map(validated_by_less).collect::<Vec<_>>());
    assert_eq!(end, Ok(vec![0, 1, 2, 3, 4, 0, 1, 2, 3, 4]));
}

static CHOSEN: Input<u32> = Input::new(|| 0);
static CHILD: LazyLock<Session> = LazyLock::new(|| {
    let child = Session::new();
    child.enter(|| CHOSEN.set(1));
    child
});

#[cache_data]
fn theme() -> u32 {
    match CHOSEN.get() {
        0 => 10 + CHILD.enter(theme),
        theme => theme,
    }
}

#[test]
fn the_same_arguments_in_another_state_are_another_call() {
    assert_eq!(end_of(theme), Ok(11));
    assert_eq!((end_of(theme), end_of(|| CHILD.enter(theme))), (Ok(11), Ok(1)));
}

/// Makes a recursive call when its thread ends.
struct CallsAtTheEnd;

impl Drop for CallsAtTheEnd {
    fn drop(&mut self) {
        assert!(std::panic::catch_unwind(|| in_validate_at_the_end(1)).is_err());
    }
}

#[cache_data(validate = |value| in_validate_at_the_end(*value) > 0)]
fn in_validate_at_the_end(x: u32) -> u32 {
    x
}

#[test]
fn from_validate_while_a_thread_ends() {
    thread_local!(static LAST: CallsAtTheEnd = const { CallsAtTheEnd });
    in_validate_at_the_end(1);
    let ended = std::thread::spawn(|| {
        LAST.with(|_| ());
        assert!(std::panic::catch_unwind(|| in_validate_at_the_end(1)).is_err());
    });
    ended.join().expect("nothing panics");
}

#[cache_data]
async fn never_begun(x: u32) -> u32 {
    x
}

#[test]
fn a_future_that_is_cancelled_before_it_began_disturbs_nobody() {
    drop(Box::pin(never_begun(2)));
    assert_eq!(block_on(never_begun(2)), 2);
}

#[cache_data]
fn truly_recursive(x: u32) -> u32 {
    truly_recursive(x)
}

/// Makes a recursive call when it is dropped by a panic, and survives it.
struct SurvivesRecursion;

impl Drop for SurvivesRecursion {
    fn drop(&mut self) {
        let end = std::panic::catch_unwind(|| truly_recursive(1));
        assert!(end.is_err());
    }
}

#[test]
fn a_recursive_body_is_found_out_in_a_drop_too() {
    let end = end_of(|| {
        let _local = SurvivesRecursion;
        assert_eq!(truly_recursive(2), 0);
    });
    let message = end.expect_err("it is recursive");
    assert!(message.starts_with("recursive call of "), "{message}");
}

#[cache_data(cache_if = |_| true, max_bytes = 1_000, weigh = |_| 1)]
fn in_its_body(x: u32) -> u32 {
    in_its_body(x)
}

#[test]
fn from_the_body_no_hook_is_named() {
    panics_naming_hooks("in_its_body", "", || in_its_body(1));
}
