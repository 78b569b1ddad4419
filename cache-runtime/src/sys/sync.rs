//! The primitives the loading protocol is built of, so that a model checker can put its own in their place.

#[cfg(not(cache_runtime_loom))]
mod primitives {
    pub(crate) use once_cell::race::OnceBox;
    pub(crate) use parking_lot::Mutex;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};

    /// `std`'s with the face of the model checker's, which wants to know who looks when.
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }

        #[inline(always)]
        pub(crate) fn with<R>(&self, see: impl FnOnce(*const T) -> R) -> R {
            see(self.0.get())
        }

        pub(crate) fn with_mut<R>(&self, see: impl FnOnce(*mut T) -> R) -> R {
            see(self.0.get())
        }
    }
}

#[cfg(cache_runtime_loom)]
mod primitives {
    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};

    /// loom's mutex with the face of `parking_lot`'s: a panic does not poison it.
    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> loom::sync::MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
        }
    }

    /// `once_cell`'s, whose orders the model checker does not see.
    pub(crate) struct OnceBox<T> {
        is_set: AtomicBool,
        value: once_cell::race::OnceBox<T>,
    }

    impl<T> OnceBox<T> {
        pub(crate) fn new() -> Self {
            Self { is_set: AtomicBool::new(false), value: once_cell::race::OnceBox::new() }
        }

        pub(crate) fn get(&self) -> Option<&T> {
            self.is_set.load(Ordering::Acquire).then(|| self.value.get()).flatten()
        }

        pub(crate) fn get_or_init(&self, make: impl FnOnce() -> Box<T>) -> &T {
            let value = self.value.get_or_init(make);
            self.is_set.store(true, Ordering::Release);
            value
        }
    }
}

pub(crate) use primitives::*;
