//! A recorder of metrics that panics. Alone: whoever clears all functions meanwhile would change what is counted.
use std::panic::catch_unwind;
use std::sync::Arc;

use cache_runtime::cache_data;
use metrics::{
    Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
};

/// Panics whenever it is told of a miss.
struct Fails;

impl CounterFn for Fails {
    fn increment(&self, _: u64) {
        panic!("a recorder that panics");
    }
    fn absolute(&self, _: u64) {}
}

impl Recorder for Fails {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() == "cache_misses_total" { Counter::from_arc(Arc::new(Self)) } else { Counter::noop() }
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[cache_data]
fn missed(x: u32) -> u32 {
    assert!(x < 10, "a body that panics");
    x
}

#[test]
fn a_recorder_that_panics_at_a_miss_costs_no_answer_and_no_count() {
    with_local_recorder(&Fails, || {
        assert_eq!((missed(1), missed(1), MISSED.stats().misses), (1, 1, 1));
        assert!(catch_unwind(|| missed(10)).is_err());
        assert_eq!((MISSED.stats().misses, MISSED.stats().hits), (2, 1));
    });
}
