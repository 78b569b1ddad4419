//! All mistakes are told at once, and nothing follows from them.

use cache_runtime::cache_data;

#[cache_data(ttl = "1 fortnight", max_entries = 0, colour = "red", skip(conection), weigh = |row| row.len())]
fn row(connection: &mut u32, #[cache(leave_out)] id: u64) -> &str {
    *connection += 1;
    if id == 0 { "none" } else { "one" }
}

fn main() {
    let text: &str = row(&mut 1, 7);
    assert_eq!(text.len(), 3);
    ROW.clear();
    ROW.entry(7).clear();
    let kept: Option<String> = ROW.entry(7).get();
    drop(kept);
    let handle = &ROW;
    println!("{}", handle.stats());
}
