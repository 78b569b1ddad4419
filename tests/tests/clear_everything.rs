//! What clears all functions, in a process of its own: it would clear those of other tests too.

use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::thread;

use cache_runtime::{CACHE_DATA, CACHE_RESOURCE, cache_data, cache_resource};

/// The tests in this file take turns.
static TURN: Mutex<()> = Mutex::new(());

#[cache_data(tags("users", "all"))]
fn user(x: u32) -> u32 {
    x
}

#[cache_data(tags("groups", "all"))]
fn group(x: u32) -> u32 {
    x
}

#[cache_resource(tags("users"))]
fn pool() -> Arc<u8> {
    Arc::new(1)
}

#[cache_data]
fn never_called() -> u32 {
    1
}

#[test]
fn a_family_and_a_tag_clear_what_they_name() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let fill = || (user(1), group(1), pool());
    let lengths = || (USER.len(), GROUP.len(), POOL.len());
    let one = fill().2;
    CACHE_DATA.clear_tag("users");
    assert_eq!(lengths(), (0, 1, 1));
    fill();
    CACHE_DATA.clear_tag("all");
    assert_eq!(lengths(), (0, 0, 1));
    fill();
    CACHE_DATA.clear_tag("unknown");
    assert_eq!(lengths(), (1, 1, 1));
    CACHE_DATA.clear();
    assert_eq!(lengths(), (0, 0, 1));
    assert!(Arc::ptr_eq(&one, &pool()));
    CACHE_RESOURCE.clear_tag("users");
    assert_eq!(POOL.len(), 0);
    pool();
    CACHE_RESOURCE.clear();
    assert_eq!(POOL.len(), 0);
    assert!(!Arc::ptr_eq(&one, &pool()));
}

#[test]
fn a_family_lists_the_functions_used_so_far() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!((user(5), user(5), *pool()), (5, 5, 1));
    let functions = CACHE_DATA.functions();
    let of = |name: &str| functions.iter().find(|function| function.name == name).map(|function| function.stats);
    assert_eq!(of("clear_everything::user"), Some(USER.stats()));
    assert!(of("clear_everything::user").is_some_and(|stats| stats.hits >= 1));
    assert_eq!(of("clear_everything::never_called"), None);
    assert_eq!(of("clear_everything::pool"), None, "a resource is not data");
    assert!(CACHE_RESOURCE.functions().iter().any(|function| function.name == POOL.name()));
    NEVER_CALLED.clear();
    assert!(!CACHE_DATA.functions().iter().any(|function| function.name == NEVER_CALLED.name()));
    assert_eq!((never_called(), NEVER_CALLED.len()), (1, 1));
}

#[cache_data(tags("slow"))]
fn slow(_running: &Barrier) -> u32 {
    _running.wait();
    _running.wait();
    1
}

#[test]
fn clearing_all_or_a_tag_wins_against_running_bodies() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for clear in [|| CACHE_DATA.clear(), || CACHE_DATA.clear_tag("slow")] {
        let running = Barrier::new(2);
        thread::scope(|scope| {
            let load = scope.spawn(|| slow(&running));
            running.wait();
            clear();
            running.wait();
            assert_eq!(load.join().ok(), Some(1));
        });
        assert_eq!(SLOW.len(), 0);
    }
}
