use std::collections::{BTreeMap, HashMap, HashSet};

use cache_runtime::cache_data;
use proptest::collection::{btree_map, hash_map, hash_set, vec};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Serialize;

/// A float that compares as keys do: both zeros are one, every NaN is one.
#[derive(Clone, Copy, Debug, Serialize)]
struct Real(f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || (self.0.is_nan() && other.0.is_nan())
    }
}

/// Everything serde can tell apart, nested.
#[derive(Clone, Debug, PartialEq, Serialize)]
enum Value {
    Nothing,
    Flag(bool),
    Small(u8),
    Int(i64),
    Real(Real),
    Letter(char),
    Text(String),
    List(Vec<Value>),
    Map(HashMap<String, Value>),
    Sorted(BTreeMap<u8, Value>),
    Set(HashSet<String>),
    Maybe(Option<Box<Value>>),
    Record { name: String, weight: Real },
    Pair(String, Box<Value>),
}

/// From few values, so that equal ones come up often.
fn text() -> impl Strategy<Value = String> {
    "[ab]{0,3}"
}

fn real() -> impl Strategy<Value = Real> {
    prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 0.5, f64::NAN, -f64::NAN, f64::INFINITY]).prop_map(Real)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nothing),
        any::<bool>().prop_map(Value::Flag),
        (0_u8..3).prop_map(Value::Small),
        (-1_i64..2).prop_map(Value::Int),
        real().prop_map(Value::Real),
        prop::sample::select(vec!['a', 'b', '1']).prop_map(Value::Letter),
        text().prop_map(Value::Text),
        hash_set(text(), 0..4).prop_map(Value::Set),
        (text(), real()).prop_map(|(name, weight)| Value::Record { name, weight }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::List),
            hash_map(text(), inner.clone(), 0..3).prop_map(Value::Map),
            btree_map(0_u8..3, inner.clone(), 0..3).prop_map(Value::Sorted),
            prop::option::of(inner.clone().prop_map(Box::new)).prop_map(Value::Maybe),
            (text(), inner.prop_map(Box::new)).prop_map(|(text, value)| Value::Pair(text, value)),
        ]
    })
}

#[cache_data]
fn probe(value: &Value, texts: &[String], maybe: Option<&str>, real: f64, numbers: (u8, Vec<u16>)) -> usize {
    let _ = (value, texts, maybe, real, numbers);
    unreachable!("the entries are primed, no body runs")
}

type Row = (Value, Vec<String>, Option<String>, Real, (u8, Vec<u16>));

/// miri takes a second for each.
const ROWS: usize = if cfg!(miri) { 24 } else { 1_000 };

/// All pairs of a thousand rows: an entry is found exactly if an equal row was seen before.
#[test]
fn a_thousand_random_rows_have_equal_keys_exactly_if_they_are_equal() {
    let row = (value(), vec(text(), 0..3), prop::option::of(text()), real(), (0_u8..2, vec(0_u16..2, 0..3)));
    let mut runner = TestRunner::deterministic();
    let mut rows: Vec<Row> = Vec::new();
    let mut repeated = 0;
    for place in 0..ROWS {
        // Every other row differs from an earlier one in one argument at most.
        let fresh = row.new_tree(&mut runner).expect("a strategy without filters has values").current();
        let row = match rows.get(place / 2) {
            Some(earlier) if place % 2 == 1 => {
                let mut near = earlier.clone();
                match place / 2 % 6 {
                    0 => near.0 = fresh.0,
                    1 => near.1 = fresh.1,
                    2 => near.2 = fresh.2,
                    3 => near.3 = fresh.3,
                    4 => near.4 = fresh.4,
                    _ => {}
                }
                near
            }
            _ => fresh,
        };
        let seen = rows.iter().position(|other| *other == row);
        let (value, texts, maybe, real, numbers) = &row;
        let entry = PROBE.entry(value, texts, maybe.as_deref(), real.0, numbers.clone());
        assert_eq!(entry.get(), seen, "{row:?} and {:?}", entry.get().map(|place| &rows[place]));
        repeated += usize::from(seen.is_some());
        if seen.is_none() {
            entry.insert(place);
            let called = probe(value, texts, maybe.as_deref(), real.0, numbers.clone());
            assert_eq!(called, place, "the function and its handle make the same key");
        }
        rows.push(row);
    }
    assert!(repeated > ROWS / 10, "only {repeated} rows were equal to an earlier one");
}
