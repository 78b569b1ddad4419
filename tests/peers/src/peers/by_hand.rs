//! Concurrent caches and maps as they are used without an attribute: get, else compute and insert.

use std::borrow::Borrow;
use std::hash::Hash;
use std::hint::black_box;

use dashmap::DashMap;

use crate::alternation::Case;
use crate::peers::names::{DASH, MOKA, QUICK};
use crate::work::BOUND;

pub(crate) type Moka<K, V> = moka::sync::Cache<K, V>;
pub(crate) type Quick<K, V> = quick_cache::sync::Cache<K, V>;
pub(crate) type Dash<K, V> = DashMap<K, V>;

/// What can be asked by reference and filled.
pub(crate) trait ByHand<K, V> {
    fn look<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>;

    fn keep(&self, key: K, value: V);

    fn call<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q, body: impl FnOnce(&Q) -> V) -> V
    where
        K: Borrow<Q>,
        V: Clone,
    {
        self.look(key).unwrap_or_else(|| {
            let value = body(key);
            self.keep(key.to_owned(), value.clone());
            value
        })
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> ByHand<K, V> for Moka<K, V> {
    fn look<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    fn keep(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> ByHand<K, V> for Quick<K, V> {
    fn look<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    fn keep(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> ByHand<K, V> for Dash<K, V> {
    fn look<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key).map(|value| value.clone())
    }

    fn keep(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

/// Adds all of them, without a bound where they can be without, hit on one key.
pub(crate) fn add_to<'a, K, V, Q>(case: Case<'a>, key: &'a Q, body: fn(&Q) -> V) -> Case<'a>
where
    K: Borrow<Q> + Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
{
    let moka = Moka::builder().build();
    let quick = Quick::new(BOUND);
    let dash = Dash::new();
    case.add(MOKA, move || moka.call(black_box(key), body))
        .add(QUICK, move || quick.call(black_box(key), body))
        .add(DASH, move || dash.call(black_box(key), body))
}
