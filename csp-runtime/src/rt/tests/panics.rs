//! Wakers and destructors that panic: the other waiters are woken, the other values dropped, and the runtime's threads live on.

use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Once, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::runtime;
use crate::*;

const TEXT: &str = "on purpose";
const LONG: Duration = Duration::from_secs(20);

/// The panics of this file are not printed.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<&str>() != Some(&TEXT) {
                before(info);
            }
        }));
    });
}

/// A waker that panics when it is woken.
struct Bad(Arc<AtomicUsize>);

impl Wake for Bad {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
        std::panic::panic_any(TEXT);
    }
}

/// Such a waker, and how often it was woken.
fn bad() -> (Waker, Arc<AtomicUsize>) {
    quiet();
    let count = Arc::new(AtomicUsize::new(0));
    (Waker::from(Arc::new(Bad(Arc::clone(&count)))), count)
}

/// A value whose destructor counts and panics.
struct Value(Arc<AtomicUsize>);

impl Drop for Value {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
        std::panic::panic_any(TEXT);
    }
}

fn values() -> (impl Fn() -> Value + Clone + std::marker::Send, Arc<AtomicUsize>) {
    quiet();
    let drops = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&drops);
    (move || Value(Arc::clone(&theirs)), drops)
}

/// Polls once, with that waker, and leaves it waiting.
fn wait<F: Future>(waker: &Waker, future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    future
}

fn until(is: impl Fn() -> bool) {
    while !is() {
        std::thread::yield_now();
    }
}

/// A process of `runtime` that waits in `future`; here it does.
fn parked<F>(runtime: &Runtime, future: F) -> Handle<F::Output>
where
    F: Future + std::marker::Send + 'static,
    F::Output: std::marker::Send + 'static,
{
    let polled = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&polled);
    let mut future = Box::pin(future);
    let process = runtime.go(poll_fn(move |cx| {
        let poll = future.as_mut().poll(cx);
        theirs.store(1, SeqCst);
        poll
    }));
    until(|| polled.load(SeqCst) == 1);
    process
}

#[test]
fn workers_survive_wakers_that_panic_in_their_timers() {
    let runtime = runtime(2);
    let entered = runtime.enter();
    let before = runtime.metrics().caught_panics;
    let (waker, count) = bad();
    for round in 1..=5 {
        let _bad = wait(&waker, sleep(Duration::from_millis(2)));
        let good = runtime.go(sleep(Duration::from_millis(2)));
        good.join().unwrap();
        until(|| count.load(SeqCst) == round);
    }
    assert!(runtime.metrics().caught_panics >= before + 5);
    // One is left to the shutdown.
    let _last = wait(&waker, sleep(Duration::from_secs(3600)));
    drop(entered);
    runtime.shutdown(LONG).unwrap();
    assert_eq!(count.load(SeqCst), 6);
}

#[test]
fn a_close_reaches_those_behind_a_waker_that_panics() {
    let runtime = runtime(1);
    for how in 0..2 {
        let (tx, rx) = bounded::<u8>(0);
        let (waker, count) = bad();
        let _firsts: Vec<_> = (0..40).map(|_| wait(&waker, rx.recv())).collect();
        let other = rx.clone();
        let good = parked(&runtime, async move { other.recv().await });
        if how == 0 {
            tx.close()
        } else {
            drop(tx)
        }
        assert_eq!(good.join().unwrap(), Err(RecvError));
        assert_eq!(count.load(SeqCst), 40);
    }
    for how in 0..2 {
        let (tx, rx) = bounded::<u8>(0);
        let (waker, count) = bad();
        let _firsts: Vec<_> = (0..40).map(|_| wait(&waker, tx.send(1))).collect();
        let other = tx.clone();
        let good = parked(&runtime, async move { other.send(2).await });
        if how == 0 {
            rx.close()
        } else {
            drop(rx)
        }
        assert_eq!(good.join().unwrap(), Err(SendError(2)));
        assert_eq!(count.load(SeqCst), 40);
    }
}

#[test]
fn a_peer_is_not_harmed_by_whom_it_wakes() {
    let runtime = runtime(1);
    let (tx, rx) = bounded::<u8>(0);
    let (waker, count) = bad();
    let mut first = wait(&waker, rx.recv());
    assert_eq!(runtime.go(async move { tx.send(7).await }).join().unwrap(), Ok(()));
    assert_eq!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(7)));
    assert_eq!(count.load(SeqCst), 1);
    // Handed back by a receive that is dropped, it goes to the next, whose waker panics.
    let (tx, rx) = bounded::<u8>(0);
    let first = wait(Waker::noop(), rx.recv());
    let second = wait(&waker, rx.recv());
    tx.try_send(8).unwrap();
    drop(first);
    drop(second);
    assert_eq!((rx.try_recv(), count.load(SeqCst)), (Ok(8), 2));
}

#[test]
fn the_end_of_a_process_reaches_those_behind_a_waker_that_panics() {
    let runtime = runtime(1);
    let (tx, rx) = bounded::<()>(0);
    let awaited = Arc::new(runtime.go(async move { rx.recv().await }));
    let (waker, count) = bad();
    let _first = wait(&waker, {
        let awaited = Arc::clone(&awaited);
        async move { awaited.recv().await }
    });
    let theirs = Arc::clone(&awaited);
    let good = parked(&runtime, async move { theirs.recv().await });
    drop(tx);
    assert!(good.join().unwrap().is_ok());
    until(|| count.load(SeqCst) == 1);
}

#[test]
fn events_of_sockets_reach_those_behind_a_waker_that_panics() -> io::Result<()> {
    let runtime = runtime(1);
    let (waker, count) = bad();
    let socket = runtime.block_on(net::UdpSocket::bind("127.0.0.1:0"))?;
    let socket = Arc::new(socket);
    let theirs = Arc::clone(&socket);
    let entered = runtime.enter();
    let mut buffer = [0];
    let _first = wait(&waker, socket.recv_from(&mut buffer));
    drop(entered);
    let good = parked(&runtime, async move { theirs.recv_from(&mut [0]).await.map(|(len, _)| len) });
    std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", socket.local_addr()?)?;
    assert_eq!(good.join().unwrap()?, 1);
    assert_eq!(count.load(SeqCst), 1);
    runtime.shutdown(LONG).unwrap();
    Ok(())
}

#[test]
fn a_reset_reaches_those_behind_a_waker_that_panics() {
    let runtime = runtime(1);
    let entered = runtime.enter();
    let ticker = Arc::new(tick(Duration::from_secs(3600)));
    let (waker, count) = bad();
    let _first = wait(&waker, ticker.recv());
    let theirs = Arc::clone(&ticker);
    let good = parked(&runtime, async move { theirs.recv().await.is_ok() });
    ticker.reset(Duration::ZERO);
    assert!(good.join().unwrap());
    assert!(count.load(SeqCst) >= 1);
    drop(entered);
}

#[test]
fn a_waker_whose_destructor_panics_harms_none_of_its_peers() {
    struct Drops(#[allow(dead_code)] Value);
    impl Wake for Drops {
        fn wake(self: Arc<Self>) {}
    }
    let runtime = runtime(1);
    let (value, drops) = values();
    let (tx, rx) = bounded::<u8>(0);
    let mut firsts = Vec::new();
    for _ in 0..3 {
        let waker = Waker::from(Arc::new(Drops(value())));
        firsts.push(wait(&waker, rx.recv()));
        // The channel has the last clone.
        std::mem::forget(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(waker))));
    }
    let other = rx.clone();
    let good = parked(&runtime, async move { other.recv().await });
    // One is replaced, one dropped with its receive, one woken.
    assert!(firsts[0].as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(firsts.pop());
    drop(tx);
    assert_eq!(good.join().unwrap(), Err(RecvError));
    assert_eq!(drops.load(SeqCst), 3);
}

#[test]
fn every_value_of_a_channel_is_dropped_whatever_the_destructors_do() {
    let runtime = runtime(1);
    let (value, drops) = values();
    let (tx, rx) = bounded(50);
    for _ in 0..50 {
        assert!(tx.try_send(value()).is_ok());
    }
    let other = tx.clone();
    let blocked = parked(&runtime, {
        let value = value();
        async move { other.send(value).await.map_err(std::mem::forget) }
    });
    // Also while another panic unwinds.
    let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _rx = rx;
        std::panic::panic_any(TEXT);
    }));
    assert!(panics.is_err());
    assert!(blocked.join().unwrap().is_err(), "the sender that waited is told");
    assert_eq!(drops.load(SeqCst), 50);
    assert!(tx.is_closed());
    drop(tx);
}

#[test]
fn processes_that_panic_as_they_are_dropped_end_all_the_same() {
    let runtime = runtime(2);
    let (value, drops) = values();
    // As they are cancelled, as they end, with their result, and at the end of the runtime.
    let cancelled = parked(&runtime, {
        let value = value();
        async move {
            let _value = value;
            pending::<()>().await
        }
    });
    cancelled.cancel();
    assert!(cancelled.join().unwrap_err().is_panic());
    let result = value();
    drop(runtime.go(async move { result }));
    let ended = value();
    assert!(runtime.go(async move { drop(ended) }).join().unwrap_err().is_panic());
    until(|| runtime.live() == 0);
    let unseen = runtime.go({
        let value = value.clone();
        async move { value() }
    });
    until(|| unseen.is_finished());
    drop(unseen);
    for _ in 0..20 {
        let value = value();
        drop(runtime.go(async move {
            let _value = value;
            pending::<()>().await
        }));
    }
    runtime.shutdown(LONG).unwrap();
    assert_eq!(drops.load(SeqCst), 24);
}

/// Polls a future once, and drops it.
fn begun<F: Future>(future: F) {
    let mut future = std::pin::pin!(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn threads_for_blocking_calls_survive_what_panics_around_the_closure() {
    let runtime = Runtime::builder().workers(1).max_blocking_threads(1).build().unwrap();
    let entered = runtime.enter();
    let (value, drops) = values();
    let (waker, count) = bad();
    let (hold_in, hold) = mpsc::channel::<()>();
    let call = wait(&waker, blocking(move || hold.recv()));
    // What the closure has taken along, and what it gives when no call is left to take it.
    let captured = value();
    begun(blocking(move || {
        let _captured = captured;
    }));
    let result = value.clone();
    begun(blocking(result));
    // A payload whose destructor panics.
    let payload = value();
    begun(blocking(move || std::panic::panic_any(payload)));
    hold_in.send(()).unwrap();
    assert_eq!(block_on(blocking(|| 3)), 3, "the one thread is still there");
    assert_eq!((count.load(SeqCst), drops.load(SeqCst)), (1, 3));
    drop(call);
    drop(entered);
}
