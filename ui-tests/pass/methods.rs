//! Methods, of all kinds of types and with all kinds of `self`.

#![deny(warnings)]

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use cache_runtime::cache_data;

#[derive(Clone, Copy, Hash)]
struct Plain(u32);

impl Plain {
    #[cache_data]
    fn by_reference(&self, x: u32) -> u32 {
        self.0 + x
    }

    #[cache_data]
    fn by_value(self, x: u32) -> u32 {
        self.0 + x
    }

    #[cache_data]
    fn typed(self: &Self, x: u32) -> u32 {
        self.0 + x
    }

    #[cache_data]
    fn boxed(self: Box<Self>) -> u32 {
        self.0
    }

    #[cache_data]
    fn counted(self: Rc<Self>) -> u32 {
        self.0
    }

    #[cache_data]
    fn shared(self: Arc<Self>) -> u32 {
        self.0
    }

    #[cache_data]
    fn pinned(self: Pin<&Self>) -> u32 {
        self.0
    }

    #[cache_data]
    fn nested(self: &Arc<Self>) -> u32 {
        self.0
    }

    #[cache_data]
    fn mutable(mut self, x: u32) -> u32 {
        self.0 += x;
        self.0
    }

    #[cache_data]
    fn with_lifetime<'a>(&'a self, name: &'a str) -> usize {
        name.len() + self.0 as usize
    }

    #[cache_data]
    fn associated(x: u32) -> Self {
        Self(x)
    }

    #[cache_data(skip(self))]
    async fn later(&self, x: u32) -> u32 {
        let _ = self;
        x
    }

    #[cache_data(key = self.0)]
    fn keyed(&self) -> u32 {
        self.0
    }

    #[cache_data]
    fn own_stand_in(#[cache(by = |plain| plain.0)] &self) -> u32 {
        self.0
    }

    #[cache_data]
    fn own_skip(#[cache(skip)] &mut self, x: u32) -> u32 {
        self.0 += x;
        x
    }
}

#[derive(Hash)]
struct Wrapper<T, const N: usize>([T; N]);

impl<T: std::hash::Hash + Clone + Send + Sync + 'static, const N: usize> Wrapper<T, N> {
    #[cache_data]
    fn first(&self) -> Option<T> {
        self.0.first().cloned()
    }

    #[cache_data]
    fn size(_x: u32) -> (usize, Option<Self>)
    where
        Self: Clone,
    {
        (N, None)
    }
}

impl<T: Clone, const N: usize> Clone for Wrapper<T, N> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Hash)]
struct Borrowing<'a>(&'a str);

impl<'a> Borrowing<'a> {
    #[cache_data]
    fn len(&self, other: &'a str) -> usize {
        self.0.len() + other.len()
    }
}

trait Greet {
    fn name(&self) -> String;

    #[cache_data(no_handle)]
    fn greet(&self) -> String
    where
        Self: std::hash::Hash,
    {
        format!("Hello {}", self.name())
    }

    fn twice(x: u32) -> u32;
}

impl Greet for Plain {
    #[cache_data(no_handle)]
    fn name(&self) -> String {
        self.0.to_string()
    }

    #[cache_data(no_handle)]
    fn twice(x: u32) -> u32 {
        x * 2
    }
}

fn main() {
    let one = Plain(1);
    assert_eq!(one.by_reference(2) + one.by_value(2) + one.typed(2), 9);
    assert!(Plain::BY_REFERENCE.entry(&one, 2).contains());
    assert!(Plain::BY_VALUE.entry(one, 2).contains());
    assert!(Plain::TYPED.entry(&one, 2).contains());
    assert_eq!(Box::new(one).boxed() + Rc::new(one).counted() + Arc::new(one).shared(), 3);
    assert!(Plain::BOXED.entry(Box::new(one)).contains());
    assert!(Plain::SHARED.entry(Arc::new(one)).contains());
    assert_eq!(Pin::new(&one).pinned() + Arc::new(one).nested() + one.mutable(1), 4);
    assert!(Plain::NESTED.entry(&Arc::new(one)).contains());
    assert!(Plain::MUTABLE.entry(one, 1).contains());
    assert_eq!(one.with_lifetime("abc"), 4);
    assert_eq!(Plain::associated(3).0, 3);
    assert!(Plain::ASSOCIATED.entry(3).contains());
    drop(one.later(1));
    Plain::LATER.entry(1).clear();
    assert_eq!(one.keyed() + one.own_stand_in(), 2);
    assert!(Plain::KEYED.entry(&one).contains());
    let mut two = Plain(2);
    assert_eq!((two.own_skip(5), two.own_skip(5), two.0), (5, 5, 7));
    assert_eq!(Wrapper([1, 2]).first(), Some(1));
    assert_eq!(Wrapper(["a"]).first(), Some("a"));
    assert_eq!(Wrapper::<u32, 3>::size(1).0 + Wrapper::<u32, 4>::size(1).0, 7);
    assert_eq!(Borrowing("ab").len("c"), 3);
    assert_eq!(one.greet(), "Hello 1");
    assert_eq!(Plain::twice(2), 4);
}
