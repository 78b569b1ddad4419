//! Tags that a call gives the entry it makes.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use crate::context::frame::{self, LoadFrame};
use crate::context::run::Run;
use crate::function::annotated::Function;
use crate::function::stores::StoreRef;
use crate::key::Key;
use crate::store::clears;
use crate::store::entry_tags::Tags;

/// Gathers what the expressions of a call give.
pub struct Tagging(Tags);

impl Tagging {
    /// One expression.
    pub fn add<T: Tag + ?Sized>(&mut self, tag: &T) {
        tag.tell(self);
    }
}

/// A value that an expression among `tags(…)` may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tag",
    label = "a tag is a text (`String`, `&str`), an `Option` of one, or a `Vec` of several"
)]
pub trait Tag {
    /// Adds it.
    fn tell(&self, tagging: &mut Tagging);
}

impl Tag for str {
    fn tell(&self, tagging: &mut Tagging) {
        tagging.0.push(self.into());
    }
}

impl Tag for String {
    fn tell(&self, tagging: &mut Tagging) {
        self.as_str().tell(tagging);
    }
}

macro_rules! tag_behind {
    ($($pointer:ty),*) => {$(
        impl<T: Tag + ?Sized> Tag for $pointer {
            fn tell(&self, tagging: &mut Tagging) {
                (**self).tell(tagging);
            }
        }
    )*};
}

tag_behind!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: Tag + ToOwned + ?Sized> Tag for Cow<'_, T> {
    fn tell(&self, tagging: &mut Tagging) {
        (**self).tell(tagging);
    }
}

macro_rules! tags_among {
    ($($several:ty $(, $N:ident)?;)*) => {$(
        impl<T: Tag $(, const $N: usize)?> Tag for $several {
            fn tell(&self, tagging: &mut Tagging) {
                for tag in self.iter() {
                    tag.tell(tagging);
                }
            }
        }
    )*};
}

tags_among! {
    Option<T>;
    Vec<T>;
    [T];
    [T; N], N;
}

impl Function {
    /// Says what tags the entry is to have that the body around this call is run for; where the cache is left out, none
    /// is, and nothing is asked for.
    pub fn add_tags(&'static self, key: impl Into<Option<Key>>, tag: impl FnOnce(&mut Tagging)) {
        if let Some((home, run)) = key.into().and_then(|key| self.load_around(key)) {
            // This runs the user's code.
            let mut tagging = Tagging(Vec::new());
            tag(&mut tagging);
            tell(&home, &run, Some(tagging.0));
        }
    }

    /// The same where something else than the body makes the value: nobody knows the tags.
    pub(crate) fn leave_untagged(&'static self, key: Key) {
        if let Some((home, run)) = self.load_around(key).filter(|(home, _)| home.options.entry_tags) {
            tell(&home, &run, None);
        }
    }

    /// The load of this key around this call, if its tags are still to be said, and where it keeps what it makes.
    fn load_around(&'static self, key: Key) -> Option<(StoreRef, LoadFrame)> {
        let home = self.used_home()?;
        let innermost = frame::find_load(|_| true)?;
        let is_for_this = innermost.is_load_of(Arc::as_ptr(&home).addr(), key) && innermost.takes_tags();
        is_for_this.then_some((home, innermost))
    }
}

/// Before anything is read: what would be read now, a clear that goes on may not have forgotten yet.
fn tell(home: &StoreRef, run: &Run, mut tags: Option<Tags>) {
    while !home.change(|state, _| state.tell_tags(run, &mut tags)) {
        clears::wait();
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests {
    use super::*;
    use crate::function::hooks::Hooks;
    use crate::store::entries::Store;
    use crate::store::options::Options;
    use crate::value::storage::Data;

    fn tags(of: &[&str]) -> Tags {
        of.iter().map(|tag| Arc::from(*tag)).collect()
    }

    #[test]
    fn a_store_knows_no_tags_of_entries_that_have_left() {
        const HOOKS: Hooks<u32> = Hooks::new(Data);
        let options = Options { entry_tags: true, max_entries: Some(2), ..Options::DEFAULT };
        let store = Arc::new(Store::new("f", options, Arc::default()));
        let known = || store.change(|state, _| state.tags.counts());
        for x in 0..100 {
            let (kept, weight) = HOOKS.take_in(&store, &x, None);
            let tags = Some(tags(&["all", &x.to_string()]));
            store.change(|state, retired| {
                store.keep(state, retired, Key::new(x.into()), &kept, (weight, tags));
            });
        }
        assert_eq!(known(), [4, 2, 0, 0]);
        store.clear_key(Key::new(99));
        assert_eq!(known(), [2, 1, 0, 0]);
        let (kept, weight) = HOOKS.take_in(&store, &1, None);
        store.prime(Key::new(1), kept, weight);
        assert_eq!(known(), [2, 1, 1, 0]);
        drop(store.begin_clear(Some("98")));
        assert_eq!(known(), [0, 0, 0, 0]);
    }
}
