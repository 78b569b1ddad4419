//! Bytes on the stack that are not written before they are needed.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

use std::mem::MaybeUninit;
use std::ptr;
use std::slice;

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
