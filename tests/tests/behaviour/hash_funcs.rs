use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;

use cache_runtime::cache_data;
use cache_tests::CallLog;

/// Neither `Hash` nor `Serialize`.
#[derive(Clone)]
struct Person {
    id: u32,
    /// Does not count.
    mood: f32,
}

fn person(id: u32) -> Person {
    static MOODS: AtomicU16 = AtomicU16::new(0);
    Person { id, mood: f32::from(MOODS.fetch_add(1, Relaxed)) }
}

fn people(ids: &[u32]) -> Vec<Person> {
    ids.iter().map(|&id| person(id)).collect()
}

/// Calls of a function with each of these arguments, twice: the body runs once for each.
macro_rules! tells_apart {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        static LOG: CallLog = CallLog::new();
        let mut expected = Vec::new();
        $({
            let text = stringify!($argument);
            for _ in 0..2 {
                $function($argument, || LOG.ran(text));
            }
            expected.push(text);
        })*
        LOG.expect(expected);
    }};
}

/// What a body does with its argument does not matter here.
fn took<T>(_people: T) -> u32 {
    1
}

mod functions {
    use super::*;

    macro_rules! functions {
        ($($name:ident($people:ty);)*) => {$(
            #[cache_data(hash_funcs(Person = |person| person.id))]
            pub(super) fn $name(people: $people, _ran: impl FnOnce()) -> u32 {
                _ran();
                took(people)
            }
        )*};
    }

    functions! {
        slice(&[Person]);
        vec(Vec<Person>);
        array([Person; 2]);
        of_slices(&[&[Person]]);
        option(Option<&Person>);
        options(Vec<Option<Person>>);
        tuple((u8, &Person, (f64, Person)));
        boxed(Box<[Person]>);
        pointers(&Rc<Vec<Arc<Person>>>);
        cow(Cow<'_, [Person]>);
        deque(VecDeque<(Person, &str)>);
        map(&HashMap<String, Vec<Person>>);
        sorted(BTreeMap<u8, Person>);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id(u32);

#[test]
fn what_stands_for_a_type_stands_for_it_inside_of_others() {
    use functions::{array, boxed, cow, option, options, slice, tuple, vec};

    tells_apart!(slice(&people(&[]), &people(&[1]), &people(&[1, 2]), &people(&[2, 1])));
    tells_apart!(vec(people(&[]), people(&[1]), people(&[1, 2])));
    tells_apart!(array([person(1), person(2)], [person(2), person(1)]));
    tells_apart!(option(None, Some(&person(0)), Some(&person(1))));
    tells_apart!(options(
        vec![],
        vec![None],
        vec![None, None],
        vec![Some(person(1)), None],
        vec![None, Some(person(1))]
    ));
    tells_apart!(tuple((1, &person(1), (1.0, person(1))), (2, &person(1), (1.0, person(1)))));
    tells_apart!(tuple((3, &person(1), (1.0, person(1))), (3, &person(1), (2.0, person(1)))));
    tells_apart!(tuple((4, &person(1), (1.0, person(2))), (4, &person(2), (1.0, person(1)))));
    tells_apart!(boxed(people(&[1]).into(), people(&[2]).into()));
    tells_apart!(cow(Cow::Owned(people(&[1])), Cow::Owned(people(&[2]))));
}

#[test]
fn containers_in_containers_keep_their_shape() {
    use functions::{deque, map, of_slices, pointers, sorted};

    let (one, two, both) = (people(&[1]), people(&[2]), people(&[1, 2]));
    tells_apart!(of_slices(&[&both], &[&one, &two], &[&[], &both], &[&both, &[]], &[], &[&[]]));
    tells_apart!(pointers(&Rc::new(vec![Arc::new(person(1))]), &Rc::new(vec![Arc::new(person(2))]), &Rc::default()));
    tells_apart!(deque([(person(1), "a")].into(), [(person(1), "b")].into(), [(person(2), "a")].into()));
    tells_apart!(map(
        &HashMap::from([("a".to_owned(), people(&[1, 2])), ("b".to_owned(), people(&[3]))]),
        &HashMap::from([("a".to_owned(), people(&[1])), ("b".to_owned(), people(&[2, 3]))]),
        &HashMap::from([("b".to_owned(), people(&[1, 2])), ("a".to_owned(), people(&[3]))]),
    ));
    tells_apart!(sorted([(1, person(1)), (2, person(2))].into(), [(1, person(2)), (2, person(1))].into()));
}

#[test]
fn maps_and_sets_count_whatever_order_they_iterate_in() {
    static LOG: CallLog = CallLog::new();

    #[cache_data(hash_funcs(Id = |id| id.0, Person = |person| person.id))]
    fn total(ids: &HashSet<Id>, people: HashMap<u32, Person>) -> u32 {
        LOG.ran(ids.len().to_string());
        people.values().map(|person| person.id).sum()
    }

    // Each has an order of its own.
    for _ in 0..10 {
        let ids: HashSet<_> = (0..50).map(Id).collect();
        assert_eq!(total(&ids, (0..50).map(|id| (id, person(id))).collect()), 1225);
    }
    LOG.expect(["50"]);
}

#[test]
fn an_entry_is_found_by_what_stands_for_the_parts() {
    #[cache_data(hash_funcs(Person = |person| person.id))]
    fn names(people: &[Person], chief: Option<Person>) -> usize {
        people.len() + usize::from(chief.is_some_and(|chief| chief.mood > 1.0))
    }

    names(&people(&[1, 2]), Some(person(3)));
    assert!(NAMES.entry(&people(&[1, 2]), Some(person(3))).contains());
    assert!(!NAMES.entry(&people(&[1, 2]), Some(person(4))).contains());
    assert!(!NAMES.entry(&people(&[1, 3]), Some(person(3))).contains());
}

#[test]
fn a_whole_type_comes_before_its_parts() {
    #[cache_data(hash_funcs(Person = |person| person.id, Vec<Person> = |people| people.len()))]
    fn count(people: &Vec<Person>, groups: &[Vec<Person>], one: &Person) -> usize {
        people.len() + groups.len() + usize::from(one.id > 0)
    }

    count(&people(&[1, 2]), &[people(&[3])], &person(1));
    assert!(COUNT.entry(&people(&[3, 4]), &[people(&[5])], &person(1)).contains());
    assert!(!COUNT.entry(&people(&[3, 4]), &[people(&[5, 6])], &person(1)).contains());
    assert!(!COUNT.entry(&people(&[3, 4]), &[people(&[5])], &person(2)).contains());
}

struct Team(Vec<u32>);

impl Team {
    #[cache_data(hash_funcs(Self = |team| team.0.len()))]
    fn merged(&self, others: &[Option<Self>]) -> usize {
        self.0.len() + others.iter().flatten().map(|team| team.0.len()).sum::<usize>()
    }
}

#[test]
fn self_is_a_type_like_others() {
    let team = || Team(vec![1, 2]);
    assert_eq!(team().merged(&[None, Some(team())]), 4);
    assert!(Team::MERGED.entry(&team(), &[None, Some(Team(vec![3, 4]))]).contains());
    assert!(!Team::MERGED.entry(&team(), &[Some(Team(vec![3, 4])), None]).contains());
}

#[test]
fn what_is_told_of_a_type_is_told_of_it_behind_a_mutable_reference() {
    #[cache_data(hash_funcs(Person = |person| person.id))]
    fn cheered(one: Option<&mut Person>, (other, by): (&mut Person, u8)) -> u32 {
        let one = one.map_or(0, |one| one.id);
        other.mood += f32::from(by);
        one + other.id
    }

    assert_eq!(cheered(Some(&mut person(1)), (&mut person(2), 1)), 3);
    assert!(CHEERED.entry(Some(&mut person(1)), (&mut person(2), 1)).contains());
    assert!(!CHEERED.entry(Some(&mut person(1)), (&mut person(3), 1)).contains());
    assert!(!CHEERED.entry(None, (&mut person(2), 1)).contains());
}
