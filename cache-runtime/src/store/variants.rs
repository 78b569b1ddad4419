//! Variants of an entry, where the result of a body depends on more than its arguments: as HTTP's `Vary` has them.
//!
//! A body that reads a source makes its key a variant point: the key of what it returned is made of that key and the
//! state of the source, and so on for each source in the order they were read. A look-up walks the same way by the
//! states it finds. So a result may depend on one source in one state of another, and a state that was seen before
//! leads to what was kept then.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::key::{BuildAlreadyHashed, Key};
use crate::value::dependencies::{Read, Source};

#[derive(Default)]
pub(crate) struct Variants {
    by_key: HashMap<Key, VariantPoint, BuildAlreadyHashed>,
    /// The keys to which states of a session lead: what stands behind them leaves with it.
    by_session: HashMap<Key, HashSet<Key, BuildAlreadyHashed>>,
}

struct VariantPoint {
    source: Arc<dyn Source>,
    /// The keys it led to, of other points and of entries, with the sessions these end with.
    keys: HashMap<Key, Option<Key>, BuildAlreadyHashed>,
}

impl Variants {
    /// The key to look up here and now.
    pub(crate) fn walk(&self, base: Key) -> Key {
        let mut key = base;
        while let Some(VariantPoint { source, .. }) = self.by_key.get(&key) {
            key = key.then(source.id(), source.state());
        }
        key
    }

    /// The reads on the way that leads on from here and now, and the key at its end.
    pub(crate) fn reads(&self, base: Key) -> (Vec<Read>, Key) {
        let (mut reads, mut key) = (Vec::new(), base);
        while let Some(VariantPoint { source, .. }) = self.by_key.get(&key) {
            let state = source.state();
            key = key.then(source.id(), state);
            reads.push(Read { source: Arc::clone(source), state });
        }
        (reads, key)
    }

    /// Makes the way to the entry of a body that read this; hands back its key, and those to which no way leads any
    /// more, because a body read something else there.
    pub(crate) fn grow(&mut self, base: Key, reads: &[Read]) -> (Key, Vec<Key>) {
        let mut cut = Vec::new();
        let mut key = base;
        for Read { source, state } in reads {
            if self.by_key.get(&key).is_none_or(|point| point.source.id() != source.id()) {
                cut.extend(self.cut(key));
            }
            let new = || VariantPoint { source: Arc::clone(source), keys: HashMap::default() };
            let point = self.by_key.entry(key).or_insert_with(new);
            key = key.then(source.id(), *state);
            let session = source.ends_with();
            point.keys.insert(key, session);
            if let Some(session) = session {
                self.by_session.entry(session).or_default().insert(key);
            }
        }
        if self.by_key.contains_key(&key) {
            cut.extend(self.cut(key).into_iter().skip(1));
        }
        (key, cut)
    }

    /// Takes out all ways from a key on; hands back it and the keys to which they led.
    pub(crate) fn cut(&mut self, key: Key) -> Vec<Key> {
        let mut keys = vec![key];
        let mut at = 0;
        while let Some(key) = keys.get(at) {
            if let Some(point) = self.by_key.remove(key) {
                for (key, session) in point.keys {
                    self.forget_in_session(session, key);
                    keys.push(key);
                }
            }
            at += 1;
        }
        keys
    }

    /// The keys to which states of a session lead. The ways there go with their entries.
    pub(crate) fn of_session(&self, session: Key) -> Vec<Key> {
        let mut keys: Vec<Key> = self.by_session.get(&session).into_iter().flatten().copied().collect();
        let mut at = 0;
        while let Some(key) = keys.get(at) {
            keys.extend(self.by_key.get(key).into_iter().flat_map(|point| point.keys.keys()));
            at += 1;
        }
        keys
    }

    fn forget_in_session(&mut self, session: Option<Key>, key: Key) {
        let Some(session) = session else { return };
        if let Some(keys) = self.by_session.get_mut(&session) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_session.remove(&session);
            }
        }
    }

    /// The entry of a body that read this has left: takes out the way to it, as far as it led nowhere else.
    pub(crate) fn prune(&mut self, base: Key, reads: &[Read]) {
        let mut way = vec![base];
        way.extend(reads.iter().scan(base, |key, Read { source, state }| {
            *key = key.then(source.id(), *state);
            Some(*key)
        }));
        for (ends, read) in way.windows(2).zip(reads).rev() {
            let &[from, to] = ends else { return };
            if self.by_key.contains_key(&to) {
                // It leads on to what a body has read since.
                return;
            }
            let Some(point) = self.by_key.get_mut(&from).filter(|point| point.source.id() == read.source.id()) else {
                return;
            };
            let session = point.keys.remove(&to).flatten();
            let is_empty = point.keys.is_empty();
            self.forget_in_session(session, to);
            if !is_empty {
                return;
            }
            self.by_key.remove(&from);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;
    use crate::value::dependencies::AnySession;

    /// Of a session, or of none.
    struct Which(Option<Key>);

    impl Source for Which {
        fn id(&self) -> u64 {
            0
        }

        fn state(&self) -> Key {
            Key::new(0)
        }

        fn ends_with(&self) -> Option<Key> {
            self.0
        }

        fn from_outside(self: Arc<Self>, _session: &AnySession) -> Option<Arc<dyn Source>> {
            None
        }
    }

    #[test]
    fn nothing_is_left_of_a_key_that_was_cut() {
        let mut variants = Variants::default();
        let (base, session) = (Key::new(77), Key::new(5));
        for (session, state) in [(None, Key::new(0)), (Some(session), session)] {
            variants.grow(base, &[Read { source: Arc::new(Which(session)), state }]);
        }
        assert_eq!(variants.of_session(session).len(), 1);
        assert_eq!(variants.cut(base).len(), 3);
        assert!(variants.is_empty() && variants.by_session.is_empty());
    }
}
