//! Time as a program under exploration sees it.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::rt::{Current, current};
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::plain::Arc;
use crate::time::{clock, sleep};

/// Returns the current instant of the clock that `sleep`, `after` and `tick` use.
///
/// Usually that is the machine's clock, as [`Instant::now`] reads it. Under exploration, as in a `#[csp::test]`, it is a virtual clock: it
/// stands still while a process is ready, and jumps to the next deadline when none is. (It may advance before that where
/// [timers compete](super::Explore::timers_compete).) A program that reads the time here can be tested without waiting.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use csp::{explore::Explore, time::now};
///
/// Explore::new()
///     .run(|| async {
///         let start = now();
///         csp::sleep(Duration::from_secs(365 * 24 * 60 * 60)).await;
///         assert_eq!(now() - start, Duration::from_secs(365 * 24 * 60 * 60));
///     })
///     .unwrap();
/// ```
pub fn now() -> Instant {
    clock::instant(clock::now())
}

/// Waits until every other process waits: none is ready. Timers do not fire meanwhile, the clock stands still.
///
/// For tests: after it, everything that a message caused has been done. If several processes wait for this, all of them continue.
///
/// # Cancel safety
/// Dropping the future cancels the wait.
///
/// # Panics
/// When it is polled outside of an exploration, such as a `#[csp::test]`.
///
/// # Examples
/// ```
/// use csp::{explore::Explore, time::settled};
///
/// Explore::new()
///     .run(|| async {
///         let (tx, rx) = csp::unbounded();
///         csp::go! { tx.send(1).await };
///         settled().await;
///         assert_eq!(rx.try_recv(), Ok(1));
///     })
///     .unwrap();
/// ```
#[track_caller]
pub fn settled() -> Settled {
    Settled { waits: None, at: Location::caller() }
}

/// The future of [`settled`].
///
/// # Examples
/// ```
/// use csp::{explore::Explore, time::{Settled, settled}};
///
/// Explore::new()
///     .run(|| async {
///         let all: Settled = settled();
///         all.await;
///     })
///     .unwrap();
/// ```
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct Settled {
    waits: Option<Arc<AtomicBool>>,
    at: &'static Location<'static>,
}

impl Future for Settled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Current::Sim(sim) = current() else {
            panic!(
                "`settled` and `advance` need a program that is explored; use them in a `#[csp::test]` (at {})",
                self.at
            )
        };
        // ORDERING: Relaxed: all on one thread.
        if self.waits.as_ref().is_some_and(|over| over.load(Ordering::Relaxed)) {
            return Poll::Ready(());
        }
        let over = Arc::new(AtomicBool::new(false));
        self.waits = Some(Arc::clone(&over));
        sim.wait_settled(cx.waker().clone(), over);
        Poll::Pending
    }
}

/// Advances the virtual clock by `duration`, and waits until everything that was due has been done: a sleep, then [`settled`].
///
/// # Cancel safety
/// Dropping the future cancels the wait.
///
/// # Panics
/// The same as [`settled`], and if the clock would pass its end, 292 years after its start.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use csp::{explore::Explore, time::advance};
///
/// Explore::new()
///     .run(|| async {
///         let (tx, rx) = csp::unbounded();
///         csp::go! {
///             csp::sleep(Duration::from_secs(60)).await;
///             tx.send(1).await
///         };
///         advance(Duration::from_secs(59)).await;
///         assert!(rx.try_recv().is_err());
///         advance(Duration::from_secs(1)).await;
///         assert_eq!(rx.try_recv(), Ok(1));
///     })
///     .unwrap();
/// ```
#[track_caller]
pub fn advance(duration: Duration) -> impl Future<Output = ()> + Send {
    let (at, settled) = (Location::caller(), settled());
    let (end, sleep) = (clock::after(duration), sleep(duration));
    async move {
        assert!(
            end < clock::NEVER,
            "`advance` by {duration:?} goes past the end of the clock, which is 292 years after its start (at {at})"
        );
        sleep.await;
        settled.await;
    }
}
