//! The table beside a map, and beside readers.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::thread::{scope, yield_now};

use super::*;
use crate::value::stored_entry::{EntryMeta, InlineValue, Times};

const CHANGES: u64 = if cfg!(miri) { 300 } else { 30_000 };

/// Many of them have the same place in a small table.
fn key(number: u64) -> Key {
    Key::of_halves([number % 8, number])
}

fn entry(value: u64) -> Arc<StoredEntry> {
    Arc::new(StoredEntry::new(EntryMeta { times: Times::NONE, recorded: None }, InlineValue(value)))
}

fn value(entry: &StoredEntry) -> u64 {
    entry.held::<InlineValue<u64>>().expect("it was made here").0
}

/// The value by the entry, which is the same as that beside it.
fn look(table: &EntryTable, number: u64) -> Option<u64> {
    table.with(&key(number), |entry, slot| {
        // miri gives a function another address each time: there the types seem to be others.
        assert!(cfg!(miri) || slot.copy().is_some());
        value(entry)
    })
}

fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn it_holds_what_a_map_holds_whatever_comes_and_goes() {
    let (table, epochs) = (EntryTable::new(), Epochs::new());
    let (mut map, mut seed) = (HashMap::new(), 1);
    for change in 0..CHANGES {
        // Now few are there, now many.
        let number = random(&mut seed) % (8 << (change / 100 % 6));
        let before = match random(&mut seed) % 5 {
            0 | 1 => (table.remove(&key(number), &epochs), map.remove(&number)),
            _ => (table.insert(key(number), entry(change), &epochs), map.insert(number, change)),
        };
        assert_eq!(before.0.map(|entry| value(&entry)), before.1);
        if random(&mut seed).is_multiple_of(500) {
            assert_eq!(table.drain().len(), map.drain().count());
        }
        assert_eq!(table.len(), map.len());
        assert_eq!(look(&table, number), map.get(&number).copied());
    }
    let mut all = HashMap::new();
    table.for_each(|at, entry| all.extend([(at.halves()[1], value(entry))]));
    assert_eq!(all, map);
}

#[test]
fn who_reads_while_it_changes_finds_what_is_there_and_nothing_else() {
    let (table, epochs) = (EntryTable::new(), Epochs::new());
    let changes = AtomicU64::new(0);
    // Those below 4 are always there, of the others it is said when they come and go.
    for number in 0..4 {
        table.insert(key(number), entry(number), &epochs);
    }
    scope(|scope| {
        for thread in 0..2 {
            let (table, changes) = (&table, &changes);
            scope.spawn(move || {
                let mut seed = thread;
                while changes.load(Ordering::Relaxed) < CHANGES {
                    let number = random(&mut seed) % 40;
                    let found = look(table, number);
                    assert!(found.is_some() || number >= 4, "{number} was always there");
                    assert!(found.is_none_or(|value| value % 40 == number), "{number} is not {found:?}");
                    yield_now();
                }
            });
        }
        let mut seed = 7;
        for change in 0..CHANGES {
            let number = random(&mut seed) % 40;
            if number < 4 || !random(&mut seed).is_multiple_of(3) {
                drop(table.insert(key(number), entry(change * 40 + number), &epochs));
            } else {
                drop(table.remove(&key(number), &epochs));
            }
            changes.store(change + 1, Ordering::Relaxed);
        }
    });
}

#[test]
fn what_left_is_freed_when_nobody_reads_it_and_not_before() {
    let (table, epochs) = (EntryTable::new(), Epochs::new());
    table.insert(key(0), entry(0), &epochs);
    let mut held = Vec::new();
    table.with(&key(0), |inside, _| {
        for number in 0..2_000 {
            drop(table.insert(key(0), entry(number), &epochs));
            table.with(&key(0), |entry, _| held.push(Arc::downgrade(entry)));
        }
        assert_eq!(value(inside), 0);
        assert!(held.iter().all(|entry| entry.strong_count() > 0), "this thread was reading");
    });
    for _ in 0..100 {
        drop(table.insert(key(0), entry(1), &epochs));
    }
    let left = held.iter().filter(|entry| entry.strong_count() > 0).count();
    assert_eq!(left, 0, "memory is held for nobody");
}

#[test]
fn nothing_is_lost_where_fences_take_the_place_of_barriers() {
    let (table, epochs) = (EntryTable::new(), Epochs::new());
    for number in 0..100 {
        table.insert(key(number), entry(number), &epochs);
    }
    table.with(&key(5), |inside, _| {
        drop(table.remove(&key(5), &epochs));
        table.begin_fences(&mut table.writer.lock());
        for number in 0..100 {
            drop(table.remove(&key(number), &epochs));
        }
        assert_eq!(value(inside), 5);
    });
    assert_eq!(table.len(), 0);
    for number in 0..1_000 {
        table.insert(key(number), entry(number), &epochs);
        assert_eq!(look(&table, number), Some(number));
    }
}
