//! Every shape a function may have; each is called twice and runs once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use std::sync::Arc;

use cache_runtime::cache_data;
use cache_tests::CallLog;

static PATTERN_LOG: CallLog = CallLog::new();

struct Point {
    x: i32,
    y: i32,
}

impl Hash for Point {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.x, self.y).hash(state);
    }
}

#[cache_data]
fn patterns(
    mut a: u32,
    (b, mut c): (u32, u32),
    Point { x, y }: &Point,
    [first, .., last]: [u8; 3],
    ref text: String,
    whole @ (left, _): (u8, u8),
    _: f32,
) -> String {
    a += 1;
    c += b;
    PATTERN_LOG.ran("patterns");
    format!("{a} {b} {c} {x} {y} {first} {last} {text} {whole:?} {left}")
}

#[test]
fn parameters_may_be_mut_and_patterns() {
    let call = |x, ignored| patterns(1, (2, 3), &Point { x, y: 5 }, [6, 7, 8], "nine".into(), (1, 2), ignored);
    assert_eq!(call(4, 0.0), "2 2 5 4 5 6 8 nine (1, 2) 1");
    assert_eq!(call(4, 1.0), call(4, 2.0));
    PATTERN_LOG.expect(["patterns"]);
    call(5, 0.0);
    PATTERN_LOG.expect(["patterns"]);
    let entry = PATTERNS.entry(1, (2, 3), &Point { x: 4, y: 5 }, [6, 7, 8], "nine".into(), (1, 2));
    assert!(entry.contains());
}

static BORROW_LOG: CallLog = CallLog::new();

#[cache_data]
#[expect(clippy::too_many_arguments, clippy::many_single_char_names, reason = "one of each kind")]
fn borrows<'a, 'b: 'a>(
    a: &'a str,
    b: Option<&'b str>,
    c: Cow<'_, str>,
    d: &[u8],
    e: &&'a [&'b str],
    f: &HashMap<u8, u8>,
    #[cache(skip)] g: &dyn Fn() -> u8,
    #[cache(skip)] h: &mut Vec<u8>,
) -> usize {
    BORROW_LOG.ran("borrows");
    h.push(g());
    a.len() + b.map_or(0, str::len) + c.len() + d.len() + e.len() + f.len()
}

impl Hash for dyn Speaks + '_ {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.word().hash(state);
    }
}

trait Speaks: Send + Sync {
    fn word(&self) -> &str;
}

impl Speaks for String {
    fn word(&self) -> &str {
        self
    }
}

#[cache_data]
fn of_trait_object(speaker: &dyn Speaks) -> String {
    speaker.word().to_owned()
}

#[test]
fn parameters_may_borrow() {
    let owned = String::from("a");
    let mut out = Vec::new();
    let mut call = |d: &[u8]| {
        borrows(&owned, Some("b"), Cow::Borrowed("c"), d, &&["x", "y"][..], &HashMap::new(), &|| 7, &mut out)
    };
    assert_eq!((call(&[1]), call(&[1]), call(&[1, 2])), (6, 6, 7));
    BORROW_LOG.expect(["borrows", "borrows"]);
    assert_eq!(out, [7, 7]);
    assert_eq!(of_trait_object(&owned), of_trait_object(&String::from("a")));
    assert_eq!(OF_TRAIT_OBJECT.stats().hits, 1);
}

static GENERIC_LOG: CallLog = CallLog::new();

#[cache_data(max_entries = 100, ttl = "1h")]
fn generic<T, U, const N: usize>(items: [T; N], name: &U, show: impl Display + Hash + 'static) -> Vec<T>
where
    T: Hash + Clone + Send + Sync + 'static,
    U: Hash + AsRef<str> + ?Sized,
{
    GENERIC_LOG.ran(format!("{} {show} {N}", name.as_ref()));
    items.to_vec()
}

#[test]
fn functions_may_be_generic() {
    assert_eq!(generic([1_u8, 2], "two", 1_u8), [1, 2]);
    assert_eq!(generic([1_u8, 2], "two", 1_u8), [1, 2]);
    assert_eq!(generic([1_u16, 2], "two", 1_u8), [1, 2]);
    assert_eq!(generic([1_u8, 2], &String::from("two"), 1_u8), [1, 2]);
    assert_eq!(generic([1_u8, 2, 3], "three", "one"), [1, 2, 3]);
    GENERIC_LOG.expect(["two 1 2", "two 1 2", "two 1 2", "three one 3"]);
}

static METHOD_LOG: CallLog = CallLog::new();

#[derive(Hash, Clone)]
struct Repo<T>(T);

impl<T: Hash + Clone + Send + Sync + Display + 'static> Repo<T> {
    #[cache_data]
    fn get(&self, id: u64) -> String {
        METHOD_LOG.ran(format!("get {} {id}", self.0));
        format!("{}/{id}", self.0)
    }

    #[cache_data]
    fn into_parts(self, at: u8) -> (T, u8) {
        METHOD_LOG.ran("into_parts");
        (self.0, at)
    }

    #[cache_data]
    fn shared(self: Arc<Self>) -> Self {
        METHOD_LOG.ran("shared");
        Self(self.0.clone())
    }

    #[cache_data]
    fn new(value: T) -> Self {
        METHOD_LOG.ran("new");
        Self(value)
    }

    #[cache_data]
    fn paired<U: Hash + Clone + Send + Sync + 'static>(&self, other: U) -> (T, U) {
        METHOD_LOG.ran("paired");
        (self.0.clone(), other)
    }

    #[cache_data(skip(self), ttl_of = |_| Self::lifetime())]
    async fn later(&mut self, x: &str) -> Result<usize, std::num::ParseIntError> {
        METHOD_LOG.ran("later");
        std::future::ready(()).await;
        x.parse::<usize>()
    }

    fn lifetime() -> std::time::Duration {
        std::time::Duration::from_secs(7)
    }
}

#[test]
fn methods_and_associated_functions() {
    let (one, two) = (Repo(1), Repo(2));
    assert_eq!((one.get(7), one.get(7), two.get(7)), ("1/7".into(), "1/7".into(), "2/7".into()));
    assert_eq!(Repo::GET.entry(&one, 7).get().as_deref(), Some("1/7"));
    METHOD_LOG.expect(["get 1 7", "get 2 7"]);
    assert_eq!((one.clone().into_parts(1), Repo(1).into_parts(1)), ((1, 1), (1, 1)));
    for _ in 0..2 {
        Arc::new(Repo("x")).shared();
        Repo::new('c');
        one.paired("y");
    }
    one.paired(1_u8);
    METHOD_LOG.expect(["into_parts", "shared", "new", "paired", "paired"]);
    let mut three = Repo(3);
    assert_eq!(futures::executor::block_on(three.later("12")), Ok(12));
    assert_eq!(futures::executor::block_on(three.later("12")), Ok(12));
    METHOD_LOG.expect(["later"]);
    let left = Repo::<i32>::LATER.entry("12").expires_in().map(|left| left.as_secs_f64().round());
    assert_eq!(left, Some(7.0));
}

trait Source {
    fn load(&self, id: u32) -> String;
    fn name() -> String;
}

static TRAIT_LOG: CallLog = CallLog::new();

impl<T: Display + Hash> Source for Repo<T> {
    #[cache_data(no_handle, max_entries = 10)]
    fn load(&self, id: u32) -> String {
        TRAIT_LOG.ran(format!("load {} {id}", self.0));
        self.0.to_string()
    }

    #[cache_data(no_handle)]
    fn name() -> String {
        TRAIT_LOG.ran("name");
        std::any::type_name::<Self>().into()
    }
}

#[test]
fn trait_methods_without_a_handle() {
    assert_eq!((Repo(1).load(1), Repo(1).load(1), Repo("1").load(1)), ("1".into(), "1".into(), "1".into()));
    TRAIT_LOG.expect(["load 1 1", "load 1 1"]);
    assert_ne!(Repo::<u8>::name(), Repo::<u16>::name());
    assert_eq!(Repo::<u8>::name(), Repo::<u8>::name());
    TRAIT_LOG.expect(["name", "name"]);
}

trait Convert<T> {
    fn convert(&self) -> String;
}

struct Plain;

impl<T: Default + Display> Convert<T> for Plain {
    #[cache_data(no_handle, skip(self))]
    fn convert(&self) -> String {
        format!("{}", T::default())
    }
}

trait Describe<T: Default + Display + 'static>: Sized {
    #[cache_data(skip(self))]
    fn describe(&self) -> String {
        format!("{}", T::default())
    }
}

impl<T: Default + Display + 'static> Describe<T> for Plain {}

#[test]
fn generic_arguments_of_the_block_are_part_of_the_key_too() {
    assert_eq!((Convert::<u8>::convert(&Plain), Convert::<bool>::convert(&Plain)), ("0".into(), "false".into()));
    assert_eq!((Describe::<u8>::describe(&Plain), Describe::<bool>::describe(&Plain)), ("0".into(), "false".into()));
    assert_eq!(<Plain as Describe<bool>>::DESCRIBE.entry().get().as_deref(), Some("false"));
}

static OTHER_LOG: CallLog = CallLog::new();

#[cache_data]
fn early(x: i32) -> Result<i32, String> {
    OTHER_LOG.ran(x.to_string());
    if x < 0 {
        return Err("negative".into());
    }
    let halved = u32::try_from(x).map_err(|error| error.to_string())? / 2;
    if halved == 0 {
        return Ok(0);
    }
    i32::try_from(halved).map_err(|error| error.to_string())
}

#[test]
fn bodies_may_return_early() {
    assert_eq!(
        (early(-1), early(1), early(1), early(9), early(9)),
        (Err("negative".into()), Ok(0), Ok(0), Ok(4), Ok(4))
    );
    OTHER_LOG.expect(["-1", "1", "9"]);
}

#[cache_data]
fn r#type(r#fn: u8, r#match: u8) -> u8 {
    r#fn + r#match
}

#[cache_data]
fn names_like_ours(key: u8, cache: u8, value: u8, this: u8, handle: u8, body: u8, argument0: (u8, u8)) -> u8 {
    key + cache + value + this + handle + body + argument0.0
}

#[test]
fn names_may_be_raw_or_like_ours() {
    assert_eq!((r#type(1, 2), TYPE.entry(1, 2).get()), (3, Some(3)));
    assert_eq!(names_like_ours(1, 1, 1, 1, 1, 1, (1, 0)), 7);
    assert_eq!(NAMES_LIKE_OURS.entry(1, 1, 1, 1, 1, 1, (1, 0)).get(), Some(7));
    assert!(TYPE.name().ends_with("::type"));
}

/// # Safety
/// `pointer` is valid for reads.
#[cache_data]
#[expect(unsafe_code, reason = "an unsafe function is a shape too")]
unsafe fn read(pointer: usize) -> u8 {
    // SAFETY: what the caller promised.
    unsafe { *(pointer as *const u8) }
}

#[cache_data]
extern "C" fn with_abi(x: u8) -> u8 {
    x
}

#[cache_data]
#[expect(clippy::mixed_attributes_style, reason = "that is what is tried")]
#[must_use]
fn attributed(x: String) -> usize {
    #![expect(clippy::let_and_return, reason = "so are those inside")]
    let length = x.len();
    length
}

#[cfg(not(test))]
#[cache_data]
fn by_configuration() -> u8 {
    compile_error!("this one is left out");
}

#[cache_data]
#[cfg(test)]
fn by_configuration() -> u8 {
    1
}

#[cache_data]
#[cfg(not(test))]
fn by_configuration() -> u8 {
    2
}

#[test]
#[expect(unsafe_code, reason = "an unsafe function is called")]
fn qualifiers_and_attributes_are_preserved() {
    let byte = Box::new(7_u8);
    // SAFETY: the pointer is that of a live box.
    let [one, other] = [(); 2].map(|()| unsafe { read(std::ptr::from_ref(&*byte).expose_provenance()) });
    assert_eq!((one, other, READ.stats().hits), (7, 7, 1));
    let pointer: extern "C" fn(u8) -> u8 = with_abi;
    assert_eq!((pointer(1), pointer(1), WITH_ABI.stats().hits), (1, 1, 1));
    assert_eq!((attributed("abc".into()), by_configuration()), (3, 1));
    assert_eq!(BY_CONFIGURATION.len(), 1);
}

#[test]
fn a_cached_function_can_be_passed_as_a_value_and_stand_inside_another() {
    #[cache_data]
    fn local(x: u8) -> u8 {
        #[cache_data]
        fn deeper(x: u8) -> u8 {
            x + 1
        }
        deeper(x) * 2
    }
    let sums: Vec<_> = [1, 2, 1].into_iter().map(local).collect();
    assert_eq!((sums, LOCAL.stats().hits), (vec![4, 6, 4], 1));
}

macro_rules! squares {
    ($($vis:vis $name:ident: $ty:ty = |$x:ident| $body:expr;)*) => {$(
        #[cache_data]
        $vis fn $name($x: $ty) -> $ty {
            $body
        }
    )*};
}

squares! {
    square_of_small: u8 = |x| x * x;
    pub(crate) square_of_large: u64 = |x| x * x;
}

#[test]
fn functions_may_be_made_by_macros() {
    assert_eq!((square_of_small(3), square_of_large(4)), (9, 16));
    assert_eq!((SQUARE_OF_SMALL.len(), SQUARE_OF_LARGE.len()), (1, 1));
}
