use std::thread;

use cache_runtime::cache_data;

#[cache_data]
fn square(x: u64) -> u64 {
    x * x
}

#[test]
fn statistics_are_exact_under_threads() {
    const THREADS: u64 = 8;
    const CALLS: u64 = if cfg!(miri) { 50 } else { 10_000 };
    for round in 1..=2 {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| (0..CALLS).for_each(|x| assert_eq!(square(x % 10), (x % 10) * (x % 10))));
            }
        });
        let stats = SQUARE.stats();
        assert_eq!(stats.hits + stats.waits + stats.misses, round * THREADS * CALLS);
        assert_eq!((stats.misses, stats.entries), (10, 10));
    }
}

#[cache_data(max_entries = 2)]
fn shown(x: u64) -> u64 {
    x
}

#[test]
fn statistics_are_one_aligned_line_and_survive_a_clear() {
    assert_eq!(SHOWN.stats(), cache_runtime::Stats::default());
    shown(1);
    shown(2);
    shown(3);
    shown(3);
    SHOWN.clear();
    let stats = SHOWN.stats();
    assert_eq!((stats.hits, stats.misses, stats.evictions, stats.entries), (1, 3, 1, 0));
    assert!((stats.hit_ratio() - 0.25).abs() < 1e-9);
    let lines = [stats.to_string(), SQUARE.stats().to_string()];
    assert!(lines[0].contains("hits         1  misses       3"), "{}", lines[0]);
    let column = |line: &str| line.find("evictions");
    assert_eq!(column(&lines[0]), column(&lines[1]));
    assert!(!lines[0].contains('\n'));
}

#[test]
fn time_in_bodies_is_added_up() {
    use std::time::Duration;
    #[cache_data]
    fn sleepy(_x: u32) {
        thread::sleep(Duration::from_millis(5));
    }
    sleepy(1);
    sleepy(2);
    let time = SLEEPY.stats().load_time;
    assert!(time >= Duration::from_millis(5) && time < Duration::from_secs(5), "{time:?}");
}
