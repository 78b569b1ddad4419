//! Spreads lifetimes, so that what was stored together does not end together.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use once_cell::sync::OnceCell;

use crate::sys::ids::next_id;

/// The share that is left of the lifetimes of one entry: all of them are shortened alike, so that their order stays.
#[derive(Clone, Copy)]
pub(crate) struct Share(f64);

impl Share {
    /// Of entries whose lifetimes are shortened by up to `fraction`; not at all if there is none.
    pub(crate) fn draw(fraction: Option<f64>) -> Self {
        Self(fraction.map_or(1.0, |fraction| 1.0 - fraction * random()))
    }

    pub(crate) fn of(self, lifetime: Duration) -> Duration {
        if self.0 < 1.0 { lifetime.mul_f64(self.0).max(lifetime.min(Duration::from_nanos(1))) } else { lifetime }
    }
}

/// From 0 to 1, not the same in two processes.
fn random() -> f64 {
    static SEED: OnceCell<RandomState> = OnceCell::new();
    let bits = SEED.get_or_init(RandomState::new).hash_one(next_id()) >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn lifetimes_are_spread_evenly_and_never_made_longer() {
        let mut drawn: Vec<_> = (0..1_000).map(|_| Share::draw(Some(0.5)).of(DAY)).collect();
        drawn.sort();
        assert!(drawn[0] >= DAY / 2 && drawn[999] <= DAY);
        assert!(drawn[100] < DAY.mul_f64(0.6) && drawn[900] > DAY.mul_f64(0.9), "{drawn:?}");
    }

    #[test]
    fn without_it_they_are_as_they_were() {
        assert_eq!(Share::draw(None).of(Duration::MAX), Duration::MAX);
    }

    #[test]
    fn what_lives_at_all_lives_on_and_what_does_not_is_not_revived() {
        for lifetime in [Duration::from_nanos(1), Duration::ZERO] {
            assert_eq!(Share::draw(Some(0.9)).of(lifetime), lifetime);
        }
    }
}
