use std::sync::Arc;
use std::time::Duration;

use cache_runtime::testing::Clock;
use cache_runtime::{CachedFn, Entry, Generic, Key, cache_data, cache_resource};
use cache_tests::CallLog;

static LOG: CallLog = CallLog::new();

/// The type of a handle says what is kept and what makes the key.
static HANDLE: &CachedFn<usize, KeyOfMeasure> = &MEASURE;
type KeyOfMeasure = fn(&str, Option<&[u8]>) -> Key;

#[cache_data(ttl = "1m")]
fn measure(text: &str, bytes: Option<&[u8]>, _unit: &str) -> usize {
    LOG.ran(text);
    text.len() + bytes.map_or(0, <[u8]>::len)
}

#[test]
fn an_entry_can_be_looked_at_primed_and_cleared() {
    let clock = Clock::new();
    clock.enter(|| {
        let entry: Entry<'_, usize> = HANDLE.entry("abc", Some(&[1]));
        assert_eq!((entry.get(), entry.contains(), entry.age(), entry.expires_in()), (None, false, None, None));
        assert_eq!(measure("abc", Some(&[1]), "m"), 4);
        clock.advance(Duration::from_secs(20));
        assert_eq!((entry.get(), entry.contains()), (Some(4), true));
        assert_eq!(entry.age(), Some(Duration::from_secs(20)));
        assert_eq!(entry.expires_in(), Some(Duration::from_secs(40)));
        entry.insert(9);
        assert_eq!(measure("abc", Some(&[1]), "m"), 9);
        assert_eq!(entry.age(), Some(Duration::ZERO));
        entry.clear();
        assert_eq!(measure("abc", Some(&[1]), "m"), 4);
        LOG.expect(["abc", "abc"]);
        let stats = HANDLE.stats();
        assert_eq!((stats.hits, stats.misses), (1, 2), "looking is not counted");
    });
}

#[test]
fn a_handle_knows_its_function() {
    assert_eq!(HANDLE.name(), "behaviour::handles::measure");
    assert_eq!(inside::of_impl().name(), "behaviour::handles::inside::Repo::get");
    assert_ne!(HANDLE.fingerprint(), inside::of_impl().fingerprint());
}

mod inside {
    use cache_runtime::{CachedFn, Key, cache_data};

    pub(super) struct Repo(pub(super) u64);

    impl Repo {
        #[cache_data(key = (self.0, id))]
        pub(super) fn get(&self, id: u64) -> u64 {
            self.0 + id
        }

        #[cache_data(in_impl)]
        pub(super) fn make(id: u64) -> u64 {
            id
        }
    }

    pub(super) fn of_impl() -> &'static CachedFn<u64, fn(&Repo, u64) -> Key> {
        &Repo::GET
    }
}

#[test]
fn in_an_impl_block_the_handle_is_an_associated_constant() {
    let repo = inside::Repo(10);
    assert_eq!(repo.get(1), 11);
    assert_eq!(inside::Repo::GET.entry(&repo, 1).get(), Some(11));
    inside::Repo::GET.clear();
    assert!(inside::Repo::GET.is_empty());
    inside::Repo::make(1);
    assert_eq!(inside::Repo::MAKE.len(), 1);
}

#[cache_data(name = "ANOTHER")]
fn renamed(x: u8) -> u8 {
    x
}

#[cache_data]
fn pair<T: std::hash::Hash + Clone + Send + Sync + 'static>(x: T) -> (T, T) {
    (x.clone(), x)
}

#[test]
fn names_can_be_chosen_and_a_generic_handle_has_all_but_entry() {
    renamed(1);
    assert_eq!(ANOTHER.len(), 1);
    let handle: &CachedFn<Generic, ()> = &PAIR;
    pair(1_u8);
    pair(1_u16);
    pair("one");
    pair(1_u8);
    assert_eq!((handle.len(), handle.stats().hits), (3, 1));
    assert!(handle.name().ends_with("::pair"));
    handle.clear();
    assert!(handle.is_empty());
}

/// A function with each number of arguments; its handle's `entry` takes as many.
#[expect(clippy::too_many_arguments, reason = "up to twelve")]
mod arities {
    use cache_runtime::cache_data;

    macro_rules! arities {
    ($($name:ident $handle:ident($($arg:ident)*);)*) => {
        $(
            #[cache_data]
            fn $name($($arg: u8),*) -> u32 {
                0_u32 $(+ u32::from($arg))*
            }
        )*

        #[test]
        fn entry_takes_zero_to_twelve_arguments() {
            $({
                $(let $arg = 1;)*
                let sum: u32 = $name($($arg),*);
                assert_eq!($handle.entry($($arg),*).get(), Some(sum));
            })*
        }
    };
}

    arities! {
        f0 F0();
        f1 F1(first);
        f2 F2(first second);
        f3 F3(first second third);
        f4 F4(first second third fourth);
        f5 F5(first second third fourth fifth);
        f6 F6(first second third fourth fifth sixth);
        f7 F7(first second third fourth fifth sixth seventh);
        f8 F8(first second third fourth fifth sixth seventh eighth);
        f9 F9(first second third fourth fifth sixth seventh eighth ninth);
        f10 F10(first second third fourth fifth sixth seventh eighth ninth tenth);
        f11 F11(first second third fourth fifth sixth seventh eighth ninth tenth eleventh);
        f12 F12(first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth);
    }
}

#[cache_resource]
fn shared() -> Arc<u8> {
    Arc::new(1)
}

#[test]
fn a_resource_can_be_primed() {
    let mine = Arc::new(2);
    SHARED.entry().insert(Arc::clone(&mine));
    assert!(Arc::ptr_eq(&mine, &shared()));
    assert_eq!(SHARED.stats().misses, 0);
}

#[test]
fn an_entry_and_a_handle_can_be_shown() {
    assert!(format!("{HANDLE:?}").contains("behaviour::handles::measure"));
    assert!(format!("{:?}", ANOTHER.entry(200)).contains("value: None"));
}
