//! Values of any type in rooms of one, and values read where another keeps them: on the shortest way of a hit, which
//! takes a third of the time with them.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

use std::any::TypeId;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;

use crate::sys::hazard::{Guard, Hazard};
use crate::value::owned::OwnedValue;
use crate::value::small_copy::{SmallCopy, type_id};
use crate::value::stored_entry::StoredEntry;

/// A place for a small value of any type that needs no drop, or for the address of another.
#[derive(Clone, Copy)]
pub(crate) struct SlotValue {
    bytes: Bytes,
    /// The address of the function that tells the value's type: two functions may only share one if they return the
    /// same. Zero where there is no value.
    type_id: usize,
}

/// Aligned for whatever a `u64` is aligned for.
type Bytes = [MaybeUninit<u64>; 4];

const NOTHING: Bytes = [const { MaybeUninit::uninit() }; 4];

impl SlotValue {
    pub(crate) const EMPTY: Self = Self { bytes: NOTHING, type_id: 0 };
}

/// How small values of one type go into a room and come out.
pub(crate) struct Copied<V> {
    write: fn(&V) -> Bytes,
    read: unsafe fn(&Bytes) -> V,
    type_id: fn() -> TypeId,
}

impl<V> Clone for Copied<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Copied<V> {}

impl<V: Clone + 'static> Copied<V> {
    /// `None` for a type that is too large, or that would keep alive what it owns.
    pub(crate) const fn of() -> Option<Self> {
        let fits = size_of::<V>() <= size_of::<Bytes>() && align_of::<V>() <= align_of::<Bytes>();
        if fits && !mem::needs_drop::<V>() {
            Some(Self { write: write::<V>, read: read::<V>, type_id: type_id::<V> })
        } else {
            None
        }
    }
}

impl<V> Copied<V> {
    /// A room with a clone of the value.
    pub(crate) fn put_in(self, value: &V) -> SlotValue {
        SlotValue { bytes: (self.write)(value), type_id: self.type_id as usize }
    }

    /// What tells the type of the values.
    #[inline(always)]
    pub(crate) fn type_id(self) -> usize {
        self.type_id as usize
    }

    /// The same of a small value that stood elsewhere.
    #[inline(always)]
    pub(crate) fn find_small(self, copy: SmallCopy) -> Option<CopiedFound<V>> {
        let mut bytes = NOTHING;
        bytes[0] = copy.bits.bits();
        (copy.type_id == self.type_id as usize).then_some(CopiedFound { read: self.read, bytes })
    }

    /// The value, to be cloned, if one of this type is there.
    #[inline(always)]
    pub(crate) fn find(self, room: &SlotValue) -> Option<CopiedFound<V>> {
        (room.type_id == self.type_id as usize).then_some(CopiedFound { read: self.read, bytes: room.bytes })
    }
}

/// A value that stood in a room.
pub(crate) struct CopiedFound<V> {
    read: unsafe fn(&Bytes) -> V,
    bytes: Bytes,
}

impl<V> CopiedFound<V> {
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        // SAFETY: what has this type's id was made by `put_in`, with the `write` that belongs to this `read`, as both
        // come from `of`, which alone makes a `Copied`; or by `SmallCopy::of`, from such a value.
        unsafe { (self.read)(&self.bytes) }
    }
}

fn write<V: Clone>(value: &V) -> Bytes {
    let mut bytes = NOTHING;
    // SAFETY: `Copied::of` hands out this function only for a `V` that has its place in `Bytes`, aligned.
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

/// How an owned value is read by those who have its address in a slot.
pub(crate) struct Borrowed<V> {
    clone: fn(&V) -> V,
    pub(crate) owned: fn(&StoredEntry) -> Option<&OwnedValue<V>>,
    type_id: fn() -> TypeId,
}

impl<V> Clone for Borrowed<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Borrowed<V> {}

impl<V: Clone + 'static> Borrowed<V> {
    pub(crate) const fn of(owned: fn(&StoredEntry) -> Option<&OwnedValue<V>>) -> Self {
        Self { clone: V::clone, owned, type_id: TypeId::of::<*const V> }
    }
}

impl<V> Borrowed<V> {
    /// A slot value with the address of an owned value.
    pub(crate) fn put_in(self, address: *const V) -> SlotValue {
        let mut bytes = NOTHING;
        // SAFETY: an address has its place in `Bytes`, aligned.
        unsafe { ptr::write(bytes.as_mut_ptr().cast(), address) };
        SlotValue { bytes, type_id: self.type_id as usize }
    }

    /// The value, to be cloned, if the address of one of this type is there, and the cache still owns it: that is for
    /// `is_there` to say, which looks whether anything has left the index since the address was taken from it.
    #[inline(always)]
    pub(crate) fn find<'a>(
        self,
        room: &SlotValue,
        hazard: &'a Hazard,
        is_there: impl FnOnce() -> bool,
    ) -> Option<BorrowedFound<'a, V>> {
        if room.type_id != self.type_id as usize {
            return None;
        }
        // SAFETY: a room with this type's id was made by `put_in`, for the same type.
        let address = unsafe { ptr::read(room.bytes.as_ptr().cast::<*const V>()) };
        let guard = hazard.guard(address.addr())?;
        is_there().then_some(BorrowedFound { clone: self.clone, address, guard })
    }
}

/// An owned value under a guard.
pub(crate) struct BorrowedFound<'a, V> {
    clone: fn(&V) -> V,
    address: *const V,
    guard: Guard<'a>,
}

impl<V> BorrowedFound<'_, V> {
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        // SAFETY: the cache owned the value when the guard was in place. Whoever gives it up does so after the index
        // has changed, looks for guards then, and leaves a reference to each it finds.
        let value = (self.clone)(unsafe { &*self.address });
        drop(self.guard);
        value
    }
}
