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

/// Now, by the clock that `sleep`, `after` and `tick` obey.
///
/// That is the machine's clock, as [`Instant::now`] reads it; but where a program is explored, as in a `#[csp::test]`, it is a
/// clock that stands still while any process is ready, and jumps to the next deadline when none is; or that may go on before, where
/// [timers compete](super::Explore::timers_compete). A program that reads the time here can be tested without waiting.
///
/// ```
/// use std::time::Duration;
/// use csp_runtime::explore::{Explore, now};
///
/// Explore::new()
///     .run(|| async {
///         let start = now();
///         csp_runtime::sleep(Duration::from_secs(365 * 24 * 60 * 60)).await;
///         assert_eq!(now() - start, Duration::from_secs(365 * 24 * 60 * 60));
///     })
///     .unwrap();
/// ```
pub fn now() -> Instant {
    clock::instant(clock::now())
}

/// Waits until every other process waits: nobody is ready, whatever the time is. Timers do not count, the clock stands still.
///
/// For tests: what a process does in answer to a message has been done afterwards. If several wait for this, all of them go on.
///
/// **Cancellation:** leaves nothing behind.
///
/// # Panics
/// When it is polled outside of an exploration, such as a `#[csp::test]`: no one knows there what all others do.
///
/// ```
/// use csp_runtime::explore::{Explore, settled};
///
/// Explore::new()
///     .run(|| async {
///         let (tx, rx) = csp_runtime::unbounded();
///         csp_runtime::go(async move { tx.send(1).await });
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

/// Lets `duration` pass, and waits until all that was due in it has been done: a sleep, then [`settled`].
///
/// **Cancellation:** leaves nothing behind.
///
/// # Panics
/// As [`settled`]; and if the clock would be past its end, which is 292 years after its start: nothing that is due then could be
/// told from what is never due.
///
/// ```
/// use std::time::Duration;
/// use csp_runtime::explore::{Explore, advance};
///
/// Explore::new()
///     .run(|| async {
///         let (tx, rx) = csp_runtime::unbounded();
///         csp_runtime::go(async move {
///             csp_runtime::sleep(Duration::from_secs(60)).await;
///             tx.send(1).await
///         });
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
