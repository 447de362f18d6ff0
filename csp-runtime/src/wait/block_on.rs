//! Runs a future on the calling thread, which sleeps while it waits.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

#[cfg(not(loom))]
use std::sync::atomic::{AtomicBool, Ordering};

/// Wakes a thread that sleeps in `block_on`.
#[cfg(not(loom))]
struct Parker {
    thread: std::thread::Thread,
    woken: AtomicBool,
}

#[cfg(not(loom))]
impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ORDERING: Release pairs with the Acquire in `block_on`: the next poll sees what happened before the wake.
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}

/// Runs a future to its end on this thread, which sleeps while the future waits.
///
/// For plain threads and functions; in a process say `.await`. It needs no runtime, but what the future uses may:
/// the first `go!` or timer starts the default one.
///
/// # Panics
/// When the future panics.
///
/// ```
/// assert_eq!(csp_runtime::block_on(async { 6 * 7 }), 42);
/// ```
#[cfg(not(loom))]
pub fn block_on<F: Future>(future: F) -> F::Output {
    thread_local! {
        // One parker a thread; a nested `block_on` finds it in use and makes its own.
        static PARKER: std::cell::Cell<Option<Arc<Parker>>> = const { std::cell::Cell::new(None) };
    }
    let mut future = pin!(future);
    let parker = PARKER.take().unwrap_or_else(|| {
        Arc::new(Parker { thread: std::thread::current(), woken: AtomicBool::new(false) })
    });
    let waker = Waker::from(parker.clone());
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            PARKER.set(Some(parker));
            return output;
        }
        // ORDERING: Acquire pairs with the Release in `wake_by_ref`.
        while !parker.woken.swap(false, Ordering::Acquire) {
            std::thread::park();
        }
    }
}

#[cfg(loom)]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    loom::future::block_on(future)
}
