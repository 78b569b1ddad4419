//! `ttl_of` asks each value how long it lives.

use std::time::Duration;

use cache_runtime::cache_data;

#[derive(Clone)]
struct Token {
    lifetime: Duration,
}

#[cache_data(ttl_of = |token| token.lifetime)]
fn closure(seconds: u64) -> Token {
    Token { lifetime: Duration::from_secs(seconds) }
}

fn lifetime(token: &Token) -> Duration {
    token.lifetime
}

#[cache_data(ttl_of = lifetime, ttl = "1m")]
fn path(seconds: u64) -> Result<Token, String> {
    Ok(Token { lifetime: Duration::from_secs(seconds) })
}

fn main() {
    closure(10);
    closure(100);
    assert!(CLOSURE.entry(10).expires_in() <= Some(Duration::from_secs(10)));
    assert!(CLOSURE.entry(100).expires_in() > Some(Duration::from_secs(10)));
    path(100).expect("this path never fails");
    assert!(PATH.entry(100).expires_in() <= Some(Duration::from_secs(60)));
}
