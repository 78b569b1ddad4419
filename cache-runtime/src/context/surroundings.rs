//! Taking along what surrounds a call, to other threads and tasks.

use std::future::{Future, poll_fn};
use std::pin::pin;

use crate::context::frame::{Frame, Surroundings};
use crate::context::observers;

impl Surroundings {
    /// Those of this call.
    ///
    /// ```
    /// use std::thread;
    ///
    /// use cache_runtime::{Input, Surroundings, cache_data};
    ///
    /// static ZOOM: Input<f64> = Input::new(|| 1.0);
    ///
    /// #[cache_data]
    /// fn widths(pixels: &[f64]) -> Vec<f64> {
    ///     let here = Surroundings::current();
    ///     let width = |pixels: &f64| here.enter(|| pixels * ZOOM.get());
    ///     thread::scope(|scope| {
    ///         let threads: Vec<_> = pixels.iter().map(|pixels| scope.spawn(|| width(pixels))).collect();
    ///         threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    ///     })
    /// }
    ///
    /// assert_eq!(widths(&[1.0, 2.0]), [1.0, 2.0]);
    /// ZOOM.set(3.0);
    /// assert_eq!(widths(&[1.0, 2.0]), [3.0, 6.0]); // the threads have read it for this body
    /// ```
    #[must_use]
    pub fn current() -> Self {
        let here = Self::here();
        // Who carries on what was carried here adds nothing: a row of tasks that start each other would grow without end.
        if here.are_carried() && !observers::are_here() {
            return here;
        }
        here.with(Frame::Carried(observers::inboxes()))
    }

    /// Runs `f` inside them, on this thread, in place of what surrounds it here.
    ///
    /// ```
    /// use std::thread;
    ///
    /// use cache_runtime::{Surroundings, cache_data, isolated};
    ///
    /// #[cache_data]
    /// fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// isolated(|| {
    ///     let here = Surroundings::current();
    ///     thread::spawn(move || here.enter(answer)).join().unwrap();
    ///     assert_eq!(ANSWER.len(), 1);
    /// });
    /// assert_eq!(ANSWER.len(), 0);
    /// ```
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        self.clone().within(|| observers::hidden(f))
    }

    /// [`enter`](Self::enter) for a future, wherever it is polled.
    ///
    /// ```
    /// use cache_runtime::{Surroundings, cache_data, isolated};
    ///
    /// #[cache_data]
    /// async fn answer() -> u32 {
    ///     42
    /// }
    ///
    /// isolated(|| {
    ///     let future = Surroundings::current().instrument(answer());
    ///     std::thread::spawn(|| futures::executor::block_on(future)).join().unwrap();
    ///     assert_eq!(ANSWER.len(), 1);
    /// });
    /// ```
    pub fn instrument<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let surroundings = self.clone();
        async {
            let hidden = async {
                let mut future = pin!(future);
                poll_fn(|task| observers::hidden(|| future.as_mut().poll(task))).await
            };
            surroundings.within_async(pin!(Some(hidden))).await
        }
    }
}
