use std::sync::Arc;

use cache_runtime::{
    Call, MissReason, Outcome, bypass, bypass_async, cache_data, cache_resource, refresh, refresh_async, trace,
    trace_async,
};
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data]
fn inner(x: u32) -> u32 {
    LOG.ran(format!("inner {x}"));
    x
}

#[cache_data]
fn outer(x: u32) -> u32 {
    LOG.ran(format!("outer {x}"));
    inner(x) + 1
}

#[test]
fn inside_bypass_cached_functions_just_run() {
    assert_eq!(bypass(|| outer(1)), 2);
    LOG.expect(["outer 1", "inner 1"]);
    assert!(!OUTER.entry(1).contains() && !INNER.entry(1).contains());
    outer(1);
    LOG.expect(["outer 1", "inner 1"]);
    bypass(|| outer(1));
    LOG.expect(["outer 1", "inner 1"]);
    outer(1);
    LOG.expect_nothing();
    assert_eq!((OUTER.stats().bypassed, INNER.stats().bypassed), (2, 2));
    refresh(|| outer(1));
    LOG.expect(["outer 1"]);
    refresh(|| (outer(1), inner(1)));
    LOG.expect(["outer 1", "inner 1"]);
}

#[cache_resource]
fn instance(fails: bool) -> Result<Arc<u8>, String> {
    if fails { Err("down".into()) } else { Ok(Arc::new(1)) }
}

#[test]
fn refresh_replaces_what_is_kept_and_an_error_replaces_nothing() {
    let old = instance(false).expect("it is up");
    let new = refresh(|| instance(false)).expect("it is up");
    assert!(!Arc::ptr_eq(&old, &new));
    assert!(instance(false).is_ok_and(|kept| Arc::ptr_eq(&kept, &new)));
    assert!(refresh(|| instance(true)).is_err());
    assert!(instance(false).is_ok_and(|kept| Arc::ptr_eq(&kept, &new)));
}

#[cache_data]
fn leaf(x: u32) -> u32 {
    x
}

#[cache_data]
fn root(x: u32) -> u32 {
    leaf(x) + leaf(x + 1)
}

#[test]
fn trace_tells_every_call_in_the_order_they_began() {
    leaf(2);
    let (sum, calls) = trace(|| {
        let (sum, nested) = trace(|| root(1) + root(1));
        assert_eq!(nested.len(), 4);
        sum + bypass(|| leaf(9)) + refresh(|| leaf(2))
    });
    assert_eq!(sum, 17);
    let told: Vec<_> = calls.iter().map(|Call { function, outcome }| (*function, *outcome)).collect();
    assert_eq!(
        told,
        [
            (ROOT.name(), Outcome::Miss(MissReason::Absent)),
            (LEAF.name(), Outcome::Miss(MissReason::Absent)),
            (LEAF.name(), Outcome::Hit),
            (ROOT.name(), Outcome::Hit),
            (LEAF.name(), Outcome::Bypassed),
            (LEAF.name(), Outcome::Miss(MissReason::Invalid)),
        ]
    );
    assert_eq!(trace(|| ()).1, []);
}

#[cache_data]
async fn later(x: u32) -> u32 {
    tokio::task::yield_now().await;
    x
}

#[test]
fn the_async_twins_hold_across_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime starts");
    let hop = || async {
        // Gives the scheduler every occasion to go on elsewhere.
        for _ in 0..if cfg!(miri) { 3 } else { 50 } {
            tokio::task::yield_now().await;
        }
    };
    runtime.block_on(async move {
        let tasks = (0..if cfg!(miri) { 6 } else { 20 }).map(|x: u32| {
            tokio::spawn(async move {
                let run = async {
                    hop().await;
                    let first = later(x).await;
                    hop().await;
                    first + later(x).await
                };
                let outcomes = |calls: Vec<Call>| calls.into_iter().map(|call| call.outcome).collect::<Vec<_>>();
                match x % 3 {
                    0 => {
                        let (_, calls) = trace_async(bypass_async(run)).await;
                        assert_eq!(outcomes(calls), [Outcome::Bypassed; 2]);
                    }
                    1 => {
                        let (_, calls) = trace_async(run).await;
                        assert_eq!(outcomes(calls), [Outcome::Miss(MissReason::Absent), Outcome::Hit]);
                    }
                    _ => {
                        let (_, calls) = trace_async(refresh_async(run)).await;
                        let expected = [MissReason::Absent, MissReason::Invalid].map(Outcome::Miss);
                        assert_eq!(outcomes(calls), expected);
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("no assertion fails");
        }
    });
}

#[test]
fn a_panic_inside_leaves_nothing_behind() {
    let panic = std::panic::catch_unwind(|| bypass(|| panic!("on purpose")));
    assert!(panic.is_err());
    let (_, calls) = trace(|| (leaf(77), leaf(77)));
    assert_eq!(calls[1].outcome, Outcome::Hit);
}
