//! What the `metrics` facade is told.

use std::collections::BTreeMap;

use cache_runtime::{bypass, cache_data, refresh};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

/// What was recorded while `f` ran: by name and labels, without the module path of the function.
fn recorded(f: impl FnOnce()) -> BTreeMap<String, DebugValue> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, f);
    let name = |key: &metrics::Key| {
        let labels = key.labels().map(|label| label.value().rsplit("::").next().unwrap_or_default().to_owned());
        std::iter::once(key.name().to_owned()).chain(labels).collect::<Vec<_>>().join(" ")
    };
    snapshotter.snapshot().into_vec().into_iter().map(|(key, _, _, value)| (name(key.key()), value)).collect()
}

#[test]
fn calls_are_counted_by_function_and_outcome_and_loads_are_timed() {
    #[cache_data(max_entries = 2)]
    fn square(x: u32) -> Result<u32, String> {
        x.checked_mul(x).ok_or_else(|| "too large".to_owned())
    }

    let recorded = recorded(|| {
        for x in [1, 2, 2, 2, 3, 1] {
            assert!(square(x).is_ok());
        }
        assert!(square(u32::MAX).is_err());
        assert!(bypass(|| square(1)).is_ok());
    });
    let counter = |name: &str| match recorded.get(name) {
        Some(DebugValue::Counter(count)) => *count,
        other => panic!("{name} is {other:?} in {recorded:?}"),
    };
    assert_eq!(counter("cache_hits_total square"), 2);
    assert_eq!(counter("cache_misses_total square absent"), 5);
    assert_eq!(counter("cache_bypassed_total square"), 1);
    assert_eq!(counter("cache_evictions_total square bound"), 2);
    assert_eq!(recorded["cache_entries square"], DebugValue::Gauge(2.0.into()));
    let DebugValue::Histogram(times) = &recorded["cache_load_duration_seconds square"] else { panic!("a histogram") };
    assert_eq!(times.len(), 5);
    assert!(times.iter().all(|time| (0.0..10.0).contains(&time.0)));
}

#[test]
fn what_leaves_is_counted_by_reason_and_refreshes_by_outcome() {
    #[cache_data]
    fn parsed(text: &str) -> Result<u32, String> {
        text.parse().map_err(|_| text.to_owned())
    }

    let recorded = recorded(|| {
        assert_eq!((parsed("1"), parsed("2")), (Ok(1), Ok(2)));
        assert_eq!(refresh(|| parsed("1")), Ok(1));
        PARSED.entry("x").insert(3);
        assert!(refresh(|| parsed("x")).is_err());
        PARSED.clear();
    });
    let is_asked_for = |name: &str| name.contains("evictions") || name.contains("refreshes");
    let counted: Vec<_> = recorded.into_iter().filter(|(name, _)| is_asked_for(name)).collect();
    let expected = [
        ("cache_evictions_total parsed cleared", 3),
        ("cache_evictions_total parsed replaced", 1),
        ("cache_refreshes_total parsed done", 1),
        ("cache_refreshes_total parsed failed", 1),
    ];
    assert_eq!(counted, expected.map(|(name, count)| (name.to_owned(), DebugValue::Counter(count))));
}

#[test]
fn the_gauge_follows_what_is_cleared() {
    #[cache_data]
    fn kept(x: u32) -> u32 {
        x
    }

    let entries = |f: &dyn Fn()| recorded(f).remove("cache_entries kept");
    let gauge = |entries: f64| Some(DebugValue::Gauge(entries.into()));
    assert_eq!(entries(&|| assert_eq!(kept(1) + kept(2) + kept(3), 6)), gauge(3.0));
    assert_eq!(entries(&|| KEPT.entry(1).clear()), gauge(2.0));
    assert_eq!(entries(&|| KEPT.clear()), gauge(0.0));
}

#[test]
fn the_label_of_a_method_holds_its_type() {
    struct Users(u32);

    impl Users {
        #[cache_data(skip(self))]
        fn get(&self, id: u32) -> u32 {
            self.0 + id
        }
    }

    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || Users(1).get(1));
    let found = snapshotter.snapshot().into_vec();
    let functions = || found.iter().flat_map(|(key, ..)| key.key().labels()).filter(|l| l.key() == "function");
    assert!(functions().count() > 0);
    assert!(functions().all(|label| label.value() == "metrics::Users::get"), "{found:?}");
}

#[test]
fn values_that_are_too_heavy_are_counted() {
    #[cache_data(no_handle, max_bytes = 10, weigh = |_| 11)]
    fn heavy(x: u32) -> u32 {
        x
    }

    let mut recorded = recorded(|| assert_eq!(heavy(1) + heavy(2), 3));
    assert_eq!(recorded.remove("cache_too_heavy_total heavy"), Some(DebugValue::Counter(2)));
    assert_eq!(recorded.remove("cache_evictions_total heavy"), None);
}
