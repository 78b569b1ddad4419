//! What is no text, and what needs a feature.

use cache_runtime::cache_data;

#[cache_data(show_spinner = 5)]
fn number() {}

#[cache_data(show_spinner("text"))]
fn in_parentheses() {}

#[cache_data(show_spinner)]
fn without_the_feature() {}

#[cache_data(show_spinner = "Loading …", show_time)]
fn with_text() {}

fn main() {
    number();
    in_parentheses();
    without_the_feature();
    with_text();
}
