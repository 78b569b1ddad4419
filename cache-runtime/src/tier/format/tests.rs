//! A zoo of types: each comes out as it went in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU8, Wrapping};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::*;

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the zoo is easier to read without a sign before each animal")]
fn is_kept<V: Serialize + DeserializeOwned + Debug>(value: V) {
    let written = write(&value).and_then(checked::<V>).unwrap_or_else(|why| panic!("{value:?}: {why}"));
    let back: V = read(&written).unwrap_or_else(|why| panic!("{value:?}: {why}"));
    // NaN is not equal to itself, but is written in the same way.
    assert_eq!(format!("{back:?}"), format!("{value:?}"));
}

#[track_caller]
fn is_noticed<V: Serialize + DeserializeOwned>(value: &V) {
    assert!(write(value).and_then(checked::<V>).is_err());
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Clone, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Serialize, Deserialize)]
struct Newtype<T>(T);

#[derive(Debug, Serialize, Deserialize)]
struct Pair(u8, String);

#[derive(Debug, Serialize, Deserialize)]
struct Empty {}

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq, Hash, Clone)]
struct Point {
    x: i32,
    y: i32,
}

#[derive(Debug, Serialize, Deserialize)]
enum Plain<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct {
        x: T,
        y: Option<u8>,
    },
    #[serde(rename = "an other name")]
    Renamed,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Small(u8),
    Float(f64),
    Text(String),
    Struct { x: T },
    Several(Vec<T>),
    Unit,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internally<T> {
    Unit,
    Struct { x: T },
    Newtype(Point),
    Map(BTreeMap<String, u64>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacently<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { x: T },
}

#[derive(Debug, Serialize, Deserialize)]
struct Flattened {
    id: u64,
    #[serde(flatten)]
    point: Point,
    #[serde(flatten)]
    rest: BTreeMap<String, Untagged<Option<u8>>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FlattenedEnum {
    id: u64,
    #[serde(flatten)]
    kind: Internally<Option<u8>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FlattenedNumbers {
    name: String,
    #[serde(flatten)]
    by_number: BTreeMap<u64, String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct MaybeFlattened {
    #[serde(flatten)]
    point: Option<Point>,
    last: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Skipped {
    #[serde(skip)]
    _never: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    sometimes: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    empty: Vec<u8>,
    #[serde(rename = "type", alias = "kind")]
    renamed: u8,
    #[serde(default)]
    #[expect(clippy::option_option, reason = "other formats have one nil")]
    defaulted: Option<Option<()>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Transparent {
    inner: Option<Vec<Option<u8>>>,
}

#[derive(Debug, Serialize, Deserialize, Clone)]
#[serde(into = "String", try_from = "String")]
struct AsText(u32);

impl From<AsText> for String {
    fn from(AsText(number): AsText) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for AsText {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

/// Writes itself as text for people and as a number for machines, as many libraries' types do.
#[derive(Debug, PartialEq)]
struct TwoFaced(u64);

impl Serialize for TwoFaced {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(&self.0) } else { serializer.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for TwoFaced {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map(Self).map_err(serde::de::Error::custom)
        } else {
            u64::deserialize(deserializer).map(Self)
        }
    }
}

/// Reads back as something else.
#[derive(Serialize, Deserialize)]
struct Forgetful(#[serde(deserialize_with = "zero")] u8);

fn zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    u8::deserialize(deserializer).map(|_| 0)
}

#[derive(Debug, Serialize, Deserialize)]
struct List(Option<Box<List>>);

fn list(length: usize) -> List {
    (1..length).fold(List(None), |list, _| List(Some(Box::new(list))))
}

#[test]
fn numbers_characters_and_texts() {
    is_kept((true, false, 'ß', '\0', char::MAX));
    is_kept((i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN));
    is_kept((u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
    is_kept((f32::MIN_POSITIVE, f64::MAX, -0.0_f64, f64::INFINITY, f64::NAN, f32::NAN));
    let odd = f64::from_bits(f64::NAN.to_bits() | 7);
    let back: f64 = read(&write(&odd).expect("it can be")).expect("it can be");
    assert_eq!(back.to_bits(), odd.to_bits());
    is_kept(("", "text", String::from("mit Umläuten und \0"), Cow::Borrowed("borrowed")).2);
    is_kept((NonZeroU8::MAX, Wrapping(3), Duration::from_nanos(7), SystemTime::UNIX_EPOCH));
}

#[test]
fn nothing_and_something() {
    is_kept(());
    is_kept(None::<()>);
    is_kept(Some(()));
    is_kept([None, Some(None), Some(Some(()))]);
    is_kept([None, Some(None), Some(Some(None)), Some(Some(Some(7)))]);
    is_kept([None, Some(Unit)]);
    is_kept(Some(Newtype(None::<u8>)));
    is_kept(vec![Some(Ok(())), Some(Err("no".to_owned())), None]);
    is_kept(Ok::<Option<u8>, ()>(None));
    is_kept(Empty {});
    is_kept(Transparent { inner: Some(vec![None, Some(1)]) });
    is_kept((Plain::Newtype(None::<Option<u8>>), Plain::Newtype(Some(None::<u8>))));
}

#[test]
fn rows_and_sets_and_maps() {
    is_kept(Vec::<u8>::new());
    is_kept((vec![1_u8, 2, 3], vec![-1_i64], [1.5_f32; 3], vec!['a', 'b'], [7_u128; 2], [u64::MAX; 32]));
    is_kept(vec![vec![1_u16], vec![], vec![2, 3]]);
    is_kept((1_u8, 2_u8, 3_u16, "four".to_owned()));
    is_kept((1_u8, 2_u8, vec![3_u8]));
    is_kept(vec![(), (), ()]);
    is_kept(vec![true, false]);
    is_kept(VecDeque::from([Some(1), None]));
    is_kept(BTreeSet::from([3, 1, 2]));
    is_kept(HashSet::from([7]));
    is_kept(BTreeMap::from([(1, "one".to_owned()), (2, "two".to_owned())]));
    is_kept(BTreeMap::from([((1, 'a'), vec![1]), ((2, 'b'), vec![])]));
    is_kept(BTreeMap::from([(None, 1), (Some(Unit), 2)]));
    is_kept(HashMap::from([(Point { x: 1, y: 2 }, Some(()))]));
    is_kept((Box::new(1), Rc::new(2), Arc::<str>::from("three"), Box::<[u8]>::from([1, 2])));
    is_kept((Bytes(vec![0, 255]), Pair(1, "two".to_owned())));
}

#[test]
fn sets_and_maps_whose_order_is_by_chance() {
    let numbers: HashSet<u64> = (0..100).collect();
    let written = write(&numbers).and_then(checked::<HashSet<u64>>).expect("it can be kept");
    assert_eq!(read::<HashSet<u64>>(&written).expect("it can be read"), numbers);
    let map: HashMap<String, HashSet<Option<u8>>> =
        (0..50).map(|number| (number.to_string(), (0..number).map(Some).chain([None]).collect())).collect();
    let written = write(&map).and_then(checked::<HashMap<String, HashSet<Option<u8>>>>).expect("it can be kept");
    assert_eq!(read::<HashMap<String, HashSet<Option<u8>>>>(&written).expect("it can be read"), map);
}

#[test]
fn enums_of_all_representations() {
    is_kept(vec![
        Plain::Unit,
        Plain::Newtype(Some(1)),
        Plain::Tuple(None, 2),
        Plain::Struct { x: Some(3), y: None },
        Plain::Renamed,
    ]);
    is_kept(BTreeMap::from([("one", 1)].map(|(name, number)| (name.to_owned(), Plain::Newtype(number)))));
    is_kept(vec![
        Untagged::Small(7),
        Untagged::Float(0.5),
        Untagged::Text("text".to_owned()),
        Untagged::Struct { x: Some(Some(1)) },
        Untagged::Struct { x: Some(None) },
        Untagged::Struct { x: None },
        Untagged::Several(vec![None, Some(None), Some(Some(2))]),
        Untagged::Unit,
    ]);
    is_kept(vec![
        Internally::Unit,
        Internally::Struct { x: Some(None) },
        Internally::Struct { x: Some(Some(())) },
        Internally::Newtype(Point { x: 1, y: 2 }),
        Internally::Map(BTreeMap::from([("key".to_owned(), 3)])),
    ]);
    is_kept(vec![
        Adjacently::Unit,
        Adjacently::Newtype(Some(None)),
        Adjacently::Newtype(Some(Some(1))),
        Adjacently::Tuple(None, 2),
        Adjacently::Struct { x: Some(None::<u8>) },
    ]);
    is_kept(Untagged::Struct { x: Plain::Tuple(Plain::Struct { x: 1, y: Some(2) }, 3) });
    is_kept(Internally::Struct { x: vec![Plain::Unit, Plain::Newtype(())] });
    is_kept(Adjacently::Newtype(Untagged::Several(vec![Internally::Struct { x: 'x' }])));
    is_kept((IpAddr::V6(Ipv6Addr::LOCALHOST), SocketAddr::from(([127, 0, 0, 1], 80)), PathBuf::from("a/b")));
}

#[test]
fn what_is_flattened_skipped_or_converted() {
    is_kept(Flattened {
        id: 1,
        point: Point { x: 2, y: 3 },
        rest: BTreeMap::from([
            ("small".to_owned(), Untagged::Small(5)),
            ("text".to_owned(), Untagged::Text("six".to_owned())),
            ("more".to_owned(), Untagged::Several(vec![None, Some(7)])),
        ]),
    });
    is_kept(FlattenedEnum { id: 1, kind: Internally::Struct { x: Some(4) } });
    is_kept(FlattenedNumbers { name: "n".to_owned(), by_number: BTreeMap::from([(1, "one".to_owned())]) });
    is_kept([
        MaybeFlattened { point: None, last: true },
        MaybeFlattened { point: Some(Point { x: 1, y: 2 }), last: false },
    ]);
    is_kept(Skipped { _never: 0, sometimes: None, empty: Vec::new(), renamed: 1, defaulted: None });
    is_kept(Skipped {
        _never: 0,
        sometimes: Some("now".to_owned()),
        empty: vec![1],
        renamed: 2,
        defaulted: Some(None),
    });
    is_kept((AsText(7), TwoFaced(8)));
    is_kept(Untagged::Struct { x: TwoFaced(9) });
    is_kept(Internally::Struct { x: (AsText(10), IpAddr::V6(Ipv6Addr::LOCALHOST)) });
}

#[test]
fn what_does_not_come_back_as_it_is_is_noticed() {
    is_kept((i128::MAX, Plain::Newtype(u128::MAX)));
    is_noticed(&Untagged::Struct { x: i128::MAX });
    is_noticed(&Internally::Struct { x: 1_u128 });
    is_noticed(&Forgetful(1));
    is_noticed(&vec![Point { x: 1, y: 2 }].into_iter().map(|_| Forgetful(7)).collect::<Vec<_>>());
}

#[test]
fn what_is_too_deep_is_refused_on_the_way_in_and_on_the_way_out() {
    is_kept(list(50));
    for length in [505, 100_000] {
        let deep = list(length);
        assert!(write(&deep).is_err());
        // Dropped by hand, for its own drop is as deep.
        let mut rest = deep.0;
        while let Some(mut next) = rest {
            rest = next.0.take();
        }
    }
    assert!(read::<List>(&vec![tag::SOME; 100_000]).is_err());
    let rows: Vec<u8> = [tag::SEQ, tag::UNIT, 1, 0, 0, 0].repeat(100_000);
    assert!(read::<serde::de::IgnoredAny>(&rows).is_err());
}

#[test]
fn whatever_the_bytes_are_reading_ends_with_a_value_or_an_error() {
    type Zoo = (Vec<Untagged<Option<u8>>>, Flattened, BTreeMap<u8, Plain<Vec<u16>>>, String, Bytes);
    let zoo = || -> Zoo {
        let point = Point { x: 2, y: 3 };
        let flattened = Flattened { id: 1, point, rest: BTreeMap::new() };
        let map = BTreeMap::from([(1, Plain::Tuple(vec![1, 2], 3)), (2, Plain::Unit)]);
        (vec![Untagged::Small(1), Untagged::Struct { x: None }], flattened, map, "text".to_owned(), Bytes(vec![1]))
    };
    let written = write(&zoo()).expect("it can be");
    for length in 0..written.len() {
        assert!(read::<Zoo>(&written[..length]).is_err());
    }
    assert!(read::<Zoo>(&[&written[..], &[0]].concat()).is_err());
    for at in 0..written.len() {
        for byte in 0..=255 {
            let mut changed = written.clone();
            changed[at] = byte;
            drop(read::<Zoo>(&changed));
            drop(read::<serde::de::IgnoredAny>(&changed));
        }
    }
    // What says that it is long takes no room before it has shown that.
    assert!(read::<Vec<u64>>(&[tag::SEQ, tag::U64, 255, 255, 255, 255]).is_err());
}

#[test]
fn rows_of_numbers_take_no_more_room_than_the_numbers() {
    let head = 6;
    assert_eq!(write(&vec![7_u8; 1_000]).expect("it can be").len(), head + 1_000);
    assert_eq!(write(&vec![0.5_f64; 1_000]).expect("it can be").len(), head + 8_000);
}
