//! Tags of single entries, which their arguments say: a clear by tag forgets what it is about and no more.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::clears;
use crate::context::{self, Frame};
use crate::function::Function;
use crate::function::Home;
use crate::handle::CachedFn;
use crate::key::{BuildAlreadyHashed, Key};
use crate::load::Run;

/// What the expressions of one call gave.
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
    /// What a load says about the entry that it is for.
    pub(crate) fn said(&mut self, key: Key, load: u64, tags: Option<Tags>) {
        self.of_loads.entry(key).or_default().push((load, tags));
    }

    /// A load is over: which tags has what it made, as far as it said so?
    pub(crate) fn take_said(&mut self, key: Key, load: u64) -> Option<Tags> {
        let said = self.of_loads.get_mut(&key)?;
        let place = said.iter().position(|(id, _)| *id == load)?;
        let (_, tags) = said.swap_remove(place);
        if said.is_empty() {
            self.of_loads.remove(&key);
        }
        tags
    }

    /// May what a load of this key makes have this tag, as far as they have said? One that has not said anything yet has
    /// read nothing either: its body comes after that.
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
    pub(crate) fn left(&mut self, key: &Key) {
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

    #[cfg(all(test, cache_runtime_loom))]
    pub(crate) fn is_idle(&self) -> bool {
        self.of_loads.is_empty()
    }
}

/// Gathers what the expressions of a call give.
pub struct Tagging(Tags);

impl Tagging {
    /// One expression.
    pub fn add<T: Tag + ?Sized>(&mut self, tag: &T) {
        tag.tell(self);
    }
}

/// What an expression among `tags(…)` may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tag",
    label = "a tag is a text (`String`, `&str`), an `Option` of one, or a `Vec` of several"
)]
pub trait Tag {
    /// Adds it.
    fn tell(&self, tagging: &mut Tagging);
}

impl Tag for str {
    fn tell(&self, tagging: &mut Tagging) {
        tagging.0.push(self.into());
    }
}

impl Tag for String {
    fn tell(&self, tagging: &mut Tagging) {
        self.as_str().tell(tagging);
    }
}

macro_rules! tag_behind {
    ($($pointer:ty),*) => {$(
        impl<T: Tag + ?Sized> Tag for $pointer {
            fn tell(&self, tagging: &mut Tagging) {
                (**self).tell(tagging);
            }
        }
    )*};
}

tag_behind!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: Tag + ToOwned + ?Sized> Tag for Cow<'_, T> {
    fn tell(&self, tagging: &mut Tagging) {
        (**self).tell(tagging);
    }
}

macro_rules! tags_among {
    ($($several:ty $(, $N:ident)?;)*) => {$(
        impl<T: Tag $(, const $N: usize)?> Tag for $several {
            fn tell(&self, tagging: &mut Tagging) {
                for tag in self.iter() {
                    tag.tell(tagging);
                }
            }
        }
    )*};
}

tags_among! {
    Option<T>;
    Vec<T>;
    [T];
    [T; N], N;
}

impl<V, K> CachedFn<V, K> {
    #[doc(hidden)]
    pub fn add_tags(&self, key: impl Into<Option<Key>>, tag: impl FnOnce(&mut Tagging)) {
        self.inside.function.add_tags(key, tag);
    }
}

impl Function {
    /// Says what tags the entry is to have that the body around this call is run for; where the cache is left out, none
    /// is, and nothing is asked for.
    pub fn add_tags(&'static self, key: impl Into<Option<Key>>, tag: impl FnOnce(&mut Tagging)) {
        if let Some((home, run)) = key.into().and_then(|key| self.load_around(key)) {
            // This runs the user's code.
            let mut tagging = Tagging(Vec::new());
            tag(&mut tagging);
            tell(&home, &run, Some(tagging.0));
        }
    }

    /// The same where something else than the body makes the value: nobody knows the tags.
    pub(crate) fn leave_untagged(&'static self, key: Key) {
        if let Some((home, run)) = self.load_around(key).filter(|(home, _)| home.options.entry_tags) {
            tell(&home, &run, None);
        }
    }

    /// The load of this key around this call, if its tags are still to be said, and where it keeps what it makes.
    fn load_around(&'static self, key: Key) -> Option<(Home, Arc<Run>)> {
        let home = self.used_home()?;
        let innermost = context::find(|frame| match frame {
            Frame::Load(run) => Some(Arc::clone(run)),
            _ => None,
        })?;
        (innermost.is_load_of(&home, key) && innermost.takes_tags()).then_some((home, innermost))
    }
}

/// Before anything is read: what would be read now, a clear that goes on may not have forgotten yet.
fn tell(home: &Home, run: &Run, mut tags: Option<Tags>) {
    while !home.change(|ledger, _| ledger.tell_tags(run, &mut tags)) {
        clears::wait();
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;
    use crate::hooks::Hooks;
    use crate::keep::Data;
    use crate::options::Options;
    use crate::store::Store;

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
    fn a_store_knows_no_tags_of_entries_that_have_left() {
        const HOOKS: Hooks<u32> = Hooks::new(Data);
        let options = Options { entry_tags: true, max_entries: Some(2), ..Options::DEFAULT };
        let store = Arc::new(Store::new("f", options, Arc::default()));
        let known = || {
            store.change(|ledger, _| {
                let EntryTags { by_tag, by_entry, unknown, of_loads, .. } = &ledger.tags;
                (by_tag.len(), by_entry.len(), unknown.len(), of_loads.len())
            })
        };
        for x in 0..100 {
            let (kept, weight) = HOOKS.take_in(&store, &x, None);
            let tags = Some(tags(&["all", &x.to_string()]));
            store.change(|ledger, leaving| {
                store.keep(ledger, leaving, Key::new(x.into()), &kept, (weight, tags));
            });
        }
        assert_eq!(known(), (4, 2, 0, 0));
        store.clear_key(Key::new(99));
        assert_eq!(known(), (2, 1, 0, 0));
        let (kept, weight) = HOOKS.take_in(&store, &1, None);
        store.prime(ONE, kept, weight);
        assert_eq!(known(), (2, 1, 1, 0));
        drop(store.begin_clear(Some("98")));
        assert_eq!(known(), (0, 0, 0, 0));
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
