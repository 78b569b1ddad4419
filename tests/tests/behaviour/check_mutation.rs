use std::collections::HashMap;
use std::sync::Arc;

use cache_runtime::{MissReason, Outcome, cache_data, trace};
use cache_tests::CallLog;
use parking_lot::Mutex;
use serde::{Serialize, Serializer};

/// Its clones share what they hold.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<HashMap<String, f64>>>);

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.lock().serialize(serializer)
    }
}

static LOG: CallLog = CallLog::new();

#[cache_data(check_mutation)]
fn table(x: u32) -> Shared {
    LOG.ran(format!("table({x})"));
    let table = Shared::default();
    table.0.lock().extend([("a".to_owned(), f64::from(x)), ("b".to_owned(), f64::NAN)]);
    table
}

#[test]
fn a_kept_value_that_was_changed_from_outside_is_discarded() {
    let first = table(1);
    let same = table(1);
    assert!(Arc::ptr_eq(&first.0, &same.0));
    LOG.expect(["table(1)"]);
    same.0.lock().insert("c".to_owned(), 0.0);
    let (fresh, calls) = trace(|| table(1));
    assert_eq!(calls[0].outcome, Outcome::Miss(MissReason::Invalid));
    assert_eq!(fresh.0.lock().len(), 2);
    LOG.expect(["table(1)"]);
    fresh.0.lock().insert("c".to_owned(), 0.0);
    fresh.0.lock().remove("c");
    table(1);
    LOG.expect_nothing();
}

#[test]
fn a_changed_clone_of_a_value_that_shares_nothing_does_no_harm() {
    #[cache_data(check_mutation, ttl = "1h")]
    fn list() -> Vec<u32> {
        vec![1, 2]
    }

    list().push(3);
    assert_eq!(list(), [1, 2]);
    LIST.entry().insert(vec![4]);
    assert_eq!(list(), [4]);
    assert_eq!(LIST.stats().misses, 1);
}
