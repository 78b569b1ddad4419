//! `is_failure` tells errors for which an older value is better from those that are answers.

use cache_runtime::cache_data;

#[derive(Clone, Debug, PartialEq)]
struct Status(u16);

impl Status {
    fn is_of_the_server(&self) -> bool {
        self.0 >= 500
    }
}

#[cache_data(ttl = "1m", stale_if_error = "1h", cache_err = "5s", is_failure = |status| status.is_of_the_server())]
fn page(x: u32) -> Result<u32, Status> {
    Ok(x)
}

#[cache_data(ttl = "1m", stale_if_error = "1h", cache_err = true, is_failure = Status::is_of_the_server)]
async fn later(x: u32) -> Result<u32, Status> {
    Ok(x)
}

fn main() {
    assert_eq!(page(1), Ok(1));
    drop(later(1));
}
