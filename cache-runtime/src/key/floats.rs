//! Floats in keys.

/// The bits of a float, the same for both zeros and for every NaN.
#[inline]
pub(super) fn canonical(value: f64) -> u64 {
    let one_of_each = if value.is_nan() { f64::NAN } else { value + 0.0 };
    one_of_each.to_bits()
}
