//! How the values of a function are held and handed out.

use std::rc::Rc;
use std::sync::Arc;

use crate::value::owned::OwnedValue;
use crate::value::removal::Listeners;
use crate::value::slot_form::SlotForm;
use crate::value::slot_value::{Borrowed, Copied};
use crate::value::stored_entry::{EntryMeta, InlineValue, StoredEntry, WatchedValue};
use crate::value::thread_local::ThreadLocalRef;

/// The way of one kind of function with values of one type.
pub struct Storage<V> {
    pub(crate) take_in: fn(EntryMeta, &V, Listeners<V>) -> Arc<StoredEntry>,
    pub(crate) clone_out: fn(&StoredEntry) -> Option<V>,
    pub(crate) near: SlotForm<V>,
}

impl<V: Clone + Send + Sync + 'static> Storage<V> {
    const fn inline(copied: Copied<V>) -> Self {
        Self {
            take_in: |facts, value, told| match told.on_evict {
                None => Arc::new(StoredEntry::new(facts, InlineValue(value.clone()))),
                Some(_) => Arc::new(StoredEntry::new(facts, WatchedValue { value: value.clone(), told })),
            },
            clone_out: |kept| match kept.held() {
                Some(InlineValue(value)) => Some(V::clone(value)),
                None => kept.held().map(|WatchedValue { value, .. }| V::clone(value)),
            },
            near: SlotForm::Copied(copied),
        }
    }

    const fn owned() -> Self {
        Self {
            take_in: |facts, value, told| Arc::new(StoredEntry::new(facts, OwnedValue::new(value, told))),
            clone_out: |kept| kept.held().and_then(OwnedValue::get),
            near: SlotForm::Borrowed(Borrowed::of(StoredEntry::held)),
        }
    }
}

/// A kind of function, as far as its values are concerned.
#[diagnostic::on_unimplemented(
    // Every other kind refuses a value for what it lacks.
    message = "`cache_err` is for functions that return a `Result`",
    label = "this is none, there is no `Err` here: leave `cache_err` out"
)]
pub trait StorageKind<V> {
    /// How it keeps a `V`.
    const STORAGE: Storage<V>;
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

/// Of a `Result`, errors are kept too.
#[derive(Clone, Copy)]
pub struct OrError<P>(pub P);

/// The same for callers of one thread: nothing has to be sent or shared.
#[derive(Clone, Copy)]
pub struct OnThread<P>(pub P);

/// Types of values that `#[cache_data]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_data]` cannot keep a `{Self}`",
    label = "what is kept must be `Clone + Send + Sync + 'static`: every caller gets its own clone, on any thread",
    note = "if it is not `Clone`: derive that, or return it in an `Arc`",
    note = "if it is not `Send + Sync` (`Rc`, `Cell`, a guard): use `Arc`, an atomic or `Mutex` instead, or keep it for each thread apart with `scope = \"thread\"`",
    note = "for what cannot be copied (a connection, a pool, a model) use `#[cache_resource]`"
)]
pub trait CanBeData: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> CanBeData for V {}

/// Types of values that `#[cache_resource(cheap_clone)]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_resource(cheap_clone)]` cannot keep a `{Self}`",
    label = "what is kept must be `Clone + Send + Sync + 'static`",
    note = "without `cheap_clone`, return `Arc<{Self}>`: then `{Self}` need not be `Clone`"
)]
pub trait CanBeCheapClone: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> CanBeCheapClone for V {}

/// Types of values that `#[cache_resource]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_resource]` cannot keep a `{Self}`",
    label = "what is kept must be an `Arc<T>` with `T: Send + Sync + 'static`: all callers, on any thread, share it",
    note = "return `Arc<…>`, `Result<Arc<…>, E>` or `Option<Arc<…>>`",
    note = "inside the `Arc`, use `Arc`, an atomic or `Mutex` instead of `Rc`, `Cell` or `RefCell`",
    note = "if clones of `{Self}` share one thing (a pool, a client), add `cheap_clone`; for plain data use `#[cache_data]`"
)]
pub trait CanBeResource: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync + 'static> CanBeResource for Arc<T> {}

/// Errors that can be kept, whatever the values beside them are.
#[diagnostic::on_unimplemented(
    message = "`cache_err` keeps the error: `{Self}` must be `Clone + Send + Sync + 'static`; or leave `cache_err` out",
    label = "every caller gets its own clone of the error, on any thread",
    note = "an error that is not `Clone` can be shared: `Result<…, Arc<{Self}>>`"
)]
pub trait CanBeError: Clone + Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<E: Clone + Send + Sync + 'static> CanBeError for E {}

impl<V: Clone + 'static> Storage<V> {
    const fn on_thread() -> Self {
        Self {
            take_in: |facts, value, told| Arc::new(StoredEntry::new(facts, ThreadLocalRef::of(value, told))),
            clone_out: |kept| kept.held().and_then(ThreadLocalRef::get),
            near: SlotForm::Never,
        }
    }
}

/// Types of values that functions with `scope = "thread"` can keep.
#[diagnostic::on_unimplemented(
    message = "a cached function cannot keep a `{Self}`",
    label = "what is kept must be `Clone + 'static`: every caller gets its own clone",
    note = "if it is not `Clone`: derive that, or return it in an `Rc` or an `Arc`"
)]
pub trait CanBeOnThread: Clone + 'static {}
#[diagnostic::do_not_recommend]
impl<V: Clone + 'static> CanBeOnThread for V {}

/// Types of values that `#[cache_resource(scope = "thread")]` can keep.
#[diagnostic::on_unimplemented(
    message = "`#[cache_resource]` cannot keep a `{Self}`",
    label = "what is kept must be an `Rc<T>` or an `Arc<T>`: all callers on the thread share it",
    note = "return `Rc<…>`, `Result<Rc<…>, E>` or `Option<Rc<…>>`",
    note = "if clones of `{Self}` share one thing, add `cheap_clone`; for plain data use `#[cache_data]`"
)]
pub trait CanBeResourceOnThread: Clone + 'static {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + 'static> CanBeResourceOnThread for Rc<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + 'static> CanBeResourceOnThread for Arc<T> {}

/// Errors that functions with `scope = "thread"` can keep.
#[diagnostic::on_unimplemented(
    message = "`cache_err` keeps the error: `{Self}` must be `Clone + 'static`; or leave `cache_err` out",
    label = "every caller gets its own clone of the error",
    note = "an error that is not `Clone` can be shared: `Result<…, Rc<{Self}>>`"
)]
pub trait CanBeErrorOnThread: Clone + 'static {}
#[diagnostic::do_not_recommend]
impl<E: Clone + 'static> CanBeErrorOnThread for E {}

impl<V: CanBeOnThread> StorageKind<V> for OnThread<Data> {
    const STORAGE: Storage<V> = Storage::on_thread();
}

impl<V: CanBeOnThread> StorageKind<V> for OnThread<CheapClone> {
    const STORAGE: Storage<V> = Storage::on_thread();
}

impl<V: CanBeResourceOnThread> StorageKind<V> for OnThread<Resource> {
    const STORAGE: Storage<V> = Storage::on_thread();
}

impl<V: CanBeOnThread, E: CanBeErrorOnThread> StorageKind<Result<V, E>> for OnThread<OrError<Data>> {
    const STORAGE: Storage<Result<V, E>> = Storage::on_thread();
}

impl<V: CanBeOnThread, E: CanBeErrorOnThread> StorageKind<Result<V, E>> for OnThread<OrError<CheapClone>> {
    const STORAGE: Storage<Result<V, E>> = Storage::on_thread();
}

impl<V: CanBeResourceOnThread, E: CanBeErrorOnThread> StorageKind<Result<V, E>> for OnThread<OrError<Resource>> {
    const STORAGE: Storage<Result<V, E>> = Storage::on_thread();
}

impl<V: CanBeData> StorageKind<V> for Data {
    const STORAGE: Storage<V> = match Copied::of() {
        Some(copied) => Storage::inline(copied),
        None => Storage::owned(),
    };
}

impl<V: CanBeResource> StorageKind<V> for Resource {
    const STORAGE: Storage<V> = Storage::owned();
}

impl<V: CanBeCheapClone> StorageKind<V> for CheapClone {
    const STORAGE: Storage<V> = Storage::owned();
}

impl<V: CanBeData, E: CanBeError> StorageKind<Result<V, E>> for OrError<Data> {
    const STORAGE: Storage<Result<V, E>> = <Data as StorageKind<_>>::STORAGE;
}

impl<V: CanBeResource, E: CanBeError> StorageKind<Result<V, E>> for OrError<Resource> {
    const STORAGE: Storage<Result<V, E>> = Storage::owned();
}

impl<V: CanBeCheapClone, E: CanBeError> StorageKind<Result<V, E>> for OrError<CheapClone> {
    const STORAGE: Storage<Result<V, E>> = Storage::owned();
}
