//! A clear of several functions is one clear: none keeps what it made meanwhile of what another had not forgotten.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use cache_runtime::{CACHE_DATA, Session, cache_data};

macro_rules! page_made_of_query {
    ($tag:literal) => {
        /// What the database holds.
        static WORLD: AtomicU32 = AtomicU32::new(1);

        #[cache_data(tags($tag))]
        fn page() -> u32 {
            middle()
        }

        #[cache_data(tags($tag))]
        fn query() -> u32 {
            WORLD.load(Ordering::SeqCst)
        }

        #[cache_data(tags($tag))]
        fn middle() -> u32 {
            query()
        }
    };
}

mod by_drop {
    use super::*;

    static WORLD: AtomicU32 = AtomicU32::new(1);
    static IS_CLEARING: AtomicBool = AtomicBool::new(false);

    /// Calls `page` when a clear lets it go.
    #[derive(Clone)]
    struct Looks;

    impl Drop for Looks {
        fn drop(&mut self) {
            if IS_CLEARING.load(Ordering::SeqCst) {
                page();
            }
        }
    }

    // Used for the first time, and so cleared, in this order.
    #[cache_data(tags("by drop"))]
    fn page() -> u32 {
        looks();
        query()
    }

    #[cache_data(tags("by drop"))]
    fn looks() -> Looks {
        Looks
    }

    #[cache_data(tags("by drop"))]
    fn query() -> u32 {
        WORLD.load(Ordering::SeqCst)
    }

    #[test]
    fn a_drop_that_calls_a_function_finds_all_of_them_cleared() {
        assert_eq!(page(), 1);
        WORLD.store(2, Ordering::SeqCst);
        IS_CLEARING.store(true, Ordering::SeqCst);
        CACHE_DATA.clear_tag("by drop");
        IS_CLEARING.store(false, Ordering::SeqCst);
        assert_eq!((query(), page()), (2, 2));
    }
}

/// Calls `page` on two threads while `clear` forgets it; counts the times it gave something older than what was there
/// when the last clear returned.
fn old_pages(world: &AtomicU32, page: fn() -> u32, clear: fn()) -> u32 {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    page();
                }
            });
        }
        let mut old = 0;
        for _ in 0..if cfg!(miri) { 20 } else { 2_000 } {
            world.fetch_add(1, Ordering::SeqCst);
            clear();
            old += u32::from(page() != world.load(Ordering::SeqCst));
        }
        is_over.store(true, Ordering::Relaxed);
        old
    })
}

mod by_tag {
    use super::*;
    page_made_of_query!("by tag");

    #[test]
    fn after_a_clear_by_tag_nothing_is_served_that_was_made_of_what_it_cleared() {
        assert_eq!(old_pages(&WORLD, page, || CACHE_DATA.clear_tag("by tag")), 0);
    }
}

mod by_session {
    use std::sync::LazyLock;

    use super::*;

    static WORLD: AtomicU32 = AtomicU32::new(1);

    /// Of the same function in another session.
    #[cache_data(scope = "session", tags("by session"))]
    fn of(depth: u32) -> u32 {
        match depth.checked_sub(1) {
            None => WORLD.load(Ordering::SeqCst),
            Some(next) => SESSIONS[next as usize].enter(|| of(next)),
        }
    }

    static SESSIONS: LazyLock<Vec<Session>> = LazyLock::new(|| (0..4).map(|_| Session::new()).collect());

    #[test]
    fn a_function_is_cleared_in_all_sessions_at_once() {
        let page = || SESSIONS[3].enter(|| of(3));
        assert_eq!(old_pages(&WORLD, page, || OF.clear()), 0);
    }
}
