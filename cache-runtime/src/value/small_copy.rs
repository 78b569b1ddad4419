//! Copies of small values, for places in which there is no room for more.
#![expect(unsafe_code, reason = "the values are of any type")]

use std::any::TypeId;
use std::mem::{self, MaybeUninit};
use std::ptr;

/// The bits of a value that has at most 64.
#[derive(Clone, Copy)]
pub(crate) struct SmallBits(MaybeUninit<u64>);

impl SmallBits {
    pub(crate) const EMPTY: Self = Self(MaybeUninit::uninit());

    pub(crate) fn bits(self) -> MaybeUninit<u64> {
        self.0
    }
}

/// A value that has at most 64 bits and needs no drop, of any type.
#[derive(Clone, Copy)]
pub(crate) struct SmallCopy {
    pub(crate) bits: SmallBits,
    /// The address of the function that tells the type; that of none, where there is no copy.
    pub(crate) type_id: usize,
}

impl SmallCopy {
    /// None, and there is no entry of which it could be.
    pub(crate) const ABSENT: Self = Self { bits: SmallBits::EMPTY, type_id: 1 };
    /// None, but there may be an entry.
    pub(crate) const UNKNOWN: Self = Self { bits: SmallBits::EMPTY, type_id: 0 };

    pub(crate) fn is_absent(self) -> bool {
        self.type_id == Self::ABSENT.type_id
    }

    /// Can values of this type be small?
    pub(crate) const fn is_for<V>() -> bool {
        size_of::<V>() <= size_of::<u64>() && align_of::<V>() <= align_of::<u64>() && !mem::needs_drop::<V>()
    }

    /// `None` if it is not small. To be made before others have the value: they may clone it, which may change what
    /// stands in it.
    pub(crate) fn of<V: 'static>(value: &V) -> Option<Self> {
        if !Self::is_for::<V>() {
            return None;
        }
        let mut bits = MaybeUninit::<u64>::uninit();
        // SAFETY: a `V` has its place in 64 bits, aligned. It needs no drop, so there may be two.
        unsafe { ptr::copy_nonoverlapping(value, bits.as_mut_ptr().cast::<V>(), 1) };
        Some(Self { bits: SmallBits(bits), type_id: type_id::<V> as fn() -> TypeId as usize })
    }
}

/// Never inlined: its address stands for the type, and there should be one.
#[inline(never)]
pub(super) fn type_id<V: 'static>() -> TypeId {
    TypeId::of::<V>()
}
