//! The index in every interleaving: one thread changes the table while others read it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize as Count, Ordering::SeqCst};

use loom::thread;

use super::{HOOKS, KEY, explore};
use crate::key::Key;
use crate::store::index::Index;
use crate::thread::this;
use crate::value::removal::Listeners;
use crate::value::slot_form::SlotForm;
use crate::value::slot_value::CopiedFound;
use crate::value::small_copy::SmallCopy;
use crate::value::stored_entry::{EntryMeta, InlineValue, StoredEntry, Times};

/// The value of an entry of which is known whether its memory has been freed.
struct Tracked {
    value: u64,
    is_freed: Arc<Count>,
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.is_freed.store(1, SeqCst);
    }
}

fn tracked(value: u64) -> (Arc<StoredEntry>, Arc<Count>) {
    let is_freed = Arc::new(Count::new(0));
    let value = InlineValue(Tracked { value, is_freed: Arc::clone(&is_freed) });
    (Arc::new(StoredEntry::new(EntryMeta { times: Times::NONE, recorded: None }, value)), is_freed)
}

/// The value of a key, read as long as it takes another thread to free it if it may.
fn read(index: &Index, key: Key) -> Option<u64> {
    index.with(&key, |kept| {
        let InlineValue(Tracked { value, is_freed }) = kept.held().expect("it was made here");
        assert_eq!(is_freed.load(SeqCst), 0, "it was freed before it was read");
        thread::yield_now();
        assert_eq!(is_freed.load(SeqCst), 0, "it was freed while it was read");
        *value
    })
}

/// Of the same place in a small table.
const BESIDE: Key = Key::new(7 + (1 << 10));
const FURTHER: Key = Key::new(7 + (2 << 10));

#[test]
fn an_entry_is_not_freed_while_it_is_read_and_is_afterwards() {
    explore(|| {
        let index = Arc::new(Index::new());
        let (kept, is_freed) = tracked(1);
        index.insert(KEY, kept);
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || {
                for _ in 0..2 {
                    assert!(read(&index, KEY).is_none_or(|value| value < 3));
                }
            })
        };
        drop(index.insert(KEY, tracked(2).0));
        drop(index.remove(&KEY));
        assert_eq!(read(&index, KEY), None);
        reader.join().expect("no assertion fails");
        drop(index.insert(KEY, tracked(3).0));
        drop(index.remove(&KEY));
        assert_eq!(is_freed.load(SeqCst), 1, "nobody reads it any more");
    });
}

#[test]
fn what_is_there_is_found_while_the_table_grows_and_is_emptied_around_it() {
    explore(|| {
        let index = Arc::new(Index::new());
        index.insert(KEY, tracked(1).0);
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || {
                assert_eq!(read(&index, KEY), Some(1));
                assert!(read(&index, BESIDE).is_none_or(|value| value == 2));
                assert_eq!(read(&index, KEY), Some(1));
            })
        };
        index.insert(BESIDE, tracked(2).0);
        drop(index.remove(&BESIDE));
        index.insert(FURTHER, tracked(3).0);
        reader.join().expect("no assertion fails");
    });
}

#[test]
fn who_comes_in_a_place_that_was_left_is_not_taken_for_who_was_there() {
    explore(|| {
        let index = Arc::new(Index::new());
        index.insert(KEY, tracked(1).0);
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || {
                assert!(read(&index, BESIDE).is_none_or(|value| value == 2));
                assert!(read(&index, KEY).is_none_or(|value| value == 1));
            })
        };
        drop(index.remove(&KEY));
        index.insert(BESIDE, tracked(2).0);
        reader.join().expect("no assertion fails");
        assert_eq!((read(&index, KEY), read(&index, BESIDE)), (None, Some(2)));
    });
}

#[test]
fn what_was_cleared_is_freed_when_nobody_reads_it() {
    explore(|| {
        let index = Arc::new(Index::new());
        let (kept, is_freed) = tracked(1);
        index.insert(KEY, kept);
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || read(&index, KEY))
        };
        drop(index.drain());
        assert_eq!((read(&index, KEY), index.len()), (None, 0));
        reader.join().expect("no assertion fails");
        drop(index.drain());
        index.insert(BESIDE, tracked(2).0);
        assert_eq!(is_freed.load(SeqCst), 1, "nobody reads it any more");
    });
}

/// The copy of a small value, read without its entry.
fn copied(index: &Index, key: Key) -> Option<u64> {
    let SlotForm::Copied(copied) = HOOKS.storage.near else { unreachable!("numbers are copied") };
    let copy = index.copy(this::this(), key, 0);
    assert_ne!(copy.type_id, SmallCopy::UNKNOWN.type_id, "all are numbers");
    copied.find_small(copy).map(CopiedFound::get)
}

#[test]
fn a_copy_beside_an_entry_is_that_of_its_value_whoever_comes_and_goes() {
    explore(|| {
        let index = Arc::new(Index::new());
        let number = |value: u64| {
            let told = Listeners { on_evict: None, on_release: None };
            (HOOKS.storage.take_in)(EntryMeta { times: Times::NONE, recorded: None }, &value, told)
        };
        index.insert(KEY, number(1));
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || {
                assert!(copied(&index, BESIDE).is_none_or(|value| value == 2));
                assert!(copied(&index, KEY).is_none_or(|value| value == 1 || value == 3));
            })
        };
        drop(index.remove(&KEY));
        drop(index.insert(BESIDE, number(2)));
        assert_eq!((copied(&index, KEY), copied(&index, BESIDE)), (None, Some(2)));
        drop(index.insert(KEY, number(3)));
        assert_eq!(copied(&index, KEY), Some(3));
        reader.join().expect("no assertion fails");
    });
}

#[test]
fn what_is_replaced_is_found_at_any_moment_as_it_was_or_is() {
    explore(|| {
        let index = Arc::new(Index::new());
        index.insert(KEY, tracked(1).0);
        let reader = {
            let index = Arc::clone(&index);
            thread::spawn(move || {
                for _ in 0..2 {
                    assert!(matches!(read(&index, KEY), Some(1 | 2)));
                }
            })
        };
        drop(index.insert(KEY, tracked(2).0));
        assert_eq!((read(&index, KEY), index.len()), (Some(2), 1));
        reader.join().expect("no assertion fails");
    });
}
