//! Times on disk go by a clock that stands still.

use std::sync::atomic::{AtomicU32, Ordering};

use cache_disk_tests::Folder;
use cache_runtime::testing::Clock;
use cache_runtime::{Config, cache_data, configure};

#[test]
fn a_value_on_disk_lives_by_the_clock() {
    static RAN: AtomicU32 = AtomicU32::new(0);

    #[cache_data(persist = "disk", memory = false, ttl = "10m")]
    fn answer() -> u32 {
        RAN.fetch_add(1, Ordering::Relaxed)
    }

    let folder = Folder::new();
    configure(Config::new().dir(folder.path())).expect("nothing was called yet");
    let clock = Clock::pause();
    assert_eq!((answer(), answer()), (0, 0));
    clock.advance("9m 59s");
    assert_eq!(answer(), 0);
    clock.advance("1s");
    assert_eq!((answer(), answer()), (1, 1));
    clock.advance("5m");
    assert_eq!(answer(), 1);
}
