//! What is done with the cached functions, chosen at random.

use std::sync::atomic::{AtomicBool, Ordering};

use cache_runtime::{CACHE_DATA, CACHE_RESOURCE};

use crate::checks::judge_events;
use crate::counts::Counts;
use crate::functions::events;
use crate::mischief::{self, Place, caught};
use crate::subject::{EntryOf, Face, SUBJECTS, Subject, Task};
use crate::values::Event;
use crate::watchdog::{self, Doing};
use crate::world::{Change, Function, Group, KEYS, Scope};
use crate::{executor, findings, random, room};

/// Declares the operations, and how often each is chosen, in thousandths; what is left are plain calls.
macro_rules! operations {
    ($($Name:ident $name:literal $share:literal,)*) => {
        #[derive(Clone, Copy)]
        enum Operation { $($Name),* }

        const SHARES: &[(Operation, u64)] = &[$((Operation::$Name, $share)),*];

        pub(crate) static OPERATIONS: Counts<{ SHARES.len() }> = Counts::new([$($name),*]);
    };
}

operations! {
    Call "call" 0,
    Poll "poll" 200,
    Spawn "spawn" 70,
    InRoom "in a session" 120,
    Bypass "bypass" 10,
    Refresh "refresh" 20,
    Trace "trace" 30,
    ClearEntry "clear an entry" 40,
    ClearFunction "clear a function" 15,
    ClearTag "clear a tag" 4,
    ClearFamily "clear a family" 4,
    Look "look at an entry" 30,
    Insert "insert" 25,
    Len "len" 20,
    Stats "stats" 10,
    Turn "set an input" 15,
    OpenRoom "open a session" 10,
    Farewell "farewell" 0,
    Finish "finish" 0,
}

fn choose() -> Operation {
    let mut left = random::below(1_000);
    for (operation, share) in SHARES {
        match left.checked_sub(*share) {
            None => return *operation,
            Some(rest) => left = rest,
        }
    }
    Operation::Call
}

/// A function and a key for it.
#[derive(Clone, Copy)]
struct Target {
    subject: &'static Subject,
    key: u8,
}

impl Target {
    fn any() -> Self {
        let key = u8::try_from(random::below(KEYS as u64)).expect("there are few");
        Self { subject: random::one_of(SUBJECTS), key }
    }

    fn function(self) -> Function {
        self.subject.function
    }

    fn shows_events(self) -> bool {
        !events::expected(self.function(), self.key).is_empty()
    }

    /// Puts a value in by hand; to that belong no events.
    fn insert(self) {
        if !self.shows_events() {
            with_entry(self.subject, |entry| (entry.insert)(self.key));
        }
    }

    /// Calls the function, if that can be done here and now.
    fn call(self) {
        if let Face::Sync(call) = self.subject.call {
            let mut seen = Vec::new();
            cache_runtime::observe(
                |event: &Event| {
                    mischief::happens(Place::Observer);
                    seen.push(event.look());
                },
                || call(self.key),
            );
            judge_events(&seen, &events::expected(self.function(), self.key));
        }
    }
}

/// One operation, whatever comes of it.
pub(crate) fn any() {
    let (operation, target) = (choose(), Target::any());
    OPERATIONS.one(operation as usize);
    let _doing = Doing::begin(operation as usize, Some(target.function()));
    caught(|| run(operation, target));
}

fn run(operation: Operation, target: Target) {
    let Target { subject, key } = target;
    match operation {
        Operation::Call => target.call(),
        Operation::Poll => (0..8).for_each(|_| executor::step()),
        Operation::Spawn => spawn(target),
        Operation::InRoom => room::any().enter(any_inside),
        Operation::Bypass => room::bypassed(|| target.call()),
        Operation::Refresh => cache_runtime::refresh(|| target.call()),
        Operation::Trace => trace(target),
        Operation::ClearEntry => with_entry(subject, |entry| clear_entry(subject, entry, key)),
        Operation::ClearFunction => {
            let change = Change::make(key);
            (subject.clear)();
            change.cleared_function(subject.function);
            target.call();
        }
        Operation::ClearTag => clear_group(key, Group::Chain, || CACHE_DATA.clear_tag("chain")),
        Operation::ClearFamily if random::one_in(2) => clear_group(key, Group::Data, || CACHE_DATA.clear()),
        Operation::ClearFamily => clear_group(key, Group::Resources, || CACHE_RESOURCE.clear()),
        Operation::Look => with_entry(subject, |entry| (entry.look)(key)),
        Operation::Insert => target.insert(),
        Operation::Len => count(subject),
        Operation::Stats => drop((subject.stats)().to_string()),
        Operation::Turn if random::one_in(2) => room::turn_outside(),
        Operation::Turn => room::any().turn(),
        Operation::OpenRoom => drop(room::open()),
        Operation::Farewell | Operation::Finish => {}
    }
}

fn with_entry(subject: &Subject, f: impl FnOnce(EntryOf)) {
    if let Some(entry) = subject.entry {
        f(entry);
    }
}

/// Some operations one after the other, in the session around them.
fn any_inside() {
    for _ in 0..random::below(6) {
        let target = Target::any();
        match random::below(8) {
            0 => with_entry(target.subject, |entry| (entry.clear)(target.key)),
            1 => with_entry(target.subject, |entry| (entry.look)(target.key)),
            2 => target.insert(),
            _ => target.call(),
        }
    }
}

fn clear_entry(subject: &Subject, entry: EntryOf, key: u8) {
    let change = Change::make(key);
    (entry.clear)(key);
    // That of another scope is cleared only where this code runs.
    if subject.function.scope() == Scope::Global {
        change.cleared_entry(subject.function);
    }
    Target { subject: SUBJECTS.iter().find(|other| other.function == subject.function).expect("it is one"), key }
        .call();
}

fn clear_group(key: u8, group: Group, clear: impl FnOnce()) {
    let change = Change::make(key);
    clear();
    change.cleared_group(group);
    let in_group: Vec<_> = SUBJECTS.iter().filter(|subject| subject.function.is_in(group)).collect();
    Target { subject: in_group[random::index_below(in_group.len())], key }.call();
}

fn count(subject: &Subject) {
    let len = (subject.len)();
    if let Some(most) = subject.most
        && len > most
    {
        findings::wrong(format_args!("{} keeps {len} entries", subject.function.name()));
    }
}

fn trace(target: Target) {
    let ((), calls) = cache_runtime::trace(|| target.call());
    // What the user's code calls on the side may come first.
    let name = format!("::{}", target.function().name());
    if !calls.is_empty() && !calls.iter().any(|call| call.function.ends_with(&name)) {
        findings::wrong(format_args!("{name} is not among {calls:?}"));
    }
}

/// One more asynchronous call, with something around it.
fn spawn(target: Target) {
    let asynchronous: Vec<_> = SUBJECTS.iter().filter(|subject| matches!(subject.call, Face::Async(_))).collect();
    let subject = asynchronous[random::index_below(asynchronous.len())];
    if let Face::Async(call) = subject.call
        && executor::has_room()
    {
        executor::spawn(subject.function, surrounded(call, target.key));
    }
}

fn surrounded(call: fn(u8) -> Task, key: u8) -> Task {
    match random::below(8) {
        0 | 1 => Box::pin(room::any().enter_async(async move { call(key).await })),
        2 => Box::pin(async move { cache_runtime::refresh_async(call(key)).await }),
        3 => Box::pin(async move { cache_runtime::bypass_async(call(key)).await }),
        4 => Box::pin(async move { drop(cache_runtime::trace_async(call(key)).await) }),
        5 => Box::pin(async move { cache_runtime::observe_async(|event: &Event| _ = event.look(), call(key)).await }),
        _ => call(key),
    }
}

static ASIDES: AtomicBool = AtomicBool::new(true);

/// The user's code calls nothing back any more.
pub(crate) fn no_more_asides() {
    ASIDES.store(false, Ordering::SeqCst);
}

/// What code of the user does on the side, now and then: hooks, clones and drops call cached functions too.
pub(crate) fn aside() {
    if !random::one_in(48) || watchdog::depth() > 3 || !ASIDES.load(Ordering::Relaxed) {
        return;
    }
    let target = Target::any();
    // What it shows would be shown by the call around it.
    if target.shows_events() {
        return;
    }
    let operation = match random::below(8) {
        0 => Operation::Len,
        1 => Operation::ClearEntry,
        2 => Operation::Look,
        3 => Operation::Insert,
        4 => Operation::Stats,
        _ => Operation::Call,
    };
    let _doing = Doing::begin(operation as usize, Some(target.function()));
    OPERATIONS.one(operation as usize);
    caught(|| run(operation, target));
}

/// What a thread does when it ends: cached calls from the destructor of a thread-local.
pub(crate) fn farewell() {
    let _doing = Doing::begin(Operation::Farewell as usize, None);
    OPERATIONS.one(Operation::Farewell as usize);
    for _ in 0..3 {
        let Target { subject, key } = Target::any();
        // Nobody observes at the end of a thread.
        if let Face::Sync(call) = subject.call {
            caught(|| call(key));
        }
    }
}

/// Lets all go: the tasks, the sessions, what is kept.
pub(crate) fn finish() {
    let _doing = Doing::begin(Operation::Finish as usize, None);
    executor::finish();
    room::close_all();
    of_no_session();
    let clear = || {
        caught(|| CACHE_DATA.clear());
        caught(|| CACHE_RESOURCE.clear());
    };
    clear();
    no_more_asides();
    mischief::set(0);
    clear();
}

/// What was made of a session's is gone with it.
fn of_no_session() {
    for subject in SUBJECTS {
        let is_of_sessions = subject.function.scope() == Scope::Session || subject.function == Function::Greeting;
        let most = if subject.function == Function::Greeting { KEYS } else { 0 };
        let len = caught(subject.len).unwrap_or(0);
        if is_of_sessions && len > most {
            findings::wrong(format_args!("{} keeps {len} entries of sessions that are over", subject.function.name()));
        }
    }
}
