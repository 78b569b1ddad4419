//! Accesses for the comparison of hit ratios, the same in every run.

/// The keys of a trace come from so many.
pub(crate) const KEYS: u32 = 100_000;
/// The accesses of a trace.
const ACCESSES: usize = 1_000_000;
/// In the scanning trace: so many accesses as usual, then so many of keys that never come again.
const BETWEEN_SCANS: usize = 10_000;
const SCAN: usize = 2_000;

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// From zero to one.
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
    }
}

/// Keys as a Zipf distribution with exponent 1 has them: the second half as often as the first, the third a third.
fn zipf_keys() -> impl Iterator<Item = u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=KEYS)
        .map(|rank| {
            sum += 1.0 / f64::from(rank);
            sum
        })
        .collect();
    let mut random = Random(1);
    std::iter::repeat_with(move || {
        let point = random.share() * sum;
        sums.partition_point(|upto| *upto < point) as u64
    })
}

pub(crate) fn zipf() -> Vec<u64> {
    zipf_keys().take(ACCESSES).collect()
}

/// The same with scans in between.
pub(crate) fn zipf_with_scans() -> Vec<u64> {
    let mut usual = zipf_keys();
    let mut never_seen = u64::from(KEYS)..;
    let mut trace = Vec::with_capacity(ACCESSES);
    while trace.len() < ACCESSES {
        trace.extend(usual.by_ref().take(BETWEEN_SCANS));
        trace.extend(never_seen.by_ref().take(SCAN));
    }
    trace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_key_comes_half_as_often_as_the_first() {
        let count = |wanted| zipf().into_iter().filter(|key| *key == wanted).count();
        let (first, second) = (count(0), count(1));
        assert!(first.abs_diff(second * 2) < first / 50, "{first} {second}");
    }

    #[test]
    fn what_is_scanned_never_comes_again() {
        let mut scanned: Vec<_> = zipf_with_scans().into_iter().filter(|key| *key >= u64::from(KEYS)).collect();
        let all = scanned.len();
        scanned.dedup();
        assert!(all > SCAN && scanned.len() == all && scanned.is_sorted());
    }
}
