use std::time::Duration;

use cache_runtime::cache_data;
use cache_runtime::testing::Clock;
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data(max_entries = 2, eviction = "lru")]
fn two(x: u32) -> u32 {
    LOG.ran(x.to_string());
    x
}

#[test]
fn the_least_recently_used_goes_first() {
    two(1);
    two(2);
    two(1);
    two(3);
    LOG.expect(["1", "2", "3"]);
    two(1);
    two(3);
    LOG.expect_nothing();
    two(2);
    LOG.expect(["2"]);
    // 1 was used before 3.
    two(3);
    two(2);
    LOG.expect_nothing();
    two(1);
    LOG.expect(["1"]);
    assert_eq!(TWO.stats().evictions, 3);
    assert_eq!(TWO.len(), 2);
}

#[cache_data(max_entries = 1)]
fn one(x: u32) -> u32 {
    x
}

#[test]
fn a_newcomer_always_gets_in() {
    for x in 0..100 {
        one(x);
        assert!(ONE.entry(x).contains(), "{x} was not kept");
        assert_eq!(ONE.len(), 1);
    }
}

#[cache_data(max_entries = 500)]
fn many(x: u32) -> u32 {
    x
}

#[test]
fn a_large_bound_holds_and_recent_ones_stay() {
    for x in 0..500 {
        many(x);
    }
    for x in 0..100 {
        many(x);
    }
    for x in 1_000..1_300 {
        many(x);
    }
    assert_eq!(MANY.len(), 500);
    let stayed = (0..100).filter(|&x| MANY.entry(x).contains()).count();
    assert_eq!(stayed, 100, "the hundred that were used last should have stayed");
    for x in 0..5_000 {
        many(x);
        assert!(x % 97 != 0 || MANY.len() <= 500);
    }
}

#[cache_data(max_entries = 100, eviction = "tiny_lfu")]
fn frequent(x: u32) -> u32 {
    x
}

#[test]
fn tiny_lfu_favours_the_frequent_ones() {
    for _ in 0..50 {
        for x in 0..100 {
            frequent(x);
        }
        FREQUENT.len();
    }
    for x in 1_000..1_200 {
        frequent(x);
    }
    assert!(FREQUENT.len() <= 100);
    let stayed = (0..100).filter(|&x| FREQUENT.entry(x).contains()).count();
    assert!(stayed > 80, "of the 100 frequent ones only {stayed} stayed");
}

#[cache_data(max_bytes = "10kB", weigh = |text| text.len())]
fn text(kilobytes: usize) -> String {
    "x".repeat(kilobytes * 1_000)
}

#[test]
fn max_bytes_bounds_the_sum_of_the_weights() {
    text(4);
    text(5);
    text(4);
    text(3);
    // 4 was used after 5.
    assert!(!TEXT.entry(5).contains());
    assert!(TEXT.entry(4).contains() && TEXT.entry(3).contains());
    // Too heavy for the cache as a whole.
    assert_eq!(text(11).len(), 11_000);
    assert!(!TEXT.entry(11).contains());
}

#[cache_data(max_bytes = "10kB")]
fn texts(bytes: usize) -> Vec<String> {
    vec!["x".repeat(bytes / 2); 2]
}

#[test]
fn what_owns_text_weighs_by_itself() {
    for bytes in [4_000, 5_000] {
        texts(bytes);
    }
    assert_eq!(TEXTS.len(), 2);
    texts(1_000);
    assert!(!TEXTS.entry(4_000).contains());
    assert!(TEXTS.entry(5_000).contains() && TEXTS.entry(1_000).contains());
    texts(10_000);
    assert_eq!((TEXTS.len(), TEXTS.stats().too_heavy), (2, 1));
}

#[cache_data(max_bytes = 1_000, weigh = |text| text.len(), max_entries = 3)]
fn bounded_twice(length: usize) -> String {
    "x".repeat(length)
}

#[test]
fn of_two_bounds_the_one_reached_first_counts() {
    for length in 1..=10 {
        bounded_twice(length);
        assert!(BOUNDED_TWICE.len() <= 3);
    }
    assert!((8..=10).all(|length| BOUNDED_TWICE.entry(length).contains()));
    bounded_twice(400);
    bounded_twice(500);
    bounded_twice(600);
    assert!(BOUNDED_TWICE.entry(600).contains());
    assert!(!BOUNDED_TWICE.entry(500).contains());
}

const LIMIT: usize = 3;

#[cache_data(max_entries = LIMIT)]
fn by_constant(x: u8) -> u8 {
    x
}

#[test]
fn a_bound_may_be_an_expression_and_a_clear_starts_anew() {
    let sum: u8 = (0..10).map(by_constant).sum();
    assert_eq!(sum, 45);
    assert_eq!(BY_CONSTANT.len(), 3);
    BY_CONSTANT.clear();
    assert_eq!(BY_CONSTANT.len(), 0);
    assert_eq!((0..10).map(by_constant).sum::<u8>(), sum);
    assert_eq!(BY_CONSTANT.len(), 3);
}

#[cache_data(max_entries = 3, eviction = "tiny_lfu")]
fn learning(x: u32) -> u32 {
    x
}

#[test]
fn tiny_lfu_lets_in_what_is_asked_for_often() {
    for x in 1..=3 {
        learning(x);
    }
    for _ in 0..100 {
        learning(9);
    }
    let stats = LEARNING.stats();
    assert!(stats.hits > 80, "{stats}");
}

#[cache_data(max_entries = 2_000)]
fn large(x: u32) -> u32 {
    x
}

#[test]
fn the_last_used_of_many_stays_however_many_were_used() {
    for x in 0..2_000 {
        large(x);
    }
    for x in 1..=1_500 {
        large(x);
    }
    for _ in 0..1_000 {
        large(0);
    }
    for x in 3_000..3_100 {
        large(x);
    }
    assert!(LARGE.entry(0).contains());
}

#[cache_data(max_bytes = 3, weigh = |_| 1, eviction = "lru")]
fn few_bytes(x: u32) -> u32 {
    x
}

#[test]
fn the_order_is_exact_for_few_entries_under_a_bound_by_weight_too() {
    for x in [1, 2, 3, 1, 4] {
        few_bytes(x);
    }
    assert_eq!([1, 2, 3, 4].map(|x| FEW_BYTES.entry(x).contains()), [true, false, true, true]);
}

#[cache_data(max_bytes = 100, weigh = |text| text.len(), max_entries = 3)]
fn too_heavy(length: usize) -> String {
    "x".repeat(length)
}

#[test]
fn a_value_too_heavy_for_the_cache_evicts_nobody() {
    for length in [1, 2, 3, 101] {
        too_heavy(length);
    }
    assert_eq!((TOO_HEAVY.len(), TOO_HEAVY.stats().evictions), (3, 0));
}

#[cache_data(max_bytes = 4_294_967_295, weigh = |size| *size)]
fn gigantic(size: usize) -> usize {
    size
}

#[test]
fn a_weight_beyond_32_bits_is_no_less() {
    gigantic(9 << 30);
    assert_eq!(GIGANTIC.len(), 0);
    for size in [3 << 30, 1 << 29, 1 << 28] {
        gigantic(size);
    }
    gigantic(2 << 30);
    assert_eq!(
        [3 << 30, 1 << 29, 1 << 28, 2 << 30].map(|size| GIGANTIC.entry(size).contains()),
        [false, true, true, true]
    );
}

#[cache_data(max_entries = 2, time_to_idle = "30ms", eviction = "lru")]
fn idle(x: u32) -> u32 {
    x
}

#[test]
fn idle_time_and_a_bound_go_together() {
    let clock = Clock::new();
    clock.enter(|| {
        idle(1);
        idle(2);
        // Longer than the idle time in all, but never without a use.
        for _ in 0..5 {
            clock.advance(Duration::from_millis(10));
            assert!(IDLE.entry(1).contains() && IDLE.entry(2).contains());
            idle(2);
            idle(1);
        }
        idle(3);
        assert_eq!([1, 2, 3].map(|x| IDLE.entry(x).contains()), [true, false, true], "1 was used last");
        idle(4);
        assert!(IDLE.stats().evictions == 2, "{}", IDLE.stats());
    });
}

#[test]
fn one_heavy_value_makes_many_light_ones_go_at_once() {
    #[cache_data(max_bytes = 100_000, weigh = |weight| *weight)]
    fn light(which: u32) -> usize {
        if which == 0 { 100_000 } else { 1 }
    }
    for which in 1..=100_000 {
        light(which);
    }
    assert_eq!(light(0), 100_000);
    assert_eq!(LIGHT.len(), 1);
}

#[cache_data(max_entries = 5_000)]
fn hottest(x: u32) -> u32 {
    x
}

#[test]
fn the_hottest_of_many_is_not_forgotten() {
    for miss in 0..6_000 {
        hottest(0);
        if miss % 10 == 0 {
            for x in 1..1_500 {
                hottest(x);
            }
        }
        assert!(HOTTEST.entry(0).contains(), "the hottest of all has gone at miss {miss}");
        hottest(0);
        hottest(10_000 + miss);
    }
    // 7,500 of them have to miss. Of many uses between two misses the latest 1,024 are told, which costs some more.
    assert!(HOTTEST.stats().misses < 8_100, "{}", HOTTEST.stats());
}

/// A function with a bound; which of the first thousand arguments are kept.
macro_rules! bounded_by {
    ($function:ident $handle:ident $bound:literal) => {{
        #[cache_data(max_entries = $bound)]
        fn $function(x: u32) -> u32 {
            x
        }
        let kept: fn() -> Vec<u32> = || (0..1_000).filter(|x| $handle.entry(*x).contains()).collect();
        ($bound, $function as fn(u32) -> u32, kept)
    }};
}

#[test]
fn what_was_used_since_it_came_outlives_what_was_not_else_the_oldest_goes() {
    let functions = [
        bounded_by!(by_1 BY_1 1),
        bounded_by!(by_2 BY_2 2),
        bounded_by!(by_3 BY_3 3),
        bounded_by!(by_8 BY_8 8),
        bounded_by!(by_64 BY_64 64),
    ];
    for (bound, function, kept) in functions {
        for x in 0..3 * bound {
            function(x);
            assert_eq!(kept(), ((x + 1).saturating_sub(bound)..=x).collect::<Vec<_>>(), "nothing was used");
        }
        // Every other one is used, so often that the thread has it at hand, but never the one that came last.
        let used: Vec<u32> = (2 * bound..3 * bound - 1).step_by(2).collect();
        for x in &used {
            (0..100).for_each(|_| assert_eq!(function(*x), *x));
        }
        for x in 3 * bound..5 * bound {
            function(x);
            let kept = kept();
            assert!(used.iter().all(|used| kept.contains(used)), "of {used:?} only {kept:?} stayed");
            let unused = kept.iter().filter(|x| !used.contains(x)).count();
            let mut latest: Vec<u32> = (2 * bound..=x).rev().filter(|x| !used.contains(x)).take(unused).collect();
            latest.extend(&used);
            latest.sort_unstable();
            assert_eq!(kept, latest, "not the oldest unused one went when {x} came");
        }
        assert_eq!(kept().len(), usize::try_from(bound).expect("it is small"));
    }
}

#[cache_data(max_entries = 3)]
fn at_hand(x: u32) -> u32 {
    x
}

#[test]
fn what_is_used_all_the_time_stays_though_the_thread_has_it_at_hand() {
    for miss in 1..5_000 {
        at_hand(0);
        at_hand(miss);
        assert!(AT_HAND.entry(miss).contains());
    }
    assert_eq!(AT_HAND.stats().misses, 5_000);
}

#[cache_data(max_entries = 4)]
fn lets_go(x: u32) -> u32 {
    x
}

#[test]
fn what_leaves_in_other_ways_makes_room() {
    (0..4).for_each(|x| assert_eq!(lets_go(x), x));
    lets_go(0);
    LETS_GO.entry(1).clear();
    LETS_GO.entry(0).insert(0);
    lets_go(4);
    assert_eq!([0, 2, 3, 4].map(|x| LETS_GO.entry(x).contains()), [true; 4]);
    // 0 came anew.
    lets_go(5);
    lets_go(6);
    assert_eq!([0, 2, 3, 4, 5, 6].map(|x| LETS_GO.entry(x).contains()), [true, false, false, true, true, true]);
    LETS_GO.clear();
    (10..15).for_each(|x| assert_eq!(lets_go(x), x));
    assert_eq!([10, 11, 12, 13, 14].map(|x| LETS_GO.entry(x).contains()), [false, true, true, true, true]);
}

#[cache_data(max_entries = 200)]
fn looped(x: u32) -> u32 {
    x
}

#[test]
fn of_a_loop_larger_than_the_bound_most_of_what_fits_is_kept() {
    for x in (0..300).cycle().take(30_000) {
        looped(x);
    }
    let stats = LOOPED.stats();
    assert!(stats.hits > 15_000, "{stats}");
}
