//! Measures contenders in alternation.
//!
//! The machine is shared: what it gives changes from second to second. So no contender is measured on its own. In
//! each round every one runs a batch of a few milliseconds, and what is compared is the ratio within a round; the
//! median over the rounds is what is told.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    batch: Duration,
}

impl Effort {
    pub(crate) const FULL: Self = Self { rounds: 101, batch: Duration::from_millis(3) };
    pub(crate) const QUICK: Self = Self { rounds: 7, batch: Duration::from_millis(2) };

    pub(crate) fn is_quick(self) -> bool {
        self.rounds == Self::QUICK.rounds
    }
}

/// What runs a number of calls and tells how long they took.
type Batch<'a> = Box<dyn FnMut(u32) -> Duration + 'a>;

struct Contender<'a> {
    name: &'static str,
    batch: Batch<'a>,
    /// The calls of a batch, where they are not for the clock to find out.
    calls: Option<u32>,
}

/// Contenders with the same task. The first one is ours.
#[derive(Default)]
pub(crate) struct Case<'a>(Vec<Contender<'a>>);

impl<'a> Case<'a> {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A contender that is called over and over.
    pub(crate) fn add<R>(self, name: &'static str, mut call: impl FnMut() -> R + 'a) -> Self {
        self.add_timed(name, move |calls| {
            let start = Instant::now();
            for _ in 0..calls {
                black_box(call());
            }
            start.elapsed()
        })
    }

    /// A contender that takes the time itself.
    pub(crate) fn add_timed(mut self, name: &'static str, batch: impl FnMut(u32) -> Duration + 'a) -> Self {
        self.0.push(Contender { name, batch: Box::new(batch), calls: None });
        self
    }

    /// A contender that takes the time itself, of the same number of calls in each batch.
    pub(crate) fn add_fixed(mut self, name: &'static str, calls: u32, batch: impl FnMut(u32) -> Duration + 'a) -> Self {
        self.0.push(Contender { name, batch: Box::new(batch), calls: Some(calls) });
        self
    }

    pub(crate) fn measure(mut self, effort: Effort) -> Samples {
        let calls: Vec<_> = self.0.iter_mut().map(|contender| contender.calibrate(effort.batch)).collect();
        let count = self.0.len();
        let mut times = vec![Vec::with_capacity(effort.rounds); count];
        for round in 0..effort.rounds {
            // Nobody always comes after the same one.
            for turn in 0..count {
                let which = (round + turn) % count;
                let took = (self.0[which].batch)(calls[which]);
                times[which].push(took.as_secs_f64() * 1e9 / f64::from(calls[which]));
            }
        }
        Samples { names: self.0.iter().map(|contender| contender.name).collect(), times }
    }
}

impl Contender<'_> {
    /// Warms up, and finds how many calls fill a batch. One disturbed try must not make all batches too short.
    fn calibrate(&mut self, batch: Duration) -> u32 {
        if let Some(calls) = self.calls {
            (self.batch)(calls);
            return calls;
        }
        (self.batch)(1);
        let mut calls = 1;
        loop {
            let tries = [0; 5].map(|_| (self.batch)(calls));
            let took = tries.into_iter().min().unwrap_or_default();
            if took * 4 >= batch {
                let fitting = u128::from(calls) * batch.as_nanos() / took.as_nanos();
                return u32::try_from(fitting).unwrap_or(u32::MAX).max(1);
            }
            calls *= 4;
        }
    }
}

/// Nanoseconds per call, of each contender in each round.
pub(crate) struct Samples {
    names: Vec<&'static str>,
    times: Vec<Vec<f64>>,
}

impl Samples {
    /// Each contender with its median and how ours compares: the first contender's time in parts of this one's.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, f64, f64)> {
        self.names.iter().zip(&self.times).map(|(name, times)| (*name, median(times), ratio(&self.times[0], times)))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().copied()
    }

    pub(crate) fn medians(&self) -> Vec<(&'static str, f64)> {
        self.each().map(|(name, time, _)| (name, time)).collect()
    }

    /// Of a case in which all stand twice, one way and then the other: of either way.
    pub(crate) fn halves(mut self) -> [Self; 2] {
        let half = self.names.len() / 2;
        let (names, times) = (self.names.split_off(half), self.times.split_off(half));
        [self, Self { names, times }]
    }

    /// The time of one contender in parts of its own where `other` has it.
    pub(crate) fn against(&self, other: &Self, name: &str) -> f64 {
        ratio(self.of(name), other.of(name))
    }

    pub(crate) fn median(&self, name: &str) -> f64 {
        median(self.of(name))
    }

    /// The time of one contender in parts of another's.
    pub(crate) fn ratio(&self, name: &str, other: &str) -> f64 {
        ratio(self.of(name), self.of(other))
    }

    fn of(&self, name: &str) -> &[f64] {
        let place = self.names.iter().position(|known| *known == name);
        place.map_or(&[], |place| &self.times[place])
    }
}

fn ratio(times: &[f64], others: &[f64]) -> f64 {
    median(&times.iter().zip(others).map(|(time, other)| time / other).collect::<Vec<_>>())
}

pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_rounds() {
        // The machine is ten times slower in the second round, for both.
        let times = vec![vec![1.0, 10.0, 1.0], vec![2.0, 20.0, 2.0]];
        let samples = Samples { names: vec!["ours", "theirs"], times };
        assert_eq!(samples.each().collect::<Vec<_>>(), [("ours", 1.0, 1.0), ("theirs", 2.0, 0.5)]);
    }

    #[test]
    fn halves_are_compared_within_rounds_too() {
        let times = vec![vec![1.0, 10.0, 1.0], vec![3.0, 30.0, 3.0]];
        let [one, two] = Samples { names: vec!["ours", "ours"], times }.halves();
        assert!((two.against(&one, "ours") - 3.0).abs() < f64::EPSILON);
        assert!((two.ratio("ours", "ours") - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn one_disturbed_round_changes_nothing() {
        assert!((median(&[1.0, 900.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
