//! A kept value with its times: what the index holds for a key.

use std::any::Any;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::clock::Moment;
use crate::hooks::Hooks;
use crate::raw::Inline;
use crate::shape::Passed;
use crate::sync::{AtomicU64, Ordering};

/// A kept value. Stores know it as `Kept<dyn Held>`: their code is compiled once, not once per function.
pub(crate) struct Kept<T: ?Sized = dyn Held> {
    /// Unlike every other entry's, of this key or another.
    pub(crate) id: u64,
    pub(crate) times: Times,
    last_used: AtomicU64,
    /// What is known of the last use; see [`Recency`](crate::recency::Recency).
    pub(crate) noted: AtomicU64,
    pub(crate) value: T,
}

/// From when and until when a value is what.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) stored_at: Moment,
    /// Past this one caller recomputes.
    pub(crate) fresh_until: Moment,
    /// Past this it is no hit any more.
    pub(crate) expires_at: Moment,
}

impl Times {
    /// Those of a value that is not kept.
    pub(crate) const NONE: Self =
        Self { stored_at: Moment::NEVER, fresh_until: Moment::NEVER, expires_at: Moment::NEVER };
}

/// How a looked up value may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    Fresh,
    /// Past `refresh_after`.
    Stale,
    /// Past its lifetime, but within `stale_if_error`.
    Fallback,
    Dead,
}

impl<T> Kept<T> {
    pub(crate) fn new(id: u64, times: Times, value: T) -> Self {
        Self { id, times, last_used: AtomicU64::new(times.stored_at.bits()), noted: AtomicU64::new(0), value }
    }
}

impl<T: ?Sized> Kept<T> {
    pub(crate) fn last_used(&self) -> Moment {
        Moment::from_bits(self.last_used.load(Ordering::Relaxed))
    }

    pub(crate) fn use_at(&self, now: Moment) {
        self.last_used.store(now.bits(), Ordering::Relaxed);
    }
}

/// What stands behind a kept value.
pub trait Held: Any + Send + Sync {
    /// The value has left the cache for good: told once.
    fn release(&self);

    /// Keeps the value alive for those who wait for it, should it leave before they have it.
    fn keep_alive(&self) -> Option<Passed>;
}

/// How the values of a kind of function are held and handed out.
pub trait Keep<V>: 'static {
    /// What holds one value.
    type Held: Held;
    /// Takes a value in.
    fn hold(value: &V, hooks: &Hooks<V>) -> Self::Held;
    /// Hands it out; a resource that has left is gone.
    fn get(held: &Self::Held) -> Option<V>;
    /// How it can stand in a thread's own table, if it can.
    const INLINE: Option<Inline<V>> = None;
}

/// Every caller gets its own copy.
#[derive(Clone, Copy)]
pub struct Data;
/// Every caller gets the same instance, behind the `Arc` that the function returns.
#[derive(Clone, Copy)]
pub struct Resource;
/// Every caller gets a clone, and clones share one thing.
#[derive(Clone, Copy)]
pub struct CheapClone;

/// Every caller gets the same instance, or the same error.
#[derive(Clone, Copy)]
pub struct ResourceOrError;

/// What `#[cache_data]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_data]` cannot keep a `{Self}`",
    label = "what is kept must be `Clone + Send + Sync + 'static`: every caller gets its own clone, on any thread",
    note = "if it is not `Clone`: derive that, or return it in an `Arc`",
    note = "if it is not `Send + Sync` (`Rc`, `Cell`, a guard): use `Arc`, an atomic or `Mutex` instead",
    note = "for what cannot be copied (a connection, a pool, a model) use `#[cache_resource]`"
)]
pub trait CanBeData: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> CanBeData for V {}

/// What `#[cache_resource(cheap_clone)]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_resource(cheap_clone)]` cannot keep a `{Self}`",
    label = "what is kept must be `Clone + Send + Sync + 'static`",
    note = "without `cheap_clone`, return `Arc<{Self}>`: then `{Self}` need not be `Clone`"
)]
pub trait CanBeCheapClone: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> CanBeCheapClone for V {}

/// What `#[cache_resource]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_resource]` cannot keep a `{Self}`",
    label = "what is kept must be an `Arc<T>` with `T: Send + Sync + 'static`: all callers, on any thread, share it",
    note = "return `Arc<…>`, `Result<Arc<…>, E>` or `Option<Arc<…>>`",
    note = "inside the `Arc`, use `Arc`, an atomic or `Mutex` instead of `Rc`, `Cell` or `RefCell`",
    note = "if clones of `{Self}` share one thing (a pool, a client), add `cheap_clone`; for plain data use `#[cache_data]`"
)]
pub trait CanBeResource: Clone + Send + Sync + 'static {
    /// What all callers share.
    type Shared: ?Sized + Send + Sync + 'static;
    /// The value as the `Arc` it is.
    fn arc(&self) -> Arc<Self::Shared>;
    /// The `Arc` as the value it is.
    fn from_arc(arc: Arc<Self::Shared>) -> Self;
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync + 'static> CanBeResource for Arc<T> {
    type Shared = T;
    fn arc(&self) -> Self {
        Self::clone(self)
    }
    fn from_arc(arc: Self) -> Self {
        arc
    }
}

impl<V: CanBeData> Keep<V> for Data {
    type Held = Owned<V>;
    fn hold(value: &V, hooks: &Hooks<V>) -> Owned<V> {
        if needs_drop::<V>() { Owned::InCustody(SharedClone::new(value, hooks)) } else { Owned::InPlace(value.clone()) }
    }
    #[inline]
    fn get(held: &Owned<V>) -> Option<V> {
        match held {
            Owned::InPlace(value) => Some(value.clone()),
            Owned::InCustody(shared) => shared.get(),
        }
    }
    const INLINE: Option<Inline<V>> = Inline::of();
}

impl<V: CanBeResource> Keep<V> for Resource {
    type Held = Shared<V>;
    fn hold(value: &V, hooks: &Hooks<V>) -> Shared<V> {
        Shared { custody: Custody::new(value.arc()), on_release: hooks.on_release }
    }
    #[inline]
    fn get(held: &Shared<V>) -> Option<V> {
        held.custody.get().map(V::from_arc)
    }
}

impl<V: CanBeCheapClone> Keep<V> for CheapClone {
    type Held = SharedClone<V>;
    fn hold(value: &V, hooks: &Hooks<V>) -> SharedClone<V> {
        SharedClone::new(value, hooks)
    }
    #[inline]
    fn get(held: &SharedClone<V>) -> Option<V> {
        held.get()
    }
}

impl<V: CanBeResource, E: CanBeData> Keep<Result<V, E>> for ResourceOrError {
    type Held = SharedClone<Result<V, E>>;
    fn hold(value: &Result<V, E>, hooks: &Hooks<Result<V, E>>) -> Self::Held {
        SharedClone::new(value, hooks)
    }
    #[inline]
    fn get(held: &Self::Held) -> Option<Result<V, E>> {
        held.get()
    }
}

/// A value of which callers get clones.
pub enum Owned<V> {
    /// It needs no drop, so it does not matter when the index frees it.
    InPlace(V),
    /// It is to be dropped when it leaves.
    InCustody(SharedClone<V>),
}

impl<V: Send + Sync + 'static> Held for Owned<V> {
    fn release(&self) {
        if let Self::InCustody(shared) = self {
            shared.release();
        }
    }

    fn keep_alive(&self) -> Option<Passed> {
        match self {
            Self::InPlace(_) => None,
            Self::InCustody(shared) => shared.keep_alive(),
        }
    }
}

/// A resource behind its `Arc`.
pub struct Shared<V: CanBeResource> {
    custody: Custody<V::Shared>,
    on_release: Option<fn(&V)>,
}

impl<V: CanBeResource> Held for Shared<V> {
    fn release(&self) {
        self.custody.end(|arc| {
            if let Some(on_release) = self.on_release {
                on_release(&V::from_arc(arc));
            }
        });
    }

    fn keep_alive(&self) -> Option<Passed> {
        self.custody.keep_alive()
    }
}

/// A value that is cloned from the one that is kept.
pub struct SharedClone<V> {
    custody: Custody<V>,
    on_release: Option<fn(&V)>,
}

impl<V: Clone> SharedClone<V> {
    fn new(value: &V, hooks: &Hooks<V>) -> Self {
        Self { custody: Custody::new(Arc::new(value.clone())), on_release: hooks.on_release }
    }

    fn get(&self) -> Option<V> {
        self.custody.get().map(|value| V::clone(&value))
    }
}

impl<V: Send + Sync + 'static> Held for SharedClone<V> {
    fn release(&self) {
        self.custody.end(|value| {
            if let Some(on_release) = self.on_release {
                on_release(&value);
            }
        });
    }

    fn keep_alive(&self) -> Option<Passed> {
        self.custody.keep_alive()
    }
}

/// The one strong reference of the cache. It can be given up at once, while the index frees its memory some time after
/// the last reader looked at it; so what left does not wait for that.
struct Custody<T: ?Sized> {
    weak: Weak<T>,
    strong: Mutex<Option<Arc<T>>>,
}

impl<T: ?Sized> Custody<T> {
    fn new(value: Arc<T>) -> Self {
        Self { weak: Arc::downgrade(&value), strong: Mutex::new(Some(value)) }
    }

    fn get(&self) -> Option<Arc<T>> {
        self.weak.upgrade()
    }

    fn keep_alive(&self) -> Option<Passed>
    where
        T: Send + Sync + 'static,
    {
        Some(Arc::new(self.get()?))
    }

    /// Gives the reference to `last`. A panic there (it runs the user's code) must not keep others from being told.
    fn end(&self, last: impl FnOnce(Arc<T>)) {
        let strong = self.strong.lock().take();
        if let Some(strong) = strong {
            drop(catch_unwind(AssertUnwindSafe(|| last(strong))));
        }
    }
}
