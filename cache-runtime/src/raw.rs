//! All that is unsafe: values of any type in rooms of one, values read where another keeps them, the way to what a
//! thread has of its own, bytes on the stack that are not written before they are needed, and a system call.
//!
//! All are for the shortest way of a hit, which takes a third of the time with them.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

use std::any::TypeId;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;
use std::slice;
use std::thread::LocalKey;

#[cfg(not(cache_runtime_loom))]
use seize::{Collector, Guard as IndexGuard, OwnedGuard};

use crate::custody::Custody;
use crate::hazard::{Guard, Hazard};
use crate::kept::Kept;
use crate::thread::Thread;

/// A place for a small value of any type that needs no drop, or for the address of another.
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
            Some(Self { write: write::<V>, read: read::<V>, type_id: TypeId::of::<V> })
        } else {
            None
        }
    }
}

impl<V> Copied<V> {
    /// A room with a clone of the value.
    pub(crate) fn put_in(self, value: &V) -> Room {
        Room { bytes: (self.write)(value), type_id: self.type_id as usize }
    }

    /// The value, to be cloned, if one of this type is there.
    #[inline(always)]
    pub(crate) fn find(self, room: &Room) -> Option<CopyFound<V>> {
        (room.type_id == self.type_id as usize).then_some(CopyFound { read: self.read, bytes: room.bytes })
    }
}

/// A value that stood in a room.
pub(crate) struct CopyFound<V> {
    read: unsafe fn(&Bytes) -> V,
    bytes: Bytes,
}

impl<V> CopyFound<V> {
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        // SAFETY: a room with this type's id was made by `put_in`, with the `write` that belongs to this `read`: both
        // come from `of`, which alone makes a `Copied`.
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

/// How a value in custody is read by those who have its address in a room.
pub(crate) struct Lent<V> {
    clone: fn(&V) -> V,
    pub(crate) custody: fn(&Kept) -> Option<&Custody<V>>,
    type_id: fn() -> TypeId,
}

impl<V> Clone for Lent<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Lent<V> {}

impl<V: Clone + 'static> Lent<V> {
    pub(crate) const fn of(custody: fn(&Kept) -> Option<&Custody<V>>) -> Self {
        Self { clone: V::clone, custody, type_id: TypeId::of::<*const V> }
    }
}

impl<V> Lent<V> {
    /// A room with the address of a value in custody.
    pub(crate) fn put_in(self, address: *const V) -> Room {
        let mut bytes = NOTHING;
        // SAFETY: an address has its place in `Bytes`, aligned.
        unsafe { ptr::write(bytes.as_mut_ptr().cast(), address) };
        Room { bytes, type_id: self.type_id as usize }
    }

    /// The value, to be cloned, if the address of one of this type is there, and it is still in custody: that is for
    /// `is_there` to say, which looks whether anything has left the index since the address was taken from it.
    #[inline(always)]
    pub(crate) fn find<'a>(
        self,
        room: &Room,
        hazard: &'a Hazard,
        is_there: impl FnOnce() -> bool,
    ) -> Option<LentFound<'a, V>> {
        if room.type_id != self.type_id as usize {
            return None;
        }
        // SAFETY: a room with this type's id was made by `put_in`, for the same type.
        let address = unsafe { ptr::read(room.bytes.as_ptr().cast::<*const V>()) };
        let guard = hazard.guard(address.addr())?;
        is_there().then_some(LentFound { clone: self.clone, address, guard })
    }
}

/// A value in custody under a guard.
pub(crate) struct LentFound<'a, V> {
    clone: fn(&V) -> V,
    address: *const V,
    guard: Guard<'a>,
}

impl<V> LentFound<'_, V> {
    #[inline(always)]
    pub(crate) fn get(self) -> V {
        // SAFETY: the value was in custody when the guard was in place. Whoever ends a custody does so after the index
        // has changed, looks for guards then, and leaves a reference to each it finds.
        let value = (self.clone)(unsafe { &*self.address });
        drop(self.guard);
        value
    }
}

/// What this thread has of its own, without a closure around its use, which would not be inlined where it is long.
#[inline(always)]
pub(crate) fn local(key: &'static LocalKey<Thread>) -> &'static Thread {
    const { assert!(!mem::needs_drop::<Thread>()) };
    let thread = key.with(ptr::from_ref);
    // SAFETY: what needs no drop is there as long as its thread runs, and a reference to what is full of cells cannot be
    // given to another.
    unsafe { &*thread }
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

/// A guard of the index that needs nothing of what its thread has of its own: that may be gone.
#[cfg(not(cache_runtime_loom))]
pub(crate) struct ThreadlessGuard<'a>(OwnedGuard<'a>);

#[cfg(not(cache_runtime_loom))]
impl<'a> ThreadlessGuard<'a> {
    pub(crate) fn new(guard: OwnedGuard<'a>) -> Self {
        Self(guard)
    }
}

#[cfg(not(cache_runtime_loom))]
impl IndexGuard for ThreadlessGuard<'_> {
    fn refresh(&mut self) {
        self.0.refresh();
    }

    fn flush(&self) {
        self.0.flush();
    }

    fn collector(&self) -> &Collector {
        self.0.collector()
    }

    /// The only method that would look for something of the thread's. The index spreads its count of entries by it, over
    /// numbers that any thread may add to.
    fn thread_id(&self) -> usize {
        0
    }

    unsafe fn defer_retire<T>(&self, retired: *mut T, reclaim: unsafe fn(*mut T, &Collector)) {
        // SAFETY: as the caller promises.
        unsafe { self.0.defer_retire(retired, reclaim) };
    }
}

/// Has the system know that this process will call [`membarrier`]; `false` if it does not offer that.
#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
pub(crate) fn register_membarrier() -> bool {
    call_membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
}

/// A full barrier on every thread of the process; `false` if somebody has forbidden it meanwhile.
#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
pub(crate) fn membarrier() -> bool {
    call_membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
}

#[cfg(all(target_os = "linux", not(cache_runtime_loom), not(miri)))]
fn call_membarrier(command: libc::c_int) -> bool {
    // SAFETY: the call takes three numbers, touches no memory of ours, and says so if it does not know the command.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}
