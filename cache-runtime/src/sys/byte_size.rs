//! Sizes as users give them.

use crate::sys::quantity;

/// A size in bytes, as [`CacheFamily::max_bytes`](crate::CacheFamily::max_bytes) takes it: a number, or a text such as
/// `"64MiB"`.
///
/// ```
/// use cache_runtime::{ByteSize, CACHE_DATA};
///
/// fn limit(size: impl ByteSize) {
///     CACHE_DATA.max_bytes(size);
/// }
///
/// limit("1.5 GB");
/// limit(64 << 20);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no size in bytes",
    label = "a size is a whole number, or a text such as \"64MiB\""
)]
pub trait ByteSize {
    /// The number of bytes.
    ///
    /// ```
    /// use cache_runtime::ByteSize;
    ///
    /// assert_eq!("1.5KiB".size_in_bytes(), Ok(1_536));
    /// assert_eq!(4_096.size_in_bytes(), Ok(4_096));
    /// assert!("64".size_in_bytes().unwrap_err().contains("has no unit"));
    /// ```
    ///
    /// # Errors
    /// Says what is wrong with the size.
    fn size_in_bytes(&self) -> Result<u64, String>;
}

impl ByteSize for str {
    fn size_in_bytes(&self) -> Result<u64, String> {
        u64::try_from(quantity::size(self)?).map_err(|_| format!("`{self}` is more than 16 EiB"))
    }
}

impl ByteSize for String {
    fn size_in_bytes(&self) -> Result<u64, String> {
        self.as_str().size_in_bytes()
    }
}

impl<T: ByteSize + ?Sized> ByteSize for &T {
    fn size_in_bytes(&self) -> Result<u64, String> {
        (**self).size_in_bytes()
    }
}

macro_rules! numbers_of_bytes {
    ($($number:ty)*) => {$(
        impl ByteSize for $number {
            fn size_in_bytes(&self) -> Result<u64, String> {
                u64::try_from(*self).map_err(|_| format!("`{self}` is no number of bytes below 2^64"))
            }
        }
    )*};
}

numbers_of_bytes! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
