//! The wait of a synchronous caller for a future.

use std::future::Future;
use std::pin::Pin;

/// By a parker of the call's own: the token of `std::thread::park` may be meant for the user's code, and where a thread
/// ends nothing can be kept for its next wait.
#[cfg(not(cache_runtime_loom))]
pub(crate) fn block_on<R>(mut future: Pin<&mut dyn Future<Output = R>>) -> R {
    use std::task::{Context, Poll, Waker};

    // Most calls never wait, so the parker is made when one has to.
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let (parker, unparker) = parking::pair();
    let waker = Waker::from(unparker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        parker.park();
    }
}

#[cfg(cache_runtime_loom)]
pub(crate) fn block_on<R>(future: Pin<&mut dyn Future<Output = R>>) -> R {
    loom::future::block_on(future)
}
