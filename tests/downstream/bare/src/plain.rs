//! Ordinary functions.

use std::borrow::Cow;
use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};

/// Something to connect to.
#[derive(Debug)]
pub struct Db;

impl Db {
    fn name(&self, id: u64) -> String {
        format!("user {id} of {self:?}")
    }
}

/// Finds a user.
///
/// # Errors
/// Returns `Err` for nobody.
#[cache_data(ttl = "10m", max_entries = 1_000, tags("users"))]
pub fn find_user(_db: &Db, id: u64) -> Result<String, String> {
    if id == 0 {
        return Err("nobody".into());
    }
    Ok(_db.name(id))
}

/// Later.
///
/// # Errors
/// Returns `Err` for nobody.
#[cache_data(stale_if_error = "1h", refresh_after = "1m", ttl = "10m")]
pub async fn find_user_later(#[cache(skip)] db: &Db, name: Cow<'_, str>) -> Result<String, String> {
    find_user(db, name.len() as u64)
}

/// Opens a pool.
#[cache_resource(validate = |pool| !pool.is_empty(), on_release = |pool| drop(Arc::clone(pool)))]
#[must_use]
pub fn pool(url: &str) -> Arc<str> {
    Arc::from(url)
}

/// Names that weigh by themselves.
#[cache_data(max_bytes = "1MiB")]
#[must_use]
pub fn names(count: u64) -> Vec<(u64, String)> {
    (0..count).map(|id| (id, Db.name(id))).collect()
}

/// Shows anything.
#[cache_data]
#[must_use]
pub fn show<T: Display + Hash>(value: T, _log: impl Fn(&str)) -> String {
    value.to_string()
}

/// Counts connections.
#[cache_data(hash_funcs(Db = |db| db.name(1)))]
#[must_use]
pub fn connections(spare: &[(u8, Option<Db>)], (used, limit): (Option<&Db>, u8)) -> usize {
    spare.len() + usize::from(used.is_some()) + usize::from(limit)
}

/// A repository of one thing.
#[derive(Debug, Hash)]
pub struct Repo<T>(pub T);

impl<T: Hash + Clone + Send + Sync + 'static> Repo<T> {
    /// Gets it.
    #[cache_data]
    pub fn get(&self, times: usize) -> Vec<T> {
        vec![self.0.clone(); times]
    }

    #[cache_data(in_impl)]
    fn of(x: u8) -> u8 {
        x
    }
}

impl<T: Hash + Display> Display for Repo<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Shown as text.
pub trait Shown {
    /// The text.
    fn shown(&self) -> String;
}

impl<T: Hash + Display> Shown for Repo<T> {
    #[cache_data(no_handle)]
    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// Uses what is private.
#[must_use]
pub fn private() -> u8 {
    Repo::<u8>::of(1)
}

#[cfg(test)]
mod tests {
    use super::{Db, FIND_USER, POOL, Repo, SHOW, find_user, pool, private, show};

    #[test]
    fn a_crate_without_other_dependencies_can_cache() {
        assert_eq!(find_user(&Db, 1), find_user(&Db, 1));
        assert_eq!((FIND_USER.stats().hits, FIND_USER.entry(1).contains()), (1, true));
        assert!(std::sync::Arc::ptr_eq(&pool("db"), &pool("db")));
        assert_eq!(POOL.len(), 1);
        assert_eq!((show(1, |_| ()), show("1", |_| ()), SHOW.len()), ("1".into(), "1".into(), 2));
        assert_eq!((Repo(2).get(2), Repo::<i32>::GET.len()), (vec![2, 2], 1));
        assert_eq!((Repo('c').to_string(), private()), ("c".into(), 1));
    }
}
