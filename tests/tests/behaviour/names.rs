use std::fmt::Debug;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cache_runtime::{CACHE_DATA, cache_data, trace};

/// What functions are called, without the module of this file.
fn names<const N: usize>(names: [&'static str; N]) -> [&'static str; N] {
    names.map(|name| name.strip_prefix("behaviour::names::").expect("they stand in this file"))
}

/// The one function that a call calls.
fn traced<R>(call: impl FnOnce() -> R) -> &'static str {
    let (_, calls) = trace(call);
    assert_eq!(calls.len(), 1);
    names([calls[0].function])[0]
}

mod model {
    #[derive(Hash)]
    pub(super) struct Posts;
}

mod shop {
    use super::{cache_data, model};

    #[derive(Clone, Hash)]
    pub(super) struct Users;

    impl Users {
        #[cache_data]
        pub(in super::super) fn get(&self, id: u32) -> u32 {
            id
        }

        #[cache_data(in_impl)]
        pub(in super::super) fn count() -> u32 {
            1
        }
    }

    impl model::Posts {
        #[cache_data]
        pub(in super::super) fn get(&self, id: u32) -> u32 {
            id + 1
        }
    }

    #[cache_data]
    pub(super) fn get(id: u32) -> u32 {
        id + 2
    }
}

#[test]
fn the_methods_of_two_types_have_two_names() {
    // Also before they are used.
    assert_eq!(
        names([shop::Users::GET.name(), model::Posts::GET.name(), shop::GET.name(), shop::Users::COUNT.name()]),
        ["shop::Users::get", "shop::Posts::get", "shop::get", "shop::Users::count"]
    );
    assert_eq!(traced(|| shop::Users.get(1)), "shop::Users::get");
    assert_eq!(traced(|| model::Posts.get(1)), "shop::Posts::get");
    assert_eq!(traced(|| shop::get(1)), "shop::get");
    let used = CACHE_DATA.functions();
    let misses = |name| used.iter().find(|used| used.name == name).map(|used| used.stats.misses);
    assert_eq!((misses(shop::Users::GET.name()), misses(model::Posts::GET.name())), (Some(1), Some(1)));
}

struct Repo<'a, T: ?Sized>(&'a T);

impl<T: Clone + Send + Sync + 'static> Repo<'_, T> {
    #[cache_data(skip(self))]
    fn load(&self) -> T {
        self.0.clone()
    }

    #[cache_data(skip(self))]
    fn of<U: Hash>(&self, id: U) -> T {
        drop(id);
        self.0.clone()
    }
}

#[test]
fn the_instances_of_a_generic_type_have_one_name() {
    assert_eq!(names([Repo::<u8>::LOAD.name(), Repo::<String>::LOAD.name()]), ["Repo::load"; 2]);
    assert_eq!(traced(|| Repo(&1_u8).load()), "Repo::load");
    assert_eq!(traced(|| Repo(&String::new()).load()), "Repo::load");
    assert_eq!(traced(|| Repo(&1_u8).of("x")), "Repo::of");
}

trait Measured: Debug {
    fn size(&self) -> usize;
}

trait Described: Debug {
    #[cache_data(no_handle, key = format!("{self:?}"))]
    fn described(&self) -> String {
        format!("{self:?}")
    }
}

impl Described for u8 {}
impl Described for char {}

impl Measured for u8 {
    #[cache_data(no_handle)]
    fn size(&self) -> usize {
        1
    }
}

impl<T: Debug + Hash> Measured for [T] {
    #[cache_data(no_handle, key = self.len())]
    fn size(&self) -> usize {
        self.len()
    }
}

impl<T: Debug> Measured for &T {
    #[cache_data(no_handle, skip(self))]
    fn size(&self) -> usize {
        1
    }
}

impl<T: Debug> Measured for (T, Option<model::Posts>)
where
    Option<model::Posts>: Debug,
{
    #[cache_data(no_handle, skip(self))]
    fn size(&self) -> usize {
        2
    }
}

impl Debug for model::Posts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Posts")
    }
}

impl dyn Measured {
    #[cache_data(skip(self))]
    fn twice(&self) -> usize {
        2 * self.size()
    }
}

trait Anything {
    fn anything(&self) -> u32;
}

impl<T> Anything for T {
    #[cache_data(no_handle, skip(self))]
    fn anything(&self) -> u32 {
        3
    }
}

#[test]
fn methods_of_traits_are_named_by_their_type_and_trait() {
    assert_eq!(traced(|| Measured::size(&1_u8)), "<u8 as Measured>::size");
    assert_eq!(traced(|| Measured::size(&[1, 2][..])), "<[_] as Measured>::size");
    assert_eq!(traced(|| Measured::size(&&'x')), "<&_ as Measured>::size");
    assert_eq!(traced(|| Measured::size(&('x', None::<model::Posts>))), "<(_, Option<Posts>) as Measured>::size");
    assert_eq!(names([<dyn Measured>::TWICE.name()]), ["dyn Measured::twice"]);
}

#[test]
fn methods_for_many_types_are_named_by_their_trait() {
    assert_eq!(traced(|| 1_u8.described()), "Described::described");
    assert_eq!(traced(|| 'x'.described()), "Described::described");
    assert_eq!(traced(|| 1_u8.anything()), "Anything::anything");
}

trait Cache {
    fn get(&self) -> u32;
}

trait Convert<T> {
    fn get(&self) -> T;
}

impl Cache for shop::Users {
    #[cache_data(no_handle)]
    fn get(&self) -> u32 {
        1
    }
}

impl Convert<u32> for shop::Users {
    #[cache_data(no_handle)]
    fn get(&self) -> u32 {
        1
    }
}

impl Convert<shop::Users> for shop::Users {
    #[cache_data(no_handle)]
    fn get(&self) -> shop::Users {
        shop::Users
    }
}

impl Repo<'_, [u8]> {
    #[cache_data(skip(self))]
    fn get(&self) -> usize {
        self.0.len()
    }
}

impl Repo<'_, str> {
    #[cache_data(skip(self))]
    fn get(&self) -> usize {
        self.0.len()
    }
}

#[test]
fn methods_of_one_name_have_names_of_their_own() {
    let names = [
        traced(|| Cache::get(&shop::Users)),
        traced(|| Convert::<u32>::get(&shop::Users)),
        traced(|| Convert::<shop::Users>::get(&shop::Users)),
        traced(|| Repo::<[u8]>(&[]).get()),
        traced(|| Repo("").get()),
    ];
    assert_eq!(
        names,
        [
            "<Users as Cache>::get",
            "<Users as Convert<u32>>::get",
            "<Users as Convert<Users>>::get",
            "Repo<[u8]>::get",
            "Repo<str>::get",
        ]
    );
    let used = CACHE_DATA.functions();
    for name in names {
        let count = used.iter().filter(|used| used.name.strip_prefix("behaviour::names::") == Some(name)).count();
        assert_eq!(count, 1, "{name}");
    }
}

#[cache_data(no_handle)]
fn alone(id: u32) -> u32 {
    id
}

#[cache_data(no_handle)]
fn with_any<T: Hash>(id: T) -> u32 {
    drop(id);
    1
}

impl shop::Users {
    fn outer(id: u32) -> u32 {
        #[cache_data]
        fn inner(id: u32) -> u32 {
            id
        }
        #[cache_data(no_handle)]
        fn without_a_handle(id: u32) -> u32 {
            id
        }
        struct Local;
        impl Local {
            #[cache_data(in_impl)]
            fn get(id: u32) -> u32 {
                id
            }
        }
        let in_closure = |id| {
            #[cache_data(no_handle)]
            fn deeper(id: u32) -> u32 {
                id
            }
            deeper(id)
        };
        inner(id) + without_a_handle(id) + Local::get(id) + in_closure(id)
    }
}

#[test]
fn what_stands_in_bodies_is_named_by_what_can_be_said() {
    assert_eq!(traced(|| alone(1)), "alone");
    assert_eq!(traced(|| with_any(1)), "with_any");
    let (_, calls) = trace(|| shop::Users::outer(1));
    let called: Vec<_> = calls.iter().map(|call| call.function).collect();
    assert_eq!(
        names(called.try_into().expect("there are four")),
        ["inner", "outer::without_a_handle", "Local::get", "outer::deeper"]
    );
}

struct Endless;

impl Endless {
    #[cache_data(in_impl)]
    fn depth() -> u32 {
        Endless::depth() + 1
    }
}

#[test]
fn a_panic_names_the_type_too() {
    let panic = catch_unwind(AssertUnwindSafe(Endless::depth)).expect_err("it is recursive");
    let message = panic.downcast_ref::<String>().expect("it is a text");
    assert!(message.contains("`behaviour::names::Endless::depth`"), "{message}");
}
