//! How a synchronous caller waits for a future.

use std::future::Future;
use std::pin::Pin;

#[cfg(not(cache_runtime_loom))]
pub(crate) fn block_on<R>(mut future: Pin<&mut dyn Future<Output = R>>) -> R {
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};

    use parking_lot::{Condvar, Mutex};

    /// Not `std::thread::park`: its one token may be meant for the user's own code.
    #[derive(Default)]
    struct Parker {
        woken: Mutex<bool>,
        changed: Condvar,
    }

    impl Parker {
        fn park(&self) {
            let mut woken = self.woken.lock();
            while !*woken {
                self.changed.wait(&mut woken);
            }
            *woken = false;
        }
    }

    impl Wake for Parker {
        fn wake(self: Arc<Self>) {
            *self.woken.lock() = true;
            self.changed.notify_one();
        }
    }

    // Most calls never wait, so the parker is made when one has to.
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return output;
    }
    let parker = Arc::new(Parker::default());
    let waker = Waker::from(Arc::clone(&parker));
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
