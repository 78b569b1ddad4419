//! Return kinds: which part of a returned value is kept, and how the rest is handed on.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// Something returned that is not kept, on its way to those who waited.
pub(crate) type Passed = Arc<dyn Any + Send + Sync>;

/// A returned value, by what becomes of it.
pub enum Returned<V, R> {
    /// This part of it may be kept.
    Keep(V),
    /// None of it is kept.
    HandOn(R),
}

/// How a function that returns `R` keeps a `V`.
pub trait Shape<V, R> {
    /// Takes out the part that may be kept.
    fn split(&self, returned: R) -> Returned<V, R>;
    /// The returned value for a kept one.
    fn join(&self, value: V) -> R;
    /// A function that copies what is not kept, for those who waited; `None` if there can be no copy.
    fn sharing(&self, returned: &R) -> Option<impl FnOnce() -> Arc<dyn Any + Send + Sync>>;
    /// The returned value for a shared copy.
    fn unshare(&self, shared: &(dyn Any + Send + Sync)) -> Option<R>;
}

/// All of it is kept.
pub struct Whole;

impl<V> Shape<V, V> for Whole {
    fn split(&self, returned: V) -> Returned<V, V> {
        Returned::Keep(returned)
    }
    fn join(&self, value: V) -> V {
        value
    }
    fn sharing(&self, _returned: &V) -> Option<impl FnOnce() -> Passed> {
        None::<fn() -> Passed>
    }
    fn unshare(&self, _shared: &(dyn Any + Send + Sync)) -> Option<V> {
        None
    }
}

/// `Some` is kept, `None` is handed on.
pub struct Optional;

impl<V> Shape<V, Option<V>> for Optional {
    fn split(&self, returned: Option<V>) -> Returned<V, Option<V>> {
        returned.map_or(Returned::HandOn(None), Returned::Keep)
    }
    fn join(&self, value: V) -> Option<V> {
        Some(value)
    }
    fn sharing(&self, _returned: &Option<V>) -> Option<impl FnOnce() -> Passed> {
        Some(|| -> Passed { Arc::new(()) })
    }
    fn unshare(&self, _shared: &(dyn Any + Send + Sync)) -> Option<Option<V>> {
        Some(None)
    }
}

/// `Ok` is kept, `Err` is handed on: to those who waited as a clone, if it can be one.
pub struct Fallible<E>(Option<Sharing<E>>);

struct Sharing<E> {
    share: fn(&E) -> Passed,
    unshare: fn(&(dyn Any + Send + Sync)) -> Option<E>,
}

impl<E> Fallible<E> {
    /// Errors go to the caller whose run of the body made them, and to no other.
    #[must_use]
    pub const fn alone() -> Self {
        Self(None)
    }
}

impl<E: Clone + Send + Sync + 'static> Fallible<E> {
    const fn shared() -> Self {
        Self(Some(Sharing {
            share: |error| Arc::new(error.clone()),
            unshare: |shared| (shared as &dyn Any).downcast_ref::<E>().cloned(),
        }))
    }
}

impl<V, E> Shape<V, Result<V, E>> for Fallible<E> {
    fn split(&self, returned: Result<V, E>) -> Returned<V, Result<V, E>> {
        match returned {
            Ok(value) => Returned::Keep(value),
            Err(error) => Returned::HandOn(Err(error)),
        }
    }
    fn join(&self, value: V) -> Result<V, E> {
        Ok(value)
    }
    fn sharing(&self, returned: &Result<V, E>) -> Option<impl FnOnce() -> Passed> {
        let sharing = self.0.as_ref()?;
        let error = returned.as_ref().err()?;
        Some(|| (sharing.share)(error))
    }
    fn unshare(&self, shared: &(dyn Any + Send + Sync)) -> Option<Result<V, E>> {
        let sharing = self.0.as_ref()?;
        (sharing.unshare)(shared).map(Err)
    }
}

/// The shape of a function that returns the `Result` `R`.
///
/// Whether the error can be cloned is found out by method lookup: `shape_of_cached_return` of this type is for errors
/// that can, and it dereferences to one that is for all.
#[must_use]
pub fn returns<R>() -> Returns<R> {
    Returns(AnyError(PhantomData))
}

/// See [`returns`].
pub struct Returns<R>(AnyError<R>);
/// See [`returns`].
pub struct AnyError<R>(PhantomData<fn() -> R>);

impl<R> Deref for Returns<R> {
    type Target = AnyError<R>;
    fn deref(&self) -> &AnyError<R> {
        &self.0
    }
}

impl<V, E: Clone + Send + Sync + 'static> Returns<Result<V, E>> {
    /// Those who waited get a clone of the error.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn shape_of_cached_return(&self) -> Fallible<E> {
        Fallible::shared()
    }
}

impl<R> AnyError<R> {
    /// Errors are not shared.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn shape_of_cached_return(&self) -> Fallible<R::Err>
    where
        R: IsResult,
    {
        Fallible::alone()
    }
}

/// The shape of a function that returns an `R` of which nothing says that it is a `Result`: refused if it is one.
///
/// That too is found out by method lookup, as for [`returns`].
#[must_use]
pub fn keeps_whole<R>() -> KeepsWhole<R> {
    KeepsWhole(AnyWhole(PhantomData))
}

/// See [`keeps_whole`].
pub struct KeepsWhole<R>(AnyWhole<R>);
/// See [`keeps_whole`].
pub struct AnyWhole<R>(PhantomData<fn() -> R>);

impl<R> Deref for KeepsWhole<R> {
    type Target = AnyWhole<R>;
    fn deref(&self) -> &AnyWhole<R> {
        &self.0
    }
}

/// Stands for "somebody said what is to be kept of it" in the message of the compiler. No type is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a `Result` under another name",
    label = "are its errors to be kept?",
    note = "say `cache_err = false` to keep only what is `Ok`, or `cache_err = true` to keep errors too"
)]
pub trait SpokenFor {}

impl<T, E> KeepsWhole<Result<T, E>> {
    /// Does not compile.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn shape_of_cached_return(&self) -> Whole
    where
        Result<T, E>: SpokenFor,
    {
        Whole
    }
}

impl<R> AnyWhole<R> {
    /// All of it is kept.
    #[must_use]
    #[expect(clippy::unused_self, reason = "found by method lookup")]
    pub fn shape_of_cached_return(&self) -> Whole {
        Whole
    }
}

/// The two types of a `Result`, also under another name and with other parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `std::result::Result`",
    label = "a return type whose last segment is `Result` is taken for one",
    note = "give the type another name, for example `use … as …`"
)]
pub trait IsResult {
    /// The type of the kept values.
    type Ok;
    /// The type of the errors.
    type Err;
}

impl<T, E> IsResult for Result<T, E> {
    type Ok = T;
    type Err = E;
}
