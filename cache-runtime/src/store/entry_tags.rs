//! Tags of single entries, which their arguments say: a clear by tag forgets what it is about and no more.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::key::{BuildAlreadyHashed, Key};

/// The tags that the expressions of one call gave.
pub(crate) type Tags = Vec<Arc<str>>;

/// Which entries of a store, and which of the loads that run, have which tags.
#[derive(Default)]
pub(crate) struct EntryTags {
    /// Each tag with each entry that has it.
    by_tag: BTreeSet<(Arc<str>, Key)>,
    by_entry: HashMap<Key, Tags, BuildAlreadyHashed>,
    /// Entries that no body made, of which nobody said what tags they have.
    unknown: HashSet<Key, BuildAlreadyHashed>,
    /// Those of loads, by their keys and with their ids; `None` where nobody knows them.
    of_loads: HashMap<Key, Vec<(u64, Option<Tags>)>, BuildAlreadyHashed>,
}

impl EntryTags {
    /// A load says the tags of the entry that it is for.
    pub(crate) fn said(&mut self, key: Key, load: u64, tags: Option<Tags>) {
        self.of_loads.entry(key).or_default().push((load, tags));
    }

    /// A load is over: which tags has what it made, as far as it said so?
    #[inline]
    pub(crate) fn take_said(&mut self, key: Key, load: u64) -> Option<Tags> {
        if self.of_loads.is_empty() {
            return None;
        }
        let said = self.of_loads.get_mut(&key)?;
        let place = said.iter().position(|(id, _)| *id == load)?;
        let (_, tags) = said.swap_remove(place);
        if said.is_empty() {
            self.of_loads.remove(&key);
        }
        tags
    }

    /// May what a load of this key makes have this tag, as far as they have said? One that has not said anything yet
    /// has read nothing either: its body comes after that.
    pub(crate) fn may_come(&self, tag: &str, key: &Key) -> bool {
        let has_it = |tags: &Tags| tags.iter().any(|other| **other == *tag);
        let said = self.of_loads.get(key).map_or(&[][..], Vec::as_slice);
        said.iter().any(|(_, tags)| tags.as_ref().is_none_or(has_it))
    }

    /// The tags of an entry, if they are known.
    pub(crate) fn of(&self, key: &Key) -> Option<&[Arc<str>]> {
        (!self.unknown.contains(key)).then(|| self.by_entry.get(key).map_or(&[][..], Vec::as_slice))
    }

    /// An entry has come, with tags or with nobody knowing which.
    pub(crate) fn came(&mut self, key: Key, tags: Option<Tags>) {
        self.left(&key);
        match tags {
            None => {
                self.unknown.insert(key);
            }
            Some(tags) if tags.is_empty() => {}
            Some(tags) => {
                self.by_tag.extend(tags.iter().map(|tag| (Arc::clone(tag), key)));
                self.by_entry.insert(key, tags);
            }
        }
    }

    /// An entry has left.
    #[inline]
    pub(crate) fn left(&mut self, key: &Key) {
        if self.unknown.is_empty() && self.by_entry.is_empty() {
            return;
        }
        self.unknown.remove(key);
        for tag in self.by_entry.remove(key).unwrap_or_default() {
            self.by_tag.remove(&(tag, *key));
        }
    }

    /// All entries have left.
    pub(crate) fn all_left(&mut self) {
        self.by_tag.clear();
        self.by_entry.clear();
        self.unknown.clear();
    }

    /// The entries that have this tag, or may have it.
    pub(crate) fn with(&self, tag: &str) -> Vec<Key> {
        let first = (Arc::from(tag), Key::new(0));
        let tagged = self.by_tag.range(first..).take_while(|(other, _)| **other == *tag).map(|(_, key)| *key);
        tagged.chain(self.unknown.iter().copied()).collect()
    }

    /// How many tags, entries with tags, entries with unknown ones, and loads that said theirs.
    #[cfg(all(test, not(cache_runtime_loom)))]
    pub(crate) fn counts(&self) -> [usize; 4] {
        let Self { by_tag, by_entry, unknown, of_loads } = self;
        [by_tag.len(), by_entry.len(), unknown.len(), of_loads.len()]
    }

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn is_idle(&self) -> bool {
        self.of_loads.is_empty()
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    const ONE: Key = Key::new(1);
    const TWO: Key = Key::new(2);

    fn tags(of: &[&str]) -> Tags {
        of.iter().map(|tag| Arc::from(*tag)).collect()
    }

    #[test]
    fn a_tag_finds_the_entries_that_have_it_and_those_that_may() {
        let mut known = EntryTags::default();
        known.came(ONE, Some(tags(&["a", "ab"])));
        known.came(TWO, Some(tags(&["ab"])));
        assert_eq!(["a", "ab", "abc"].map(|tag| known.with(tag)), [vec![ONE], vec![ONE, TWO], vec![]]);
        known.came(ONE, None);
        assert_eq!(["a", "ab"].map(|tag| known.with(tag)), [vec![ONE], vec![TWO, ONE]]);
    }

    #[test]
    fn nothing_is_left_of_what_left() {
        let mut known = EntryTags::default();
        known.came(ONE, Some(tags(&["a", "b", "b"])));
        known.came(ONE, Some(tags(&["c"])));
        known.came(TWO, None);
        known.left(&ONE);
        known.left(&TWO);
        known.said(ONE, 7, Some(tags(&["a"])));
        assert_eq!(known.take_said(ONE, 7), Some(tags(&["a"])));
        let EntryTags { by_tag, by_entry, unknown, of_loads, .. } = known;
        assert!(by_tag.is_empty() && by_entry.is_empty() && unknown.is_empty() && of_loads.is_empty());
    }

    #[test]
    fn what_a_load_makes_may_have_the_tags_it_said_or_any_if_nobody_knows() {
        let mut known = EntryTags::default();
        assert!(!known.may_come("a", &ONE));
        known.said(ONE, 7, Some(tags(&["b"])));
        assert!(known.may_come("b", &ONE) && !known.may_come("a", &ONE) && !known.may_come("b", &TWO));
        known.said(ONE, 8, None);
        assert!(known.may_come("a", &ONE));
        assert_eq!((known.take_said(ONE, 8), known.take_said(ONE, 9)), (None, None));
        assert!(!known.may_come("a", &ONE));
    }
}
