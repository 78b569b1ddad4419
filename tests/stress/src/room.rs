//! Where code runs: in which session, on which thread; and the inputs that are set there.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use cache_runtime::{Input, Session};

use crate::alive::Sort;
use crate::mischief::caught;
use crate::random;
use crate::values::Setting;

/// Read by some of the functions. It comes back to values that it had before.
pub(crate) static ZOOM: Input<Setting> = Input::new(|| Setting::new(0));
/// What an input can be set to.
const ZOOMS: u64 = 4;

/// What an input was set to in one place, one after the other: the number of a change says the value.
pub(crate) struct Dial {
    turning: Mutex<()>,
    /// The last change that is done, and the last that has begun.
    done: AtomicU64,
    begun: AtomicU64,
}

impl Dial {
    const fn new() -> Self {
        Self { turning: Mutex::new(()), done: AtomicU64::new(0), begun: AtomicU64::new(0) }
    }

    /// Changes the input; `set` does so here, and may panic with that done or not.
    fn turn(&self, set: impl Fn(Setting)) {
        let _turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let change = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        while caught(|| set(Setting::new(zoom_of(change)))).is_none() {}
        self.done.store(change, Ordering::SeqCst);
    }

    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::SeqCst)
    }

    /// Did the input have this value at some time since that change?
    pub(crate) fn had(&self, zoom: u8, since: u64) -> bool {
        (since..=self.begun.load(Ordering::SeqCst)).take(usize::from(u8::MAX)).any(|change| zoom_of(change) == zoom)
    }
}

fn zoom_of(change: u64) -> u8 {
    u8::try_from(change % ZOOMS).expect("there are few")
}

/// What stays of a session when it is dropped.
pub(crate) struct Place {
    pub(crate) id: u64,
    pub(crate) dial: Dial,
    is_over: AtomicBool,
}

impl Place {
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }
}

static OUTSIDE: Dial = Dial::new();

/// A session and what is known of it.
pub(crate) struct Room {
    session: Session,
    place: Arc<Place>,
}

thread_local! {
    /// Without destructors: they are still there when a thread ends.
    static HERE: Cell<ManuallyDrop<Option<Arc<Place>>>> = const { Cell::new(ManuallyDrop::new(None)) };
    static THREAD: Cell<u64> = const { Cell::new(0) };
    static BYPASSED: Cell<bool> = const { Cell::new(false) };
}

/// The next place of the code on this thread, until what is returned is dropped.
fn step_into(place: Option<Arc<Place>>) -> Inside {
    Inside(HERE.replace(ManuallyDrop::new(place)))
}

struct Inside(ManuallyDrop<Option<Arc<Place>>>);

impl Drop for Inside {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut self.0, ManuallyDrop::new(None));
        drop(ManuallyDrop::into_inner(HERE.replace(before)));
    }
}

/// The place around this code.
pub(crate) fn here() -> Option<Arc<Place>> {
    let here = HERE.replace(ManuallyDrop::new(None));
    let place = (*here).clone();
    HERE.set(here);
    place
}

/// The dial that turns what is read here.
pub(crate) fn with_dial<R>(place: Option<&Place>, f: impl FnOnce(&Dial) -> R) -> R {
    f(place.map_or(&OUTSIDE, |place| &place.dial))
}

/// The number of the session around this code; zero outside.
pub(crate) fn current() -> u64 {
    here().map_or(0, |place| place.id)
}

pub(crate) fn thread() -> u64 {
    THREAD.get()
}

pub(crate) fn set_thread(number: u64) {
    THREAD.set(number);
}

/// Is nothing kept that is made here?
pub(crate) fn is_bypassed() -> bool {
    BYPASSED.get()
}

/// Runs `f`, in which nothing is kept.
pub(crate) fn bypassed<R>(f: impl FnOnce() -> R) -> R {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            BYPASSED.set(self.0);
        }
    }
    let _before = Before(BYPASSED.replace(true));
    cache_runtime::bypass(f)
}

impl Room {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let room = Self {
            session: Session::new(),
            place: Arc::new(Place { id, dial: Dial::new(), is_over: AtomicBool::new(false) }),
        };
        // Before anything is read there: until then it would be the value of all.
        room.turn();
        room
    }

    /// Sets the input in this session.
    pub(crate) fn turn(&self) {
        self.place.dial.turn(|setting| self.enter(|| ZOOM.set(setting)));
    }

    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _inside = step_into(Some(Arc::clone(&self.place)));
        self.session.enter(f)
    }

    /// The future does not keep the session from being dropped.
    pub(crate) fn enter_async<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let future = Some(Box::pin(self.session.enter_async(future)));
        Entered { place: Arc::clone(&self.place), future }
    }
}

/// A future in a place, where it is polled and dropped.
struct Entered<F> {
    place: Arc<Place>,
    /// `None` when it is dropped.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Entered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let _inside = step_into(Some(Arc::clone(&self.place)));
        self.future.as_mut().map_or(Poll::Pending, |future| future.as_mut().poll(task))
    }
}

impl<F> Drop for Entered<F> {
    fn drop(&mut self) {
        let _inside = step_into(Some(Arc::clone(&self.place)));
        self.future = None;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.place.is_over.store(true, Ordering::SeqCst);
    }
}

/// Sets the input for all who are in no session.
pub(crate) fn turn_outside() {
    if here().is_none() {
        OUTSIDE.turn(|setting| ZOOM.set(setting));
    }
}

static ROOMS: Mutex<Vec<Arc<Room>>> = Mutex::new(Vec::new());

fn rooms<R>(f: impl FnOnce(&mut Vec<Arc<Room>>) -> R) -> R {
    f(&mut ROOMS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// At most so many sessions are there at a time.
const MOST: usize = 6;

/// Some session.
pub(crate) fn any() -> Arc<Room> {
    let found = rooms(|rooms| (!rooms.is_empty()).then(|| Arc::clone(random::one_of(rooms))));
    found.unwrap_or_else(open)
}

/// Makes a session; the oldest leaves if there are too many.
pub(crate) fn open() -> Arc<Room> {
    let room = Arc::new(Room::new());
    let before = rooms(|rooms| {
        rooms.push(Arc::clone(&room));
        (rooms.len() > MOST).then(|| rooms.remove(0))
    });
    drop(before);
    room
}

/// Lets all sessions go.
pub(crate) fn close_all() {
    let all = rooms(std::mem::take);
    for room in all {
        caught(|| drop(room));
    }
}

/// Has the input a value, because it was asked for or set?
pub(crate) fn is_zoom_read() -> bool {
    OUTSIDE.done() > 0 || Sort::Setting.alive() > 0
}
