//! Where an expansion could differ from the plain function, and does not.

use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;

use cache_runtime::{cache_data, cache_resource};
use cache_tests::CallLog;
use futures::executor::block_on;

trait Repo: Send + Sync {
    fn name(&self) -> &'static str;
}

struct Named(&'static str);

impl Repo for Named {
    fn name(&self) -> &'static str {
        self.0
    }
}

#[cache_resource]
async fn repo(in_memory: bool) -> Arc<dyn Repo> {
    if in_memory {
        return Arc::new(Named("memory"));
    }
    std::future::ready(()).await;
    Arc::new(Named("disk"))
}

#[cache_data]
async fn boxed_error(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if text == "1" {
        return Err(Box::new(std::fmt::Error));
    }
    match text.parse::<u32>() {
        Ok(0) => Err("zero".into()),
        Ok(number) => Ok(number + u32::try_from(-1_i64 + 2)?),
        Err(error) => Err(Box::new(error)),
    }
}

#[cache_data]
async fn slice(long: bool) -> &'static [u8] {
    if long { &[1, 2, 3] } else { &[1] }
}

#[cache_data]
async fn pointer(_x: u8) -> fn(u8) -> u8 {
    |y| y + 1
}

#[cache_data]
async fn inferred((one, mut more): (u8, Vec<u8>)) -> Vec<u64> {
    more.push(one);
    more.into_iter().map(Into::into).collect()
}

static UNIT_LOG: CallLog = CallLog::new();

#[cache_data]
async fn unit(early: bool) {
    UNIT_LOG.ran(early.to_string());
    if early {
        return;
    }
    UNIT_LOG.ran("late");
}

#[cache_data]
async fn returning(x: u8) -> Result<u8, String> {
    return Ok(x);
}

#[cache_data]
async fn borrowed_error(text: &str) -> Result<u32, &str> {
    if text.is_empty() {
        return Err("empty");
    }
    text.parse().map_err(|_| text)
}

#[cache_data]
async fn error_of_one_thread(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

#[cache_data]
async fn diverging(x: u8) -> u8 {
    panic!("never returns {x}")
}

#[test]
fn async_bodies_are_coerced_and_inferred_as_plain_ones() {
    block_on(async {
        assert_eq!((repo(true).await.name(), repo(false).await.name()), ("memory", "disk"));
        assert!(Arc::ptr_eq(&repo(true).await, &repo(true).await));
        assert_eq!((boxed_error("2").await.ok(), boxed_error("2").await.ok()), (Some(3), Some(3)));
        for (text, message) in [("0", "zero"), ("x", "invalid digit found in string")] {
            assert_eq!(boxed_error(text).await.map_err(|error| error.to_string()), Err(message.into()));
        }
        assert!(boxed_error("1").await.is_err());
        assert_eq!((slice(true).await, slice(false).await), (&[1, 2, 3][..], &[1][..]));
        assert_eq!((pointer(1).await)(1), 2);
        assert_eq!(inferred((1, vec![2])).await, [2, 1]);
        for early in [true, false, true, false] {
            unit(early).await;
        }
        UNIT_LOG.expect(["true", "false", "late"]);
        assert_eq!(returning(1).await, Ok(1));
        assert_eq!((borrowed_error("").await, borrowed_error("x").await), (Err("empty"), Err("x")));
        assert_eq!(error_of_one_thread("1").await.ok(), Some(1));
    });
    assert!(std::panic::catch_unwind(|| block_on(diverging(1))).is_err());
}

macro_rules! both {
    ($($name:ident, $plain:ident: |$x:ident| $e:expr, $f:expr;)*) => {$(
        #[cache_data]
        fn $name($x: i32) -> i32 {
            let a = 10 - $e * 2;
            let b = -$e;
            let c = $f + a;
            $e + a + b + c
        }

        fn $plain($x: i32) -> i32 {
            let a = 10 - $e * 2;
            let b = -$e;
            let c = $f + a;
            $e + a + b + c
        }
    )*};
}

both! {
    sum, plain_sum: |x| x + 1, if x > 1 { x } else { 0 };
    shifted, plain_shifted: |x| x << 1, x & 1;
    negative, plain_negative: |x| -x, match x { 1 => 2, _ => 3 };
    either, plain_either: |x| x ^ 3, x | 1;
}

macro_rules! with_calls {
    ($name:ident, $key:expr, $number:expr, $ty:ty, $ttl:expr) => {
        #[cache_data(key = $key * 2 + *x, ttl = $ttl)]
        fn $name(x: $ty) -> i32 {
            $number.abs() + i32::from(*x)
        }
    };
}

fn two() -> u8 {
    2
}

with_calls!(called, 1 + two(), -3_i32, &u8, 30 + 30);

#[test]
fn what_a_macro_passes_on_stays_together() {
    for x in [1, 2, 3] {
        assert_eq!(sum(x), plain_sum(x));
        assert_eq!(shifted(x), plain_shifted(x));
        assert_eq!(negative(x), plain_negative(x));
        assert_eq!(either(x), plain_either(x));
    }
    assert_eq!((called(&1), called(&2), CALLED.len()), (4, 5, 2));
}

#[expect(dead_code, reason = "it only has the names")]
trait Feeds {
    fn feed(&self, _other: &mut dyn std::any::Any) {}
    fn shape(&self) {}
}

impl<T> Feeds for T {}

#[cache_data]
fn among_blanket_traits(x: u32, name: &str) -> Result<u32, String> {
    if name.is_empty() { Err("empty".into()) } else { Ok(x) }
}

#[test]
fn blanket_traits_in_scope_do_not_interfere() {
    assert_eq!((among_blanket_traits(1, "x"), among_blanket_traits(1, "")), (Ok(1), Err("empty".into())));
}

fn helper(x: u32) -> u32 {
    x + 1
}

mod generation {
    pub(super) fn current() -> u32 {
        7
    }
}

/// None of these stands in an `impl` block, whatever it looks like.
mod outside {
    use super::cache_data;

    #[expect(unused_qualifications, reason = "that is what is tried")]
    #[cache_data(key = self::widened(x))]
    pub(super) fn path(x: u8) -> u16 {
        self::widened(x)
    }

    fn widened(x: u8) -> u16 {
        x.into()
    }

    #[cache_data]
    pub(super) fn local_macro(x: u8) -> u8 {
        struct Own(u8);
        macro_rules! method {
            ($name:ident) => {
                impl Own {
                    fn $name(&self) -> u8 {
                        self.0
                    }
                }
            };
        }
        method!(get);
        x + Own(3).get()
    }
}

#[derive(Hash, Clone)]
struct Counter {
    step: u32,
}

impl Counter {
    #[cache_data]
    fn with_union(union: u32) -> u32 {
        let sum = union + 1;
        Self::twice(sum)
    }

    #[cache_data]
    fn other(x: impl std::hash::Hash + Copy + Into<u32>, other: &Self) -> u32 {
        x.into() + other.step
    }

    #[cache_data(validate = |value| Self::is_right(*value))]
    fn checked(x: u32) -> u32 {
        x
    }

    fn is_right(value: u32) -> bool {
        value > 1
    }

    #[expect(unused_qualifications, reason = "that is what is tried")]
    #[cache_data(key = (self.step, self::helper(x)))]
    fn stepped(&self, x: u32) -> u32 {
        self.step + x
    }

    fn twice(x: u32) -> u32 {
        x * 2
    }

    #[cache_data]
    #[deprecated(note = "a test")]
    fn old(&self, x: u32) -> u32 {
        self.step + x
    }
}

#[cache_data(skip(generation), include(generation::current()))]
fn generated(generation: &dyn Display, x: u32) -> String {
    format!("{generation} {x}")
}

#[test]
fn self_is_told_from_what_looks_like_it() {
    let counter = Counter { step: 2 };
    assert_eq!(
        (outside::path(3), outside::PATH.len(), outside::local_macro(1), outside::LOCAL_MACRO.len()),
        (3, 1, 4, 1)
    );
    assert_eq!((Counter::with_union(1), Counter::WITH_UNION.len()), (4, 1));
    assert_eq!(Counter::other(1_u8, &counter), 3);
    assert_eq!((Counter::checked(1), Counter::checked(1), Counter::CHECKED.stats().misses), (1, 1, 2));
    assert_eq!((counter.stepped(1), Counter::STEPPED.entry(&counter, 1).get()), (3, Some(3)));
    assert_eq!(generated(&"x", 1), "x 1");
    assert!(GENERATED.entry(1).contains());
}

#[test]
#[expect(deprecated, reason = "it is called, not only defined")]
fn a_deprecated_function_has_a_handle() {
    assert_eq!((Counter { step: 2 }.old(1), Counter::OLD.len()), (3, 1));
}

type DbResult<T> = Result<T, String>;
mod swapped {
    pub(super) type Result<E, T> = std::result::Result<T, E>;
}

#[cache_data(cache_err = false, ttl = "1h", stale_if_error = "1h")]
fn alias(x: u32) -> DbResult<u32> {
    if x == 0 { Err("zero".into()) } else { Ok(x) }
}

#[cache_data(cache_err = true)]
fn kept_alias(x: u32) -> DbResult<u32> {
    if x == 0 { Err("zero".into()) } else { Ok(x) }
}

#[cache_data(cache_err = "5s")]
async fn kept_for_a_while(x: u32) -> DbResult<u32> {
    if x == 0 { Err("zero".into()) } else { Ok(x) }
}

#[cache_data(cache_err = false)]
fn ok_is_second(x: u32) -> swapped::Result<String, u32> {
    if x == 0 { Err("zero".into()) } else { Ok(x) }
}

#[cache_resource(cache_err = false)]
fn shared_alias(x: u32) -> DbResult<Arc<u32>> {
    if x == 0 { Err("zero".into()) } else { Ok(Arc::new(x)) }
}

#[cache_data(cache_err = false)]
fn generic_alias<T: Clone + Send + Sync + 'static + std::hash::Hash>(x: T) -> DbResult<T> {
    Ok(x)
}

#[cache_data]
fn no_result(step: u32) -> Counter {
    Counter { step }
}

#[cache_data]
fn same<T: Clone + Send + Sync + 'static + std::hash::Hash>(x: T) -> T {
    x
}

trait Produce {
    type Product: Clone + Send + Sync + 'static;

    fn product(&self) -> Self::Product;
}

impl Produce for Counter {
    type Product = u32;

    #[cache_data(no_handle)]
    fn product(&self) -> Self::Product {
        self.step
    }
}

struct Factory<P>(P);

impl<P: Produce + std::hash::Hash + 'static> Factory<P> {
    #[cache_data(key = self.0)]
    fn make(&self) -> P::Product {
        self.0.product()
    }

    #[cache_data(key = self.0)]
    async fn make_later(&self) -> <P as Produce>::Product {
        self.0.product()
    }
}

#[test]
fn types_that_only_callers_know_are_kept_whole() {
    assert_eq!((same(1_u8), same(Ok::<u8, u8>(1))), (1, Ok(1)));
    let factory = Factory(Counter { step: 3 });
    assert_eq!((factory.make(), block_on(factory.make_later())), (3, 3));
}

#[test]
fn a_result_may_have_another_name() {
    let zero = || Err("zero".to_owned());
    assert_eq!((alias(1), ALIAS.entry(1).get(), alias(0), ALIAS.len()), (Ok(1), Some(1), zero(), 1));
    assert_eq!((kept_alias(0), KEPT_ALIAS.entry(0).get()), (zero(), Some(zero())));
    assert_eq!((block_on(kept_for_a_while(0)), KEPT_FOR_A_WHILE.entry(0).get()), (zero(), Some(zero())));
    assert_eq!((ok_is_second(1), OK_IS_SECOND.entry(1).get()), (Ok(1), Some(1)));
    assert_eq!((ok_is_second(0), OK_IS_SECOND.len()), (zero(), 1));
    assert_eq!((shared_alias(0), shared_alias(1), SHARED_ALIAS.len()), (Err("zero".into()), Ok(Arc::new(1)), 1));
    assert_eq!((generic_alias(1_u8), generic_alias("x"), GENERIC_ALIAS.len()), (Ok(1), Ok("x"), 2));
    assert_eq!(no_result(1).step, 1);
}

struct Source<E>(Result<u32, E>);

impl<E: Clone + Send + Sync> Source<E> {
    #[cache_data(skip(self))]
    fn read(&self, x: u32) -> Result<u32, E> {
        self.0.clone().map(|y| x + y)
    }

    #[cache_data(skip(self), no_handle)]
    fn read_again(&self, x: u32) -> Result<u32, Vec<E>> {
        self.0.clone().map(|y| x + y).map_err(|error| vec![error])
    }
}

#[test]
fn errors_may_be_of_a_type_that_the_block_knows() {
    let text = String::from("failed");
    assert_eq!((Source::<&str>(Ok(1)).read(1), Source(Err(text.as_str())).read(2)), (Ok(2), Err("failed")));
    assert_eq!(Source(Err(text.as_str())).read_again(1), Err(vec!["failed"]));
}

#[cache_data(ttl = 1e3)]
fn with_exponent(x: u32) -> u32 {
    helper(x)
}

#[test]
fn a_lifetime_may_have_an_exponent() {
    assert_eq!(with_exponent(1), 2);
    let left = WITH_EXPONENT.entry(1).expires_in().map(|left| left.as_secs_f64().round());
    assert_eq!(left, Some(1000.0));
}

#[derive(Hash)]
struct Stack<T>(Vec<T>);

impl<T> Stack<T> {
    #[cache_data(validate = |top| top.is_some())]
    fn top(&self) -> Option<T>
    where
        T: std::hash::Hash + Clone + Send + Sync + 'static,
    {
        self.0.last().cloned()
    }

    #[cache_data(in_impl)]
    async fn size_of(of: &T, times: usize) -> Result<usize, String>
    where
        T: std::hash::Hash,
    {
        Ok(size_of_val(of) * times)
    }
}

trait Depth {
    fn values(&self) -> usize;

    #[cache_data]
    fn depth(&self) -> usize
    where
        Self: std::hash::Hash + Sized,
    {
        self.values()
    }
}

impl<T> Depth for Stack<T> {
    fn values(&self) -> usize {
        self.0.len()
    }
}

#[test]
fn a_method_with_a_where_clause_of_its_own_is_kept_apart_by_its_types() {
    let (bytes, words) = (Stack(vec![1_u8, 2]), Stack(vec![1_u16, 2]));
    assert_eq!((bytes.top(), bytes.top(), words.top()), (Some(2), Some(2), Some(2)));
    assert_eq!((Stack::<()>::TOP.stats().misses, Stack::<()>::TOP.stats().hits), (2, 1));
    Stack::<()>::TOP.clear();
    assert!(Stack::<u8>::TOP.is_empty());
    let size = |of: u8| block_on(Stack::size_of(&of, 3));
    assert_eq!((size(1), size(1), Stack::<u8>::SIZE_OF.stats().misses), (Ok(3), Ok(3), 1));
    assert_eq!(block_on(Stack::size_of(&1_u16, 3)), Ok(6));
    assert_eq!((bytes.depth(), bytes.depth(), Stack::<u8>::DEPTH.stats().hits), (2, 2, 1));
}
