//! The world that bodies read: a version per key, and since which version each function may show it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::room;

/// So many keys there are.
pub(crate) const KEYS: usize = 12;

/// Whose entries are whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Global,
    Session,
    Thread,
}

/// What is cleared together: a family, or those with one tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Data,
    Resources,
    Chain,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Data, Self::Resources, Self::Chain];
}

/// Declares the cached functions: their names, whose their entries are, and what they are cleared with.
macro_rules! functions {
    ($($Name:ident $name:literal $Scope:ident [$($Group:ident)*];)*) => {
        /// A cached function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Function { $($Name),* }

        impl Function {
            pub(crate) const ALL: [Self; [$(Self::$Name),*].len()] = [$(Self::$Name),*];

            pub(crate) fn name(self) -> &'static str {
                [$($name),*][self as usize]
            }

            pub(crate) fn scope(self) -> Scope {
                [$(Scope::$Scope),*][self as usize]
            }

            pub(crate) fn is_in(self, group: Group) -> bool {
                [$(&[$(Group::$Group),*][..]),*][self as usize].contains(&group)
            }
        }
    };
}

functions! {
    Row "row" Global [Data Chain];
    Query "query" Global [Data Chain];
    Page "page" Global [Data Chain];
    Small "small" Global [Data];
    ClockPro "clock_pro" Global [Data];
    Lru "lru" Global [Data];
    TinyLfu "tiny_lfu" Global [Data];
    Heavy "heavy" Global [Data];
    Brief "brief" Global [Data];
    Idle "idle" Global [Data];
    Refreshed "refreshed" Global [Data];
    EachItsOwn "each_its_own" Global [Data];
    Fallible "fallible" Global [Data];
    KeptErrors "kept_errors" Global [Data];
    BriefErrors "brief_errors" Global [Data];
    Unsharable "unsharable" Global [Data];
    Optional "optional" Global [Data];
    Unshared "unshared" Global [Data];
    Wrapped "wrapped" Global [Data];
    User "user" Global [Data];
    IsVip "is_vip" Global [Data];
    Zoomed "zoomed" Global [Data];
    Poster "poster" Global [Data];
    Shown "shown" Global [Data];
    Gallery "gallery" Global [Data];
    Prefs "prefs" Session [Data];
    Greeting "greeting" Global [Data];
    Near "near" Thread [Data];
    NearHeavy "near_heavy" Thread [Data];
    Later "later" Global [Data Chain];
    LaterPage "later_page" Global [Data Chain];
    LaterFallible "later_fallible" Global [Data];
    LaterPrefs "later_prefs" Session [Data];
    LaterZoomed "later_zoomed" Global [Data];
    LaterBounded "later_bounded" Global [Data];
    Pool "pool" Global [Resources];
    FewPools "few_pools" Global [Resources];
    PickyPool "picky_pool" Global [Resources];
    FalliblePool "fallible_pool" Global [Resources];
    HeavyPool "heavy_pool" Global [Resources];
    Desk "desk" Session [Resources];
    Corner "corner" Thread [Resources];
    LaterPool "later_pool" Global [Resources];
}

type PerKey = [AtomicU64; KEYS];

/// What there is to be read, now.
static VERSIONS: PerKey = [const { AtomicU64::new(1) }; KEYS];
/// What a function's own body has read is no older, since it was cleared.
static OWN: [PerKey; Function::ALL.len()] = [const { [const { AtomicU64::new(0) }; KEYS] }; Function::ALL.len()];
/// What functions of a group have read, directly or through each other, is no older, since the group was cleared.
static TOGETHER: [PerKey; Group::ALL.len()] = [const { [const { AtomicU64::new(0) }; KEYS] }; Group::ALL.len()];

fn read(all: &PerKey) -> [u64; KEYS] {
    all.each_ref().map(|one| one.load(Ordering::SeqCst))
}

fn raise(all: &PerKey, to: &[u64; KEYS]) {
    for (one, to) in all.iter().zip(to) {
        one.fetch_max(*to, Ordering::SeqCst);
    }
}

/// A change of the world, before what is to show it is cleared.
pub(crate) struct Change {
    key: u8,
    versions: [u64; KEYS],
}

impl Change {
    pub(crate) fn make(key: u8) -> Self {
        VERSIONS[usize::from(key)].fetch_add(1, Ordering::SeqCst);
        Self { key, versions: read(&VERSIONS) }
    }

    /// One entry was cleared, for all who call its function.
    pub(crate) fn cleared_entry(&self, function: Function) {
        let key = usize::from(self.key);
        OWN[function as usize][key].fetch_max(self.versions[key], Ordering::SeqCst);
    }

    pub(crate) fn cleared_function(&self, function: Function) {
        raise(&OWN[function as usize], &self.versions);
    }

    pub(crate) fn cleared_group(&self, group: Group) {
        raise(&TOGETHER[group as usize], &self.versions);
    }
}

/// What may be shown to a call that begins now.
pub(crate) struct Floors {
    own: [u64; KEYS],
    together: [[u64; KEYS]; Group::ALL.len()],
}

impl Floors {
    pub(crate) fn now(function: Function) -> Self {
        Self { own: read(&OWN[function as usize]), together: TOGETHER.each_ref().map(read) }
    }

    pub(crate) fn own(&self, key: u8) -> u64 {
        self.own[usize::from(key)]
    }

    pub(crate) fn together(&self, group: Group, key: u8) -> u64 {
        self.together[group as usize][usize::from(key)]
    }
}

/// What a body has read of the world.
#[derive(Clone, Debug)]
pub(crate) enum Version {
    Read(u64),
    /// A value that was put in by hand is as new as the world was when it was in: not known before.
    PutIn(Arc<AtomicU64>),
}

impl Version {
    pub(crate) fn number(&self) -> u64 {
        match self {
            Self::Read(number) => *number,
            Self::PutIn(number) => number.load(Ordering::SeqCst),
        }
    }
}

/// What a value is made of: which function's body ran, for what, where, and what it read.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) function: Function,
    pub(crate) key: u8,
    pub(crate) version: Version,
    /// Of a function with such a scope.
    pub(crate) room: u64,
    pub(crate) thread: u64,
    /// Of a function that reads it.
    pub(crate) zoom: Option<u8>,
}

impl Stamp {
    fn with(function: Function, key: u8, version: Version) -> Self {
        let room = if function.scope() == Scope::Session { room::current() } else { 0 };
        let thread = if function.scope() == Scope::Thread { room::thread() } else { 0 };
        Self { function, key, version, room, thread, zoom: None }
    }

    /// Of a body that begins now.
    pub(crate) fn now(function: Function, key: u8) -> Self {
        Self::with(function, key, Version::Read(VERSIONS[usize::from(key)].load(Ordering::SeqCst)))
    }

    /// Did a body make it?
    pub(crate) fn is_of_body(&self) -> bool {
        matches!(self.version, Version::Read(_))
    }

    /// Was it made where nothing can be kept?
    pub(crate) fn is_homeless(&self) -> bool {
        self.function.scope() == Scope::Session && self.room == 0
    }

    /// Of a value that is put in by hand, until what is returned beside is dropped.
    pub(crate) fn put_in(function: Function, key: u8) -> (Self, PuttingIn) {
        let number = Arc::new(AtomicU64::new(u64::MAX));
        let putting_in = PuttingIn { key, number: Arc::clone(&number) };
        (Self::with(function, key, Version::PutIn(number)), putting_in)
    }
}

/// A value is being put in by hand.
pub(crate) struct PuttingIn {
    key: u8,
    number: Arc<AtomicU64>,
}

impl Drop for PuttingIn {
    fn drop(&mut self) {
        self.number.store(VERSIONS[usize::from(self.key)].load(Ordering::SeqCst), Ordering::SeqCst);
    }
}
