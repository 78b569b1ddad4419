use cache_runtime::cache_data;
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

#[cache_data(max_entries = 2)]
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
