use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::cache_data;
use cache_tests::CallLog;
use indexmap::IndexMap;
use serde::Serialize;

/// Neither `Hash` nor `Serialize`.
#[derive(Clone)]
struct Person {
    id: u32,
    name: String,
}

impl Person {
    fn new(id: u32, name: &str) -> Self {
        Self { id, name: name.into() }
    }
}

static SKIP_LOG: CallLog = CallLog::new();

#[cache_data(skip(person, unit))]
fn skipping(_log: &CallLog, person: &Person, x: u32, #[cache(skip)] note: Rc<str>, unit: &str, _: fn()) -> u32 {
    _log.ran(format!("{} {x} {note} {unit}", person.name));
    x
}

#[test]
fn what_is_skipped_is_not_part_of_the_key() {
    let other_log = CallLog::new();
    skipping(&SKIP_LOG, &Person::new(1, "Ada"), 1, "note".into(), "m", || ());
    skipping(&other_log, &Person::new(2, "Bob"), 1, "else".into(), "s", || ());
    SKIP_LOG.expect(["Ada 1 note m"]);
    skipping(&other_log, &Person::new(2, "Bob"), 2, "else".into(), "s", || ());
    other_log.expect(["Bob 2 else s"]);
    assert_eq!(SKIPPING.entry(2).get(), Some(2));
}

static BY_LOG: CallLog = CallLog::new();

#[cache_data]
fn by_id(#[cache(by = |person: &Person| person.id)] person: &Person) -> String {
    BY_LOG.ran(&person.name);
    person.name.clone()
}

#[cache_data(hash_funcs(Person = |person| person.id, [u8] = |bytes| bytes.len()))]
fn by_type(one: &Person, other: Person, bytes: &[u8], #[cache(by = |p| &p.name)] by_name: Person) -> String {
    format!("{} {} {} {}", one.name, other.name, bytes.len(), by_name.name)
}

#[test]
fn what_stands_for_a_parameter_can_be_said() {
    by_id(&Person::new(1, "Ada"));
    assert_eq!(by_id(&Person::new(1, "Ada Lovelace")), "Ada");
    by_id(&Person::new(2, "Ada"));
    BY_LOG.expect(["Ada", "Ada"]);
    let of = |id, name, byte| by_type(&Person::new(id, name), Person::new(id, name), &[byte], Person::new(id, "Eve"));
    assert_eq!(of(1, "Ada", 1), of(1, "Bob", 2));
    assert_ne!(of(1, "Ada", 1), of(2, "Bob", 2));
}

#[cache_data(key = text.to_lowercase())]
fn insensitive(text: &str, shout: bool) -> String {
    format!("{text}{}", if shout { "!" } else { "" })
}

#[cache_data(key = format!("{}/{unit}", person.id))]
fn of_parts(person: &Person, unit: &str, _note: &str) -> String {
    format!("{}{unit}", person.name)
}

#[test]
fn a_key_expression_replaces_the_parameters() {
    assert_eq!(insensitive("ABC", false), "ABC");
    assert_eq!(insensitive("abc", true), "ABC");
    assert_eq!(INSENSITIVE.entry("aBc").get().as_deref(), Some("ABC"));
    of_parts(&Person::new(1, "Ada"), "m", "");
    assert_eq!(OF_PARTS.entry(&Person::new(1, "Bob"), "m").get().as_deref(), Some("Adam"));
    assert!(!OF_PARTS.entry(&Person::new(1, "Bob"), "s").contains());
}

static GENERATION: AtomicU32 = AtomicU32::new(1);

#[cache_data(include(GENERATION.load(Ordering::Relaxed), _mode.len()))]
fn configured(x: u32, _mode: &str) -> u32 {
    x * GENERATION.load(Ordering::Relaxed)
}

#[test]
fn what_the_body_reads_besides_can_be_included() {
    assert_eq!(configured(5, "a"), 5);
    GENERATION.store(2, Ordering::Relaxed);
    assert_eq!(configured(5, "a"), 10);
    assert_eq!(CONFIGURED.entry(5, "b").get(), Some(10));
    assert_eq!(CONFIGURED.entry(5, "bb").get(), None);
    GENERATION.store(1, Ordering::Relaxed);
    assert_eq!((configured(5, "a"), CONFIGURED.stats().hits), (5, 1));
}

static VERSION: AtomicU32 = AtomicU32::new(1);

#[cache_data(version = VERSION.load(Ordering::Relaxed))]
fn versioned() -> u32 {
    VERSION.load(Ordering::Relaxed)
}

#[test]
fn a_version_is_mixed_in() {
    assert_eq!(versioned(), 1);
    VERSION.store(2, Ordering::Relaxed);
    assert_eq!(versioned(), 2);
}

#[cache_data]
fn of_texts(a: &str, b: &str) -> usize {
    a.len() * 10 + b.len()
}

#[cache_data]
fn of_lists(a: Vec<String>, b: Vec<String>) -> usize {
    a.len() * 10 + b.len()
}

#[test]
fn parts_are_framed() {
    assert_eq!((of_texts("ab", "c"), of_texts("a", "bc"), of_texts("", "abc")), (21, 12, 3));
    let of = |a: &[&str], b: &[&str]| {
        of_lists(a.iter().map(ToString::to_string).collect(), b.iter().map(ToString::to_string).collect())
    };
    assert_eq!((of(&["a", "b"], &[]), of(&["a"], &["b"]), of(&[], &["a", "b"])), (20, 11, 2));
    assert_eq!(OF_LISTS.len(), 3);
}

/// Shows which of its shapes a value has.
#[derive(Serialize)]
#[serde(untagged)]
enum Any {
    Int(i64),
    Real(f64),
    Flag(bool),
    Text(String),
}

impl fmt::Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int(_) => "int",
            Self::Real(_) => "real",
            Self::Flag(_) => "flag",
            Self::Text(_) => "text",
        })
    }
}

#[cache_data]
fn kind(any: &Any) -> String {
    any.to_string()
}

#[test]
fn one_and_one_point_zero_and_true_and_text_differ() {
    let kinds = [Any::Int(1), Any::Real(1.0), Any::Flag(true), Any::Text("1".into())].map(|any| kind(&any));
    assert_eq!(kinds, ["int", "real", "flag", "text"]);
}

#[cache_data]
fn of_real(x: f64, small: f32) -> u64 {
    x.to_bits() ^ u64::from(small.to_bits())
}

#[cache_data]
fn of_reals(xs: &[f64], maybe: Option<f32>) -> usize {
    xs.len() + usize::from(maybe.is_some())
}

#[test]
fn both_zeros_are_one_key_and_every_nan_is_one() {
    of_real(0.0, 0.0);
    of_real(-0.0, -0.0);
    of_real(f64::NAN, f32::NAN);
    of_real(-f64::NAN, -f32::NAN);
    of_real(f64::from_bits(0x7ff8_0000_0000_0001), f32::NAN);
    assert_eq!(OF_REAL.stats().misses, 2);
    of_reals(&[0.0, f64::NAN], Some(0.0));
    of_reals(&[-0.0, -f64::NAN], Some(-0.0));
    of_reals(&[0.0], Some(f32::NAN));
    of_reals(&[0.0], None);
    assert_eq!(OF_REALS.stats().misses, 3);
}

#[derive(Serialize)]
struct Tagged {
    tags: HashSet<String>,
    weights: HashMap<String, f64>,
}

#[cache_data]
fn of_unordered(map: &HashMap<u32, String>, set: HashSet<u32>, tagged: &Tagged, sets: &[HashSet<u32>]) -> usize {
    map.len() + set.len() + tagged.tags.len() + tagged.weights.len() + sets.len()
}

#[test]
fn maps_and_sets_are_fed_independent_of_iteration_order() {
    let call = |order: &[u32]| {
        let text = |x: &u32| x.to_string();
        of_unordered(
            &order.iter().map(|x| (*x, text(x))).collect(),
            order.iter().copied().collect(),
            &Tagged {
                tags: order.iter().map(text).collect(),
                weights: order.iter().map(|x| (text(x), f64::from(*x))).collect(),
            },
            &[order.iter().copied().collect(), HashSet::new()],
        )
    };
    let many = if cfg!(miri) { 8 } else { 100 };
    let forth: Vec<_> = (0..many).collect();
    let back: Vec<_> = (0..many).rev().collect();
    // Every hash map has a random state of its own, so each of these iterates in another order.
    for _ in 0..10 {
        call(&forth);
        call(&back);
    }
    assert_eq!(OF_UNORDERED.stats().misses, 1);
    call(&forth[1..]);
    assert_eq!(OF_UNORDERED.stats().misses, 2);
}

#[cache_data]
fn of_sorted(set: BTreeSet<u32>, option: Option<HashMap<u8, u8>>) -> usize {
    set.len() + option.map_or(0, |map| map.len())
}

#[test]
fn an_empty_map_is_not_none() {
    assert_eq!((of_sorted([1].into(), None), of_sorted([1].into(), Some(HashMap::new()))), (1, 1));
    assert_eq!(OF_SORTED.stats().misses, 2);
}

#[cache_data]
fn name_of<T: 'static>(_anything: T) -> &'static str {
    std::any::type_name::<T>()
}

#[cache_data]
fn length<const N: usize>() -> usize {
    N
}

#[cache_data]
fn shown(x: impl fmt::Display + Hash + 'static) -> String {
    format!("{x} {}", std::any::type_name_of_val(&x))
}

#[test]
fn generic_arguments_are_part_of_the_key() {
    assert_eq!((name_of(1_u8), name_of(1_u16), name_of("")), ("u8", "u16", "&str"));
    assert_eq!((length::<1>(), length::<2>()), (1, 2));
    assert_eq!((shown(1_u8), shown(1_i8)), ("1 u8".into(), "1 i8".into()));
}

struct Typed<T>(T);

impl<T: fmt::Display> Typed<T> {
    #[cache_data(skip(self))]
    fn show(&self) -> String {
        self.0.to_string()
    }
}

#[test]
fn instances_of_a_generic_type_do_not_share_entries() {
    assert_eq!((Typed(1_u8).show(), Typed("x").show(), Typed(2_u8).show()), ("1".into(), "x".into(), "1".into()));
}

struct Fails;

impl Serialize for Fails {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not today"))
    }
}

#[cache_data]
fn of_fails(x: &Fails) {
    let _ = x;
}

#[test]
#[should_panic(expected = "`Serialize` of `behaviour::keys::Fails` failed: not today")]
fn a_serialize_that_fails_panics_by_name() {
    of_fails(&Fails);
}

#[cache_data]
fn of_long(text: &str, bytes: &[u8]) -> usize {
    text.len() + bytes.len()
}

#[test]
fn long_keys_differ_in_every_byte() {
    for length in [100, 239, 240, 241, 500, 5_000] {
        let mut bytes = vec![0; length];
        of_long("", &bytes);
        let before = OF_LONG.stats().misses;
        for place in [0, 1, length / 2, length - 1] {
            bytes[place] ^= 1;
            of_long("", &bytes);
            bytes[place] ^= 1;
        }
        of_long("", &bytes);
        assert_eq!(OF_LONG.stats().misses, before + 4, "{length}");
    }
}

/// A type whose `Hash` leaves framing to whoever holds it.
#[derive(Clone, PartialEq, Eq)]
struct Raw(&'static str);

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.0.as_bytes());
    }
}

#[cache_data]
fn of_raw(map: &HashMap<Raw, Raw>) -> usize {
    map.keys().map(|key| key.0.len()).sum()
}

#[test]
fn keys_and_values_of_a_map_are_framed() {
    let of = |key, value| of_raw(&HashMap::from([(Raw(key), Raw(value))]));
    assert_eq!((of("ab", "c"), of("a", "bc")), (2, 1));
}

#[cache_data]
fn first_name(map: &IndexMap<String, f64>) -> String {
    map.keys().next().cloned().unwrap_or_default()
}

#[test]
fn maps_that_keep_an_order_count_in_it() {
    let of = |names: [&str; 2]| first_name(&names.map(|name| (name.to_owned(), 1.0)).into_iter().collect());
    assert_eq!((of(["a", "b"]), of(["b", "a"]), of(["a", "b"])), ("a".into(), "b".into(), "a".into()));
    assert_eq!(FIRST_NAME.stats().misses, 2);
}

#[derive(Serialize)]
struct Held<'a> {
    shared: Arc<hashbrown::HashMap<u32, f64>>,
    borrowed: Cow<'a, HashMap<u32, f64>>,
    set: Option<Box<hashbrown::HashSet<u32>>>,
}

#[cache_data]
fn of_held(held: &Held<'_>) -> usize {
    held.shared.len() + held.borrowed.len() + held.set.as_ref().map_or(0, |set| set.len())
}

#[test]
fn hash_maps_are_known_wherever_they_are_held() {
    let of = |order: &mut dyn Iterator<Item = u32>| {
        let order: Vec<_> = order.collect();
        let pairs = || order.iter().map(|x| (*x, f64::from(*x)));
        let set = Some(Box::new(order.iter().copied().collect()));
        of_held(&Held { shared: Arc::new(pairs().collect()), borrowed: Cow::Owned(pairs().collect()), set })
    };
    for _ in 0..4 {
        assert_eq!((of(&mut (0..20)), of(&mut (0..20).rev())), (60, 60));
    }
    assert_eq!(OF_HELD.stats().misses, 1);
}

trait Db {
    fn name(&self) -> &'static str;
}

struct Prod;
struct Mock;

impl Db for Prod {
    fn name(&self) -> &'static str {
        "prod"
    }
}

impl Db for Mock {
    fn name(&self) -> &'static str {
        "mock"
    }
}

#[cache_data]
fn of_hidden(_db: &impl Db, id: u32) -> String {
    format!("{} {id}", _db.name())
}

#[test]
fn which_type_a_parameter_has_that_is_left_out_tells_calls_apart() {
    assert_eq!(
        (of_hidden(&Prod, 1), of_hidden(&Mock, 1), of_hidden(&Prod, 1)),
        ("prod 1".into(), "mock 1".into(), "prod 1".into())
    );
    assert_eq!(OF_HIDDEN.stats().misses, 2);
}

/// An instant, shown as somebody's clock shows it.
#[derive(Clone, Serialize)]
struct Clock {
    utc: u32,
    offset: u32,
}

impl Hash for Clock {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.utc.hash(state);
    }
}

#[cache_data]
fn seen_by_hash(clock: &Clock) -> u32 {
    clock.utc + clock.offset
}

#[cache_data]
fn seen(#[cache(serde)] clock: &Clock, _log: &str) -> u32 {
    clock.utc + clock.offset
}

#[cache_data(hash_funcs(Clock = serde))]
fn all_seen(clocks: &[(u8, Clock)], option: Option<&Clock>) -> u32 {
    clocks.iter().map(|(_, clock)| clock).chain(option).map(|clock| clock.utc + clock.offset).sum()
}

#[test]
fn what_counts_by_serde_is_what_is_serialised() {
    let [here, there] = [0, 60].map(|offset| Clock { utc: 9, offset });
    assert_eq!((seen_by_hash(&here), seen_by_hash(&there)), (9, 9));
    assert_eq!((seen(&here, "a"), seen(&there, "a"), seen(&here, "b")), (9, 69, 9));
    assert_eq!(SEEN.stats().misses, 2);
    assert_eq!(SEEN.entry(&there).get(), Some(69));
    let all = |clock: &Clock| all_seen(&[(1, clock.clone())], Some(&here));
    assert_eq!((all(&here), all(&there), all(&here)), (18, 78, 18));
    assert_eq!(all_seen(&[], Some(&there)), 69);
    assert_eq!(ALL_SEEN.stats().misses, 3);
}

mod ordered {
    /// Not a set of hashes, whatever its name says.
    #[derive(serde::Serialize)]
    pub(super) struct HashSet<T>(pub(super) Vec<T>);
}

#[cache_data]
fn of_own_set(set: &ordered::HashSet<f64>) -> u64 {
    set.0[0].to_bits()
}

#[test]
fn only_hash_sets_are_without_order() {
    let of = |xs: [f64; 2]| f64::from_bits(of_own_set(&ordered::HashSet(xs.to_vec()))).to_string();
    assert_eq!((of([1.0, 2.0]), of([2.0, 1.0])), ("1".into(), "2".into()));
}
