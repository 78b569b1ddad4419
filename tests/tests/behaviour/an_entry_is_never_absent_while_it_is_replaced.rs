use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use cache_runtime::{cache_data, refresh};
use cache_tests::end_of;

/// Looks at an entry on two threads while `replace` puts others in its place; counts the times it was not there.
fn absences(look: fn() -> bool, replace: fn(u32)) -> u32 {
    let (is_over, absences) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    absences.fetch_add(u32::from(!look()), Ordering::Relaxed);
                }
            });
        }
        (0..3_000).for_each(replace);
        is_over.store(true, Ordering::Relaxed);
    });
    absences.load(Ordering::Relaxed)
}

#[cache_data]
fn inserted(x: u32) -> String {
    format!("the value of {x}")
}

#[test]
fn while_another_is_inserted() {
    inserted(1);
    let look = || {
        let entry = INSERTED.entry(1);
        entry.get().is_some() && entry.contains() && entry.age().is_some()
    };
    assert_eq!(absences(look, |value| INSERTED.entry(1).insert(value.to_string())), 0);
}

#[cache_data(max_entries = 10)]
fn refreshed(x: u32) -> String {
    format!("the value of {x}")
}

#[test]
fn while_it_is_refreshed() {
    refreshed(1);
    let look = || {
        let entry = REFRESHED.entry(1);
        entry.get().is_some() && entry.contains() && entry.age().is_some()
    };
    assert_eq!(absences(look, |_| drop(refresh(|| refreshed(1)))), 0);
}

static FAILS: AtomicBool = AtomicBool::new(false);

#[cache_data(ttl = "1h", stale_if_error = "1h")]
fn fails_after_insert(x: u32) -> Result<u32, String> {
    if FAILS.load(Ordering::SeqCst) {
        FAILS_AFTER_INSERT.entry(x).insert(200);
        return Err("down".to_owned());
    }
    Ok(x)
}

#[cache_data(ttl = "1h", stale_if_error = "1h", single_flight = false)]
fn fails_alone_after_insert(x: u32) -> Result<u32, String> {
    FAILS_ALONE_AFTER_INSERT.entry(x).insert(200);
    Err("down".to_owned())
}

#[test]
fn a_call_that_fails_gets_the_good_value_that_came_meanwhile() {
    let end = end_of(|| {
        fails_after_insert(1).expect("it works");
        FAILS.store(true, Ordering::SeqCst);
        (refresh(|| fails_after_insert(1)), fails_after_insert(2), fails_alone_after_insert(3))
    });
    assert_eq!(end, Ok((Ok(200), Ok(200), Ok(200))));
    // A clear meanwhile still leaves nothing to hand out.
    FAILS.store(true, Ordering::SeqCst);
    FAILS_AFTER_INSERT.clear();
    assert_eq!(FAILS_AFTER_INSERT.entry(1).get(), None);
}
