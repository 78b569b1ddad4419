//! A shop, some of whose answers are cached.

use std::cell::Cell;

use cache_runtime::cache_data;

thread_local! {
    static RATE: Cell<u32> = const { Cell::new(3) };
}

/// What tests put in place of the tax office.
pub fn stub_rate(rate: u32) {
    RATE.set(rate);
}

/// The price of an item; the rate is that which was asked for first.
#[cache_data(ttl = "10m", max_entries = 100)]
#[must_use]
pub fn price(item: &str) -> u32 {
    u32::try_from(item.len()).unwrap_or(u32::MAX) * RATE.get()
}

/// How many letters a text has.
#[cache_data]
#[must_use]
pub fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphabetic()).count()
}

/// The price of all that is in a basket.
#[cache_data]
pub async fn total(items: Vec<String>) -> u32 {
    let mut total = 0;
    for item in items {
        total += price(&item);
        std::future::ready(()).await;
    }
    total
}
