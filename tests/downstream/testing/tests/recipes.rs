//! The recipes of the README, word for word.
//!
//! They run at once, on threads that share one process: each would fail if it saw anything of another.

use cache_runtime::testing::Clock;
use cache_runtime::{
    MissReason, Outcome, Surroundings, bypass, isolated, isolated_async, trace, verify, verify_or_panic,
};
use downstream_testing::{LETTERS, PRICE, TOTAL, letters, price, stub_rate, total};

#[test]
fn a_price_is_found_once() {
    isolated(|| {
        stub_rate(5);
        assert_eq!((price("tea"), price("tea")), (15, 15));
        assert_eq!((PRICE.stats().misses, PRICE.stats().hits), (1, 1));
    });
}

#[tokio::test]
async fn a_total_is_found_once() {
    isolated_async(async {
        stub_rate(2);
        assert_eq!(total(vec!["tea".to_owned()]).await, 6);
        assert_eq!(total(vec!["tea".to_owned()]).await, 6);
        assert_eq!((TOTAL.stats().misses, PRICE.len()), (1, 1));
    })
    .await;
}

#[test]
fn a_price_holds_for_ten_minutes() {
    isolated(|| {
        let clock = Clock::pause();
        assert_eq!(price("tea"), 9);
        clock.advance("9m 59s");
        assert!(PRICE.entry("tea").contains());
        clock.advance("1s");
        assert!(!PRICE.entry("tea").contains());
    });
}

#[tokio::test(start_paused = true)]
async fn a_price_outlives_a_sleep() {
    isolated_async(async {
        let clock = Clock::pause();
        let sleep = async |time| {
            tokio::time::sleep(time).await;
            clock.advance(time); // tokio's time is its own
        };
        assert_eq!(price("tea"), 9);
        sleep(std::time::Duration::from_secs(599)).await;
        assert!(PRICE.entry("tea").contains());
        sleep(std::time::Duration::from_secs(1)).await;
        assert!(!PRICE.entry("tea").contains());
    })
    .await;
}

#[test]
fn the_second_call_hits() {
    isolated(|| {
        let (_, calls) = trace(|| (price("tea"), price("tea")));
        assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Absent));
        assert_eq!(calls[1].outcome, Outcome::Hit);
    });
}

#[test]
fn letters_are_what_they_were() {
    verify_or_panic(|| {
        for text in ["one", "two", "one"] {
            assert_eq!(letters(text), 3);
        }
    });
}

#[test]
fn the_rate_is_seen_to_be_missing_in_the_key() {
    isolated(|| {
        stub_rate(3);
        assert_eq!(price("tea"), 9);
        stub_rate(4);
        let (_, verification) = verify(|| price("tea"));
        assert_eq!(verification.mismatches[0].function, PRICE.name());
    });
}

#[test]
fn without_its_cache_it_counts_again() {
    isolated(|| {
        bypass(|| (letters("one"), letters("one")));
        assert_eq!((LETTERS.stats().bypassed, LETTERS.len()), (2, 0));
    });
}

#[tokio::test]
async fn the_server_is_in_the_test_too() {
    isolated_async(async {
        let here = Surroundings::current();
        let server = tokio::spawn(here.instrument(async { letters("one") }));
        let blocking = tokio::task::spawn_blocking(move || here.enter(|| letters("two")));
        assert_eq!((server.await.ok(), blocking.await.ok()), (Some(3), Some(3)));
        assert_eq!(LETTERS.len(), 2);
    })
    .await;
}

#[test]
fn all_of_them_fifty_times_at_once() {
    let recipes: [fn(); 9] = [
        a_price_is_found_once,
        a_total_is_found_once,
        a_price_holds_for_ten_minutes,
        a_price_outlives_a_sleep,
        the_second_call_hits,
        letters_are_what_they_were,
        the_rate_is_seen_to_be_missing_in_the_key,
        without_its_cache_it_counts_again,
        the_server_is_in_the_test_too,
    ];
    std::thread::scope(|scope| {
        for recipe in recipes {
            scope.spawn(move || (0..50).for_each(|_| recipe()));
        }
    });
}

/// Each of the blocks between the marks of that section stands above.
#[test]
fn these_are_the_recipes_of_the_readme() {
    let readme = include_str!("../../../../README.md");
    let section = readme.split("\n## Testing\n").nth(1).and_then(|rest| rest.split("\n## ").next());
    let section = section.expect("the README has the section");
    let blocks: Vec<_> = section.split("```").skip(1).step_by(2).filter(|block| block.starts_with("rust")).collect();
    let here = include_str!("recipes.rs");
    let recipe = |block: &str| {
        let lines = block.lines().skip(1).filter(|line| !line.starts_with("use ") && !line.starts_with("# "));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    };
    assert_eq!(blocks.len(), 8);
    for block in blocks {
        assert!(here.contains(&recipe(block)), "not here word for word:{block}");
    }
}
