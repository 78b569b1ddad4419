//! Tags that are expressions over the parameters: a clear by tag forgets what it touched and no more.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use cache_runtime::{CACHE_DATA, CACHE_RESOURCE, Session, bypass, cache_data, cache_resource, refresh};
use cache_tests::CallLog;
use futures::executor::block_on;
use parking_lot::Mutex;

static LOG: CallLog = CallLog::new();

#[cache_data(tags("people", format!("person:{id}"), format!("town:{town}")))]
fn person(id: u32, town: &str) -> String {
    LOG.ran(format!("person({id}, {town})"));
    format!("{id} of {town}")
}

#[cache_data(tags(format!("person:{id}")))]
fn age(id: u32) -> u32 {
    LOG.ran(format!("age({id})"));
    id
}

fn all() {
    for id in 1..=2 {
        person(id, "Rome");
        age(id);
    }
    person(1, "Oslo");
}

#[test]
fn a_clear_by_tag_forgets_what_it_touched_and_no_more() {
    all();
    LOG.expect(["person(1, Rome)", "age(1)", "person(2, Rome)", "age(2)", "person(1, Oslo)"]);
    CACHE_DATA.clear_tag("person:1");
    all();
    LOG.expect(["person(1, Rome)", "age(1)", "person(1, Oslo)"]);
    CACHE_DATA.clear_tag("town:Rome");
    all();
    LOG.expect(["person(1, Rome)", "person(2, Rome)"]);
    CACHE_DATA.clear_tag("people");
    all();
    LOG.expect(["person(1, Rome)", "person(2, Rome)", "person(1, Oslo)"]);
    for nobodys in ["person:", "person:11", "person", "town", ""] {
        CACHE_DATA.clear_tag(nobodys);
    }
    CACHE_RESOURCE.clear_tag("person:1");
    all();
    LOG.expect_nothing();
}

static ASKED: CallLog = CallLog::new();

fn asked(tag: &str) -> String {
    ASKED.ran(tag);
    tag.to_owned()
}

#[cache_data(tags(asked(name)))]
fn named(name: &str) -> usize {
    name.len()
}

#[cache_data(tags("outer's own", asked("outer")))]
fn outer(name: &str) -> usize {
    bypass(|| named(name))
}

#[test]
fn the_expression_is_evaluated_when_the_body_runs_for_an_entry() {
    named("asked");
    named("asked");
    ASKED.expect(["asked"]);
    bypass(|| named("asked"));
    ASKED.expect_nothing();
    refresh(|| named("asked"));
    ASKED.expect(["asked"]);
    outer("inner");
    ASKED.expect(["outer"]);
    CACHE_DATA.clear_tag("inner");
    assert_eq!(OUTER.len(), 1);
    CACHE_DATA.clear_tag("outer");
    assert_eq!((OUTER.len(), NAMED.len()), (0, 1));
}

static INSIDE_ITSELF: CallLog = CallLog::new();

#[cache_data(name = "INSIDE_ITSELF_CACHE", tags({ INSIDE_ITSELF.ran(format!("asked in {depth}")); format!("depth:{depth}") }))]
fn inside_itself(#[cache(skip)] depth: u32) -> u32 {
    if depth < 2 { bypass(|| inside_itself(depth + 1)) } else { depth }
}

#[test]
fn a_body_that_is_run_by_the_body_of_the_entry_says_nothing_of_its_tags() {
    assert_eq!(inside_itself(0), 2);
    INSIDE_ITSELF.expect(["asked in 0"]);
    CACHE_DATA.clear_tag("depth:1");
    assert_eq!(INSIDE_ITSELF_CACHE.len(), 1);
    CACHE_DATA.clear_tag("depth:0");
    assert_eq!(INSIDE_ITSELF_CACHE.len(), 0);
}

/// Runs until it is told to end, and tells that it has begun.
struct Gate {
    begun: Mutex<Option<mpsc::Sender<u32>>>,
    go_on: AtomicBool,
}

impl Gate {
    const fn new() -> Self {
        Self { begun: Mutex::new(None), go_on: AtomicBool::new(false) }
    }

    fn pass(&self, id: u32) {
        if let Some(begun) = &*self.begun.lock() {
            begun.send(id).expect("it is asked for");
        }
        while !self.go_on.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }
}

static GATE: Gate = Gate::new();
static GATED: CallLog = CallLog::new();

#[cache_data(name = "GATED_CACHE", tags(format!("gated:{id}")))]
fn gated(id: u32) -> u32 {
    GATED.ran(id.to_string());
    GATE.pass(id);
    id
}

#[test]
fn what_bodies_with_the_tag_return_that_run_meanwhile_is_not_kept() {
    let (begun, bodies) = mpsc::channel();
    *GATE.begun.lock() = Some(begun);
    thread::scope(|scope| {
        let first = [1, 2].map(|id| scope.spawn(move || gated(id)));
        let mut running: Vec<_> = bodies.iter().take(2).collect();
        running.sort_unstable();
        assert_eq!(running, [1, 2]);
        CACHE_DATA.clear_tag("gated:1");
        // Who comes after the clear does not wait for what began before it: the body runs once more.
        let after = scope.spawn(|| gated(1));
        assert_eq!(bodies.recv(), Ok(1));
        CACHE_DATA.clear_tag("gated:1");
        GATE.go_on.store(true, Ordering::SeqCst);
        assert_eq!(first.map(|call| call.join().expect("nothing panics")), [1, 2]);
        assert_eq!(after.join().expect("nothing panics"), 1);
    });
    GATED.expect_sorted(["1", "1", "2"]);
    assert_eq!((GATED_CACHE.entry(1).get(), GATED_CACHE.entry(2).get()), (None, Some(2)));
}

mod one_clear {
    use super::*;

    static WORLD: AtomicU32 = AtomicU32::new(1);

    #[cache_data(tags(format!("world:{which}")))]
    fn page(which: u32) -> u32 {
        middle(which)
    }

    #[cache_data(tags(format!("world:{which}"), "unrelated"))]
    fn middle(which: u32) -> u32 {
        query(which)
    }

    #[cache_data(tags(format!("world:{which}")))]
    fn query(which: u32) -> u32 {
        WORLD.load(Ordering::SeqCst) * which
    }

    #[test]
    fn nothing_is_kept_that_was_made_of_what_the_clear_forgot() {
        assert_eq!(page(2), 2);
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        page(1);
                        page(2);
                    }
                });
            }
            let mut old = 0;
            for _ in 0..2_000 {
                WORLD.fetch_add(1, Ordering::SeqCst);
                CACHE_DATA.clear_tag("world:1");
                old += u32::from(page(1) != WORLD.load(Ordering::SeqCst));
            }
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(old, 0);
        });
        assert_eq!(PAGE.entry(2).get(), Some(2), "what has another tag stays");
    }
}

#[cache_data(tags(format!("busy:{id}")))]
fn busy(id: u32) -> u32 {
    id
}

#[test]
fn what_comes_with_other_tags_while_clears_go_on_is_kept() {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                CACHE_DATA.clear_tag("busy:0");
            }
        });
        let lost = (1..20_000).filter(|id| busy(*id) != *id || !BUSY.entry(*id).contains()).count();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(lost, 0);
    });
}

static FAILURES: CallLog = CallLog::new();

#[cache_data(tags(tag.expect("there is a tag")), skip(tag))]
fn fallible(id: u32, tag: Option<&str>) -> Result<u32, String> {
    FAILURES.ran(id.to_string());
    if id == 0 { Err("zero".into()) } else { Ok(id) }
}

#[test]
fn what_fails_has_no_tags_and_what_is_made_anew_has_new_ones() {
    assert!(fallible(0, Some("old")).is_err());
    assert_eq!(fallible(1, Some("old")), Ok(1));
    assert_eq!(refresh(|| fallible(1, Some("new"))), Ok(1));
    CACHE_DATA.clear_tag("old");
    assert_eq!(FALLIBLE.len(), 1);
    // A panic in it is one of the body.
    assert!(cache_tests::end_of(|| fallible(2, None)).is_err());
    CACHE_DATA.clear_tag("new");
    assert_eq!(FALLIBLE.len(), 0);
    FAILURES.expect(["0", "1", "1"]);
}

static ORDERS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[cache_data(
    key = ids.len(),
    name = "ORDERS_CACHE",
    tags(ids.iter().map(|id| format!("order:{id}")).collect::<Vec<_>>(), first, ORDERS.lock().first().map(u32::to_string))
)]
async fn orders(ids: Vec<u32>, first: Option<&'static str>) -> usize {
    // What was asked for the tags is let go.
    ORDERS.lock().extend(&ids);
    futures::future::ready(()).await;
    ids.into_iter().map(|id| id as usize).sum()
}

#[test]
fn an_expression_may_give_several_and_an_async_body_holds_nothing_of_it() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let call = || block_on(assert_send(orders(vec![1, 2, 3], Some("first"))));
    for tag in ["order:1", "order:3", "first", "1"] {
        assert_eq!(call(), 6);
        CACHE_DATA.clear_tag("order:4");
        // Found by what the first call has put there.
        CACHE_DATA.clear_tag(tag);
        assert_eq!(ORDERS_CACHE.len(), 0, "{tag}");
    }
}

struct Shop(u32);

impl Shop {
    #[cache_resource(skip(self), tags(format!("shop:{}", self.0), item))]
    fn price(&self, item: &str) -> Arc<usize> {
        Arc::new(item.len() + self.0 as usize)
    }

    #[cache_data(no_handle, tags(item, tag_of(&item)))]
    fn generic<T: AsRef<str> + cache_runtime::__private::Tag + std::hash::Hash>(item: T) -> usize {
        item.as_ref().len()
    }
}

fn tag_of<T: AsRef<str>>(item: &T) -> String {
    format!("of {}", item.as_ref())
}

#[test]
fn methods_resources_and_functions_without_a_handle_have_them_too() {
    let tea = Shop(1).price("tea");
    CACHE_RESOURCE.clear_tag("shop:2");
    assert!(Arc::ptr_eq(&tea, &Shop(2).price("tea")));
    CACHE_RESOURCE.clear_tag("shop:1");
    assert!(!Arc::ptr_eq(&tea, &Shop(2).price("tea")));
    let misses = || {
        let functions = CACHE_DATA.functions();
        let generic = functions.iter().find(|function| function.name.ends_with("Shop::generic")).expect("it was used");
        generic.stats.misses
    };
    Shop::generic("tea");
    Shop::generic("tea".to_owned());
    assert_eq!(misses(), 2);
    CACHE_DATA.clear_tag("of tea");
    Shop::generic("tea");
    assert_eq!(misses(), 3);
}

#[cache_data(scope = "session", tags(format!("own:{id}")))]
fn own(id: u32) -> u32 {
    id
}

#[test]
fn entries_of_all_sessions_have_them() {
    let sessions = [Session::new(), Session::new()];
    for session in &sessions {
        session.enter(|| own(1) + own(2));
    }
    assert_eq!(OWN.len(), 4);
    CACHE_DATA.clear_tag("own:1");
    assert_eq!(OWN.len(), 2);
}
