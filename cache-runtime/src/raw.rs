//! All that is unsafe: values of any type in rooms of one, the way to what a thread has of its own, and bytes on the
//! stack that are not written before they are needed.
//!
//! All are for the shortest way of a hit, which takes a third of the time with them.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

use std::any::TypeId;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;
use std::slice;
use std::thread::LocalKey;

/// A place for a small value of any type that needs no drop.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    bytes: Bytes,
    /// The address of the function that tells the value's type: two functions may only share one if they return the
    /// same. Zero where there is no value.
    type_id: usize,
}

/// Aligned for whatever a `u64` is aligned for.
type Bytes = [MaybeUninit<u64>; 4];

const NOTHING: Bytes = [const { MaybeUninit::uninit() }; 4];

impl Room {
    pub(crate) const EMPTY: Self = Self { bytes: NOTHING, type_id: 0 };
}

/// How values of one type go into a room and come out.
pub struct Inline<V> {
    write: fn(&V) -> Bytes,
    read: unsafe fn(&Bytes) -> V,
    type_id: fn() -> TypeId,
}

impl<V> Clone for Inline<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Inline<V> {}

impl<V: Clone + 'static> Inline<V> {
    /// `None` for a type that is too large, or that would keep alive what it owns.
    pub(crate) const fn of() -> Option<Self> {
        let fits = size_of::<V>() <= size_of::<Bytes>() && align_of::<V>() <= align_of::<Bytes>();
        if fits && !mem::needs_drop::<V>() {
            Some(Self { write: write::<V>, read: read::<V>, type_id: TypeId::of::<V> })
        } else {
            None
        }
    }
}

impl<V> Inline<V> {
    /// A room with a clone of the value.
    pub(crate) fn put_in(self, value: &V) -> Room {
        Room { bytes: (self.write)(value), type_id: self.type_id as usize }
    }

    /// A clone of the value, if one of this type is there.
    #[inline(always)]
    pub(crate) fn take_out(self, room: &Room) -> Option<V> {
        if room.type_id != self.type_id as usize {
            return None;
        }
        // SAFETY: a room with this type's id was made by `put_in`, with the `write` that belongs to this `read`: both
        // come from `of`, which alone makes an `Inline`.
        Some(unsafe { (self.read)(&room.bytes) })
    }
}

fn write<V: Clone>(value: &V) -> Bytes {
    let mut bytes = NOTHING;
    // SAFETY: `Inline::of` hands out this function only for a `V` that has its place in `Bytes`, aligned.
    unsafe { ptr::write(bytes.as_mut_ptr().cast::<V>(), value.clone()) };
    bytes
}

/// # Safety
/// The bytes were written by `write::<V>`.
#[inline(always)]
unsafe fn read<V: Clone>(bytes: &Bytes) -> V {
    // SAFETY: there is a `V`, as the caller promises. It needs no drop, so this copy of it may be forgotten.
    let value = ManuallyDrop::new(unsafe { ptr::read(bytes.as_ptr().cast::<V>()) });
    V::clone(&value)
}

/// `LocalKey::with`, but inlined also where `f` is long.
#[inline(always)]
pub(crate) fn with_local<T: 'static, R>(key: &'static LocalKey<T>, f: impl FnOnce(&T) -> R) -> R {
    const { assert!(!mem::needs_drop::<T>()) };
    let pointer = key.with(ptr::from_ref);
    // SAFETY: what needs no drop is there until its thread has ended, and `f` cannot keep the reference.
    f(unsafe { &*pointer })
}

/// Up to `N` bytes, of which those not yet written cost nothing.
pub(crate) struct Buffer<const N: usize> {
    bytes: [MaybeUninit<u8>; N],
    len: usize,
}

impl<const N: usize> Buffer<N> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { bytes: [const { MaybeUninit::uninit() }; N], len: 0 }
    }

    /// Adds the bytes; `false` if there is no room for all of them, and then none is added.
    #[inline(always)]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > N - self.len {
            return false;
        }
        // SAFETY: there are as many places from `len` on, and nobody else has this buffer.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.bytes.as_mut_ptr().add(self.len).cast(), bytes.len()) };
        self.len += bytes.len();
        true
    }

    #[inline(always)]
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the first `len` bytes have been written.
        unsafe { slice::from_raw_parts(self.bytes.as_ptr().cast(), self.len) }
    }
}
