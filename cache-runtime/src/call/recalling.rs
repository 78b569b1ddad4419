//! Asking the tier below memory before a body runs.

#[cfg(feature = "disk")]
use std::ops::ControlFlow::Break;
use std::ops::ControlFlow::{self, Continue};
use std::sync::Arc;

use crate::call::answer::Answer;
use crate::call::load::Load;
#[cfg(feature = "disk")]
use crate::function::codec::{Codec, Recalled};
use crate::function::stores::StoreRef;
#[cfg(feature = "disk")]
use crate::thread::flags::REFRESH;
#[cfg(feature = "disk")]
use crate::value::return_kind::Shape;
use crate::value::stored_entry::StoredEntry;

impl<V, S> Answer<'_, V, S> {
    /// The value from the tier below, if it is there, and its entry; otherwise the body is to run.
    #[cfg(not(feature = "disk"))]
    #[expect(clippy::unused_self, reason = "there is a tier below with the feature")]
    pub(super) fn recall<R>(&self, _home: &StoreRef, load: Load) -> ControlFlow<(R, Arc<StoredEntry>), Load> {
        Continue(load)
    }

    /// The value from the tier below, if it is there, and its entry; otherwise the body is to run.
    #[cfg(feature = "disk")]
    pub(super) fn recall<R>(&self, home: &StoreRef, load: Load) -> ControlFlow<(R, Arc<StoredEntry>), Load>
    where
        S: Shape<V, R>,
    {
        let Some(codec) = self.handle.codec() else { return Continue(load) };
        // Reading a value back and looking at it runs the user's code.
        load.run().within(|| self.recall_by(codec, home, load))
    }

    #[cfg(feature = "disk")]
    fn recall_by<R>(&self, codec: Codec<V>, home: &StoreRef, mut load: Load) -> ControlFlow<(R, Arc<StoredEntry>), Load>
    where
        S: Shape<V, R>,
    {
        let (hooks, options) = (&self.handle.hooks, home.options_now());
        if self.flags.has(REFRESH) {
            // Nobody is served the value that is unwanted here, and who began before keeps nothing over the new one.
            load.set_write_token(codec.renew(self.handle.function, &options, self.key));
            return Continue(load);
        }
        let (recalled, token) = codec.recall(self.handle.function, &options, self.key);
        load.set_write_token(token);
        match recalled {
            Recalled::Value(value, times) if hooks.validate.is_none_or(|validate| validate(&value)) => {
                let (kept, weight) = hooks.take_in_with(times, &value, None);
                load.recalled();
                load.keep(&kept, weight);
                Break((self.shape.join(value), kept))
            }
            Recalled::Unreadable => {
                load.found_unreadable();
                Continue(load)
            }
            _ => Continue(load),
        }
    }
}
