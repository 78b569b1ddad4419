//! Values that no body made have tags that nobody knows: they leave with any. One family for each test, for that holds
//! for whatever is cleared by a tag meanwhile.

use std::sync::{Arc, mpsc};
use std::thread;

use cache_runtime::{CACHE_DATA, CACHE_RESOURCE, Input, cache_data, cache_resource};

#[cache_data(tags(format!("primed:{id}")))]
fn primed(id: u32) -> u32 {
    id
}

#[cache_data(tags((id > 1).then(|| format!("large:{id}"))))]
fn rarely_tagged(id: u32) -> u32 {
    id
}

static FACTOR: Input<u32> = Input::new(|| 2);

#[cache_data(tags(format!("multiple:{id}"), format!("factor:{}", FACTOR.get())))]
fn multiple(id: u32) -> u32 {
    id * FACTOR.get()
}

#[test]
fn a_value_that_was_put_in_has_the_tags_of_what_it_replaced_or_nobody_knows_which() {
    primed(1);
    PRIMED.entry(1).insert(10);
    PRIMED.entry(2).insert(20);
    let kept = || [1, 2].map(|id| PRIMED.entry(id).get());
    assert_eq!(kept(), [Some(10), Some(20)]);
    // It is known of what it replaced that it has none.
    rarely_tagged(1);
    RARELY_TAGGED.entry(1).insert(10);
    // It replaces what was made in either state.
    multiple(1);
    FACTOR.set(3);
    multiple(1);
    MULTIPLE.entry(1).insert(10);
    CACHE_DATA.clear_tag("primed:3");
    assert_eq!(kept(), [Some(10), None]);
    assert_eq!((RARELY_TAGGED.entry(1).get(), MULTIPLE.entry(1).get()), (Some(10), Some(10)));
    CACHE_DATA.clear_tag("primed:1");
    assert_eq!(kept(), [None, None]);
    CACHE_DATA.clear_tag("factor:2");
    assert_eq!((RARELY_TAGGED.entry(1).get(), MULTIPLE.entry(1).get()), (Some(10), None));
}

#[cache_resource(tags(format!("made:{id}")))]
fn made(id: u32) -> Arc<u32> {
    Arc::new(id)
}

#[test]
fn what_was_made_elsewhere_leaves_with_any_tag_be_it_kept_or_on_the_way() {
    assert_eq!(*MADE.entry(1).get_or_insert_with(|| Arc::new(10)), 10);
    assert!(MADE.entry(1).contains());
    CACHE_RESOURCE.clear_tag("no such tag");
    assert!(!MADE.entry(1).contains());

    let (begun, is_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let making = scope.spawn(move || {
            MADE.entry(2).get_or_insert_with(|| {
                begun.send(()).expect("it is asked for");
                may_go_on.recv().expect("it is told");
                Arc::new(20)
            })
        });
        is_begun.recv().expect("it begins");
        CACHE_RESOURCE.clear_tag("made:2");
        // Nobody waits for what began before the clear.
        assert_eq!(*made(2), 2);
        go_on.send(()).expect("it waits");
        assert_eq!(*making.join().expect("nothing panics"), 20);
    });
    assert_eq!(MADE.entry(2).get().as_deref(), Some(&2));
}
