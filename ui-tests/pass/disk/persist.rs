//! `persist` keeps what is returned on disk.

use cache_runtime::{Config, cache_data, configure};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    lines: Vec<String>,
}

#[cache_data(persist = "disk", ttl = "1h", max_entries = 10)]
fn report(name: &str) -> Report {
    Report { lines: vec![name.to_owned()] }
}

#[cache_data(persist = "disk")]
async fn fetched(x: u64) -> Result<Report, std::io::Error> {
    Ok(Report { lines: vec![x.to_string()] })
}

#[cache_data(persist = "disk")]
fn generic<T>(x: T) -> Vec<T>
where
    T: Clone + std::hash::Hash + Serialize + for<'a> Deserialize<'a> + Send + Sync + 'static,
{
    vec![x]
}

fn main() {
    let dir = std::env::temp_dir().join(format!("persist-ui-test-{}", std::process::id()));
    configure(Config::new().dir(&dir)).expect("it is the first");
    assert_eq!(report("a"), report("a"));
    assert_eq!(generic(1), [1]);
    let _not_awaited = fetched(1);
    REPORT.clear();
    drop(std::fs::remove_dir_all(dir));
}
