//! What the `tracing` facade is told.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;

use cache_runtime::cache_data;
use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Writes down spans and events, each with the spans around it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Times differ from run to run: that there is one is what counts.
        match field.name() {
            "age" | "load_time" => write!(self.0, " {}", field.name()),
            "message" => Ok(()),
            name => write!(self.0, " {name}={}", format!("{value:?}").rsplit("::").next().unwrap_or_default()),
        }
        .expect("a string takes it");
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _id: &span::Id, _context: Context<'_, S>) {
        let mut fields = Fields(format!("span {}", attributes.metadata().name()));
        attributes.record(&mut fields);
        self.0.lock().push(fields.0);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let depth = context.event_scope(event).map_or(0, Iterator::count);
        let mut fields = Fields(format!(
            "{}event at depth {depth}",
            if event.metadata().target() == "cache_runtime" { "" } else { "other " }
        ));
        event.record(&mut fields);
        self.0.lock().push(fields.0);
    }
}

fn logged(f: impl FnOnce()) -> Vec<String> {
    // Whether a place is of interest is known to all threads in common, and asked of the thread that comes by first: so
    // no other thread may call anything meanwhile.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock();
    let log = Log::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(log.clone()), f);
    let logged = std::mem::take(&mut *log.0.lock());
    logged.into_iter().map(|line| line.replace('"', "")).collect()
}

#[test]
fn each_call_is_an_event_and_each_running_body_a_span() {
    #[cache_data(no_handle)]
    fn inner(x: u32) -> u32 {
        x
    }

    #[cache_data(no_handle)]
    fn outer(x: u32) -> u32 {
        tracing::info!("in the body");
        inner(x) + inner(x)
    }

    let lines = logged(|| {
        outer(1);
        outer(1);
    });
    assert_eq!(
        lines,
        [
            "span cached body function=outer",
            "other event at depth 1",
            "span cached body function=inner",
            "event at depth 1 function=inner outcome=miss reason=absent load_time",
            "event at depth 1 function=inner outcome=hit age",
            "event at depth 0 function=outer outcome=miss reason=absent load_time",
            "event at depth 0 function=outer outcome=hit age",
        ]
    );
}

#[test]
fn a_body_that_fails_is_told_too() {
    #[cache_data(no_handle)]
    fn fails() -> Result<u32, String> {
        Err("no".to_owned())
    }

    let lines = logged(|| drop(fails()));
    assert_eq!(lines[1], "event at depth 0 function=fails outcome=miss reason=absent load_time");
}

#[test]
fn an_async_body_is_in_its_span_wherever_it_is_polled() {
    #[cache_data(no_handle)]
    async fn slow() -> u32 {
        tokio::task::yield_now().await;
        tracing::info!("after it waited");
        1
    }

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let lines = logged(|| {
        runtime.block_on(async {
            tokio::join!(slow(), async { tracing::info!("beside it") });
        });
    });
    assert_eq!(
        lines,
        [
            "span cached body function=slow",
            "other event at depth 0",
            "other event at depth 1",
            "event at depth 0 function=slow outcome=miss reason=absent load_time",
        ]
    );
}

#[test]
fn a_changed_value_is_warned_about() {
    #[derive(Clone)]
    struct Shared(Arc<Mutex<u32>>);

    impl std::hash::Hash for Shared {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.lock().hash(state);
        }
    }

    #[cache_data(check_mutation, no_handle)]
    fn shared() -> Shared {
        Shared(Arc::default())
    }

    let lines = logged(|| {
        *shared().0.lock() = 1;
        shared();
    });
    assert_eq!(lines[2], "event at depth 0 function=shared");
    assert!(lines.last().expect("there is one").ends_with("outcome=miss reason=invalid load_time"));
}

#[test]
fn a_value_that_is_too_heavy_is_warned_about_once() {
    #[cache_data(no_handle, max_bytes = 10, weigh = |_| 11)]
    fn heavy(x: u32) -> u32 {
        x
    }

    let lines = logged(|| {
        heavy(1);
        heavy(2);
    });
    let warnings = lines.iter().filter(|line| *line == "event at depth 0 function=heavy").count();
    assert_eq!((lines.len(), warnings), (5, 1), "{lines:?}");
}
