//! What cached functions are given, keep and show: values with canaries, whose code panics and calls back.

use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde::{Serialize, Serializer};

use crate::alive::{Sort, Token};
use crate::mischief::{self, Place};
use crate::operations;
use crate::world::{Function, Stamp, Version};
use crate::{findings, room};

/// What a cached function returns, as far as it is looked at.
pub(crate) trait Made {
    /// A value made of this.
    fn made(stamp: Stamp) -> Self;
    /// What it is made of, its own body's first. Looks at the canaries.
    fn stamps(&self) -> Vec<Stamp>;
    /// It was found in a cache.
    fn was_kept(&self) {}
}

/// What the user's code does whenever it runs: it may call cached functions, and panic.
pub(crate) fn at_work(place: Place) {
    operations::aside();
    mischief::happens(place);
}

/// The usual value: it owns memory.
pub(crate) struct Owned {
    token: Token,
    stamps: Vec<Stamp>,
}

impl Owned {
    fn with(stamps: Vec<Stamp>) -> Self {
        Self { token: Token::new(Sort::Value(stamps[0].function)), stamps }
    }

    /// A value made of this, and of what others had made.
    pub(crate) fn of<const N: usize>(stamp: Stamp, parts: [Self; N]) -> Self {
        let below = parts.iter().flat_map(Self::stamps);
        let value = Self::with(std::iter::once(stamp).chain(below).collect());
        // By hand: should it panic at the end of the function, the compiler would forget the value.
        drop(parts);
        value
    }

    pub(crate) fn weight(&self) -> usize {
        self.token.check();
        let stamp = &self.stamps[0];
        usize::try_from(stamp.version.number() % 7).expect("it is small") * 10 + usize::from(stamp.key) * 10
    }
}

impl Made for Owned {
    fn made(stamp: Stamp) -> Self {
        Self::of(stamp, [])
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.token.check();
        self.stamps.clone()
    }
}

impl Clone for Owned {
    fn clone(&self) -> Self {
        let clone = Self::with(self.stamps());
        at_work(Place::Clone);
        self.token.check();
        clone
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        at_work(Place::Drop);
    }
}

/// A value without memory of its own, that is copied bit by bit.
#[derive(Clone, Copy)]
pub(crate) struct Small {
    function: u16,
    key: u16,
    version: u64,
    /// So that a half of another is noticed.
    sum: u64,
}

impl Small {
    fn sum(function: u16, key: u16, version: u64) -> u64 {
        (version ^ u64::from(function) << 20 ^ u64::from(key) << 40).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Made for Small {
    fn made(stamp: Stamp) -> Self {
        // What is put in by hand counts as new for ever: here is no room for what would say until when.
        let version = stamp.version.number();
        let (function, key) = (stamp.function as u16, u16::from(stamp.key));
        Self { function, key, version, sum: Self::sum(function, key, version) }
    }

    fn stamps(&self) -> Vec<Stamp> {
        let Self { function, key, version, sum } = *self;
        if sum != Self::sum(function, key, version) {
            findings::wrong(format_args!("a small value is made of two"));
            return Vec::new();
        }
        let function = Function::ALL[usize::from(function)];
        let key = u8::try_from(key).expect("it was one");
        vec![Stamp { function, key, version: Version::Read(version), room: 0, thread: 0, zoom: None }]
    }
}

/// A resource. It knows whether it was kept, and whether that it left was told.
pub(crate) struct Shared {
    token: Token,
    stamp: Stamp,
    was_kept: AtomicBool,
    is_refused: AtomicBool,
    told: AtomicU32,
}

impl Shared {
    pub(crate) fn weight(&self) -> usize {
        usize::from(self.stamp.key) * 20
    }

    /// It is not to be kept, by `cache_if`.
    pub(crate) fn refuse(&self) {
        self.is_refused.store(true, Ordering::SeqCst);
    }

    /// For `on_release`.
    pub(crate) fn release(&self) {
        self.token.check();
        if self.told.fetch_add(1, Ordering::SeqCst) > 0 {
            findings::wrong(format_args!("that {:?} left is told twice", self.stamp));
        }
        if self.is_refused.load(Ordering::SeqCst) {
            findings::wrong(format_args!("that {:?} left is told, which was never kept", self.stamp));
        }
        at_work(Place::Hook);
    }
}

impl Made for Arc<Shared> {
    fn made(stamp: Stamp) -> Self {
        Self::new(Shared {
            token: Token::new(Sort::Value(stamp.function)),
            is_refused: AtomicBool::new(stamp.is_of_body() && (room::is_bypassed() || stamp.is_homeless())),
            stamp,
            was_kept: AtomicBool::new(false),
            told: AtomicU32::new(0),
        })
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.token.check();
        vec![self.stamp.clone()]
    }

    fn was_kept(&self) {
        self.was_kept.store(true, Ordering::SeqCst);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let is_told = *self.told.get_mut() > 0;
        if *self.was_kept.get_mut() && !is_told {
            findings::wrong(format_args!("that {:?} left is told to nobody", self.stamp));
        }
        at_work(Place::Drop);
    }
}

/// A value that stays on its thread.
pub(crate) struct Here {
    token: Token,
    stamp: Stamp,
    _stays: Rc<()>,
}

impl Here {
    pub(crate) fn weight(&self) -> usize {
        usize::from(self.stamp.key) * 20
    }
}

impl Made for Here {
    fn made(stamp: Stamp) -> Self {
        Self { token: Token::new(Sort::Value(stamp.function)), stamp, _stays: Rc::default() }
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.token.check();
        vec![self.stamp.clone()]
    }
}

impl Clone for Here {
    fn clone(&self) -> Self {
        self.token.check();
        let clone = Self::made(self.stamp.clone());
        at_work(Place::Clone);
        clone
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        at_work(Place::Drop);
    }
}

impl Made for Rc<Here> {
    fn made(stamp: Stamp) -> Self {
        Self::new(Here::made(stamp))
    }

    fn stamps(&self) -> Vec<Stamp> {
        (**self).stamps()
    }
}

/// An error that can be shared.
#[derive(Clone)]
pub(crate) struct Failure(Owned);

impl Made for Failure {
    fn made(stamp: Stamp) -> Self {
        Self(Owned::made(stamp))
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.0.stamps()
    }
}

/// An error that cannot be shared.
pub(crate) struct OwnFailure(Failure);

impl Made for OwnFailure {
    fn made(stamp: Stamp) -> Self {
        Self(Failure::made(stamp))
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.0.stamps()
    }
}

impl<T: Made, E: Made> Made for Result<T, E> {
    fn made(stamp: Stamp) -> Self {
        Ok(T::made(stamp))
    }

    fn stamps(&self) -> Vec<Stamp> {
        match self {
            Ok(value) => value.stamps(),
            Err(error) => error.stamps(),
        }
    }

    fn was_kept(&self) {
        if let Ok(value) = self {
            value.was_kept();
        }
    }
}

impl<T: Made> Made for Option<T> {
    fn made(stamp: Stamp) -> Self {
        Some(T::made(stamp))
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.as_ref().map(T::stamps).unwrap_or_default()
    }
}

/// An argument, whose `Hash` is the user's.
pub(crate) struct Argument {
    token: Token,
    pub(crate) key: u8,
}

impl Argument {
    pub(crate) fn new(key: u8) -> Self {
        Self { token: Token::new(Sort::Argument), key }
    }
}

impl Hash for Argument {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.token.check();
        at_work(Place::Hash);
        self.key.hash(state);
    }
}

impl Drop for Argument {
    fn drop(&mut self) {
        at_work(Place::Drop);
    }
}

/// The value of an input.
pub(crate) struct Setting {
    token: Token,
    pub(crate) zoom: u8,
}

impl Setting {
    pub(crate) fn new(zoom: u8) -> Self {
        Self { token: Token::new(Sort::Setting), zoom }
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.token.check();
        at_work(Place::Serialize);
        serializer.serialize_u8(self.zoom)
    }
}

impl Clone for Setting {
    fn clone(&self) -> Self {
        self.token.check();
        let clone = Self::new(self.zoom);
        at_work(Place::Clone);
        clone
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        at_work(Place::Drop);
    }
}

/// What bodies show.
pub(crate) struct Event {
    token: Token,
    function: Function,
    key: u8,
}

impl Event {
    pub(crate) fn new(function: Function, key: u8) -> Self {
        Self { token: Token::new(Sort::Event), function, key }
    }

    pub(crate) fn look(&self) -> (Function, u8) {
        self.token.check();
        (self.function, self.key)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        at_work(Place::Drop);
    }
}
