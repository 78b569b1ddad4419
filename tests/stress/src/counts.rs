//! Named counters.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) struct Counts<const N: usize> {
    names: [&'static str; N],
    counts: [AtomicU64; N],
}

impl<const N: usize> Counts<N> {
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        Self { names, counts: [const { AtomicU64::new(0) }; N] }
    }

    pub(crate) fn one(&self, place: usize) {
        self.counts[place].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn name(&self, place: usize) -> &'static str {
        self.names[place]
    }
}

impl<const N: usize> fmt::Display for Counts<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, count)) in self.names.iter().zip(&self.counts).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{name} {}", count.load(Ordering::Relaxed))?;
        }
        Ok(())
    }
}
