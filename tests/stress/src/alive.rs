//! What is alive: a canary in each value, and how many there are of each sort.

use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::findings;
use crate::world::Function;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// What is kept for a function, or on its way from its body.
    Value(Function),
    Argument,
    Setting,
    Event,
    Bomb,
}

impl Sort {
    const OTHERS: [Self; 4] = [Self::Argument, Self::Setting, Self::Event, Self::Bomb];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Function::ALL.into_iter().map(Self::Value).chain(Self::OTHERS)
    }

    fn count(self) -> &'static AtomicI64 {
        let place = match self {
            Self::Value(function) => Self::OTHERS.len() + function as usize,
            Self::Argument => 0,
            Self::Setting => 1,
            Self::Event => 2,
            Self::Bomb => 3,
        };
        &ALIVE[place]
    }

    pub(crate) fn alive(self) -> i64 {
        self.count().load(Ordering::SeqCst)
    }
}

static ALIVE: [AtomicI64; Sort::OTHERS.len() + Function::ALL.len()] =
    [const { AtomicI64::new(0) }; Sort::OTHERS.len() + Function::ALL.len()];

const LIVE: u64 = 0x11FE_11FE_CAFE_F00D;
const DEAD: u64 = 0xDEAD_DEAD_DEAD_DEAD;

/// The part of a value that knows whether it is alive.
pub(crate) struct Token {
    magic: AtomicU64,
    sort: Sort,
}

impl Token {
    pub(crate) fn new(sort: Sort) -> Self {
        sort.count().fetch_add(1, Ordering::SeqCst);
        Self { magic: AtomicU64::new(LIVE), sort }
    }

    /// To be asked whenever somebody looks at the value.
    pub(crate) fn check(&self) {
        let magic = self.magic.load(Ordering::Relaxed);
        if magic != LIVE {
            findings::wrong(format_args!("a value is looked at that is not alive: its canary is {magic:#x}"));
        }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        match self.magic.swap(DEAD, Ordering::Relaxed) {
            LIVE => {
                self.sort.count().fetch_sub(1, Ordering::SeqCst);
            }
            DEAD => findings::dropped_twice(),
            magic => findings::wrong(format_args!("what is dropped is no value: its canary is {magic:#x}")),
        }
        // Or the compiler leaves out what nobody can read.
        black_box(&self.magic);
    }
}
