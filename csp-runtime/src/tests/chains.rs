//! Chains of things that hold each other come apart in a loop: each test drops one on a thread with a small stack.

use std::any::Any;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use crate::{Handle, Receiver, Sender, bounded, go};

const LINKS: usize = if cfg!(miri) { 1_000 } else { 1_000_000 };
const STACK: usize = 128 << 10;

fn on_a_small_stack(f: impl FnOnce() + std::marker::Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(f).unwrap().join().unwrap();
}

/// Counts how often it is dropped, and panics each thousandth time.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.fetch_add(1, SeqCst).is_multiple_of(1000) {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    }
}

struct Link(#[allow(dead_code)] Option<Box<dyn Any>>, #[allow(dead_code)] Counted);

#[test]
fn endpoints_in_channels() {
    on_a_small_stack(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut last: Option<Box<dyn Any>> = None;
        for n in 0..LINKS {
            let (tx, rx) = bounded::<Link>(1);
            assert!(tx.try_send(Link(last.take(), Counted(Arc::clone(&drops)))).is_ok());
            // Either endpoint may be what is left.
            last = match n % 3 {
                0 => Some(Box::new((tx, rx))),
                1 => Some(Box::new((rx, tx))),
                _ => Some(Box::new(rx)),
            };
        }
        drop(last);
        assert_eq!(drops.load(SeqCst), LINKS);
    });
}

#[test]
fn frames_in_channels() {
    type Frame = Pin<Box<dyn Future<Output = ()>>>;
    on_a_small_stack(|| {
        let mut last: Option<Frame> = None;
        for _ in 0..LINKS / 10 {
            let (tx, rx) = bounded::<Option<Frame>>(1);
            assert!(tx.try_send(last.take()).is_ok());
            let mut frame: Frame = Box::pin(async move {
                let held = rx.recv().await;
                pending::<()>().await;
                drop((held, rx));
            });
            // Every other one is suspended with what it received.
            if tx.len() == 1 && frame.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
                assert!(tx.try_send(None).is_ok());
            }
            let (next, frames) = bounded::<Frame>(1);
            assert!(next.try_send(frame).is_ok());
            last = Some(Box::pin(async move { drop(frames.recv().await) }));
        }
        drop(last);
    });
}

#[test]
fn a_tree_is_dropped_whole() {
    on_a_small_stack(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut rows: Vec<Receiver<Link>> = Vec::new();
        for n in 0..LINKS / 10 {
            let (tx, rx) = bounded::<Link>(3);
            for _ in 0..2 {
                let inner = if n > 1000 { rows.pop() } else { None };
                let inner = inner.map(|rx| Box::new(rx) as Box<dyn Any>);
                assert!(tx.try_send(Link(inner, Counted(Arc::clone(&drops)))).is_ok());
            }
            rows.push(rx);
        }
        rows.into_iter().for_each(drop);
        assert_eq!(drops.load(SeqCst), LINKS / 10 * 2);
    });
}

#[test]
fn handles_in_results() {
    struct Result(#[allow(dead_code)] Option<Handle<Result>>);
    on_a_small_stack(|| {
        let mut last = None;
        for _ in 0..LINKS / 10 {
            let inner = last.take();
            last = Some(go(async move { Result(inner) }));
        }
        while !last.as_ref().is_some_and(Handle::is_finished) {
            std::thread::yield_now();
        }
        drop(last);
    });
}

#[test]
fn processes_that_start_the_next_in_a_runtime_that_ended() {
    struct Starts(usize, &'static crate::sched::pool::Pool);
    impl Drop for Starts {
        fn drop(&mut self) {
            if self.0 > 0 {
                let next = Starts(self.0 - 1, self.1);
                let at = std::panic::Location::caller();
                drop(self.1.go(async move { drop(next) }, at));
            }
        }
    }
    let runtime = crate::Runtime::builder().workers(1).on_panic(crate::PanicPolicy::Silent).build().unwrap();
    let pool = runtime.pool();
    drop(runtime);
    on_a_small_stack(move || drop(Starts(LINKS / 10, pool)));
    assert_eq!(pool.live(), 0);
}

/// A task of an executor that is gone: what wakes it drops it.
struct Dead(#[allow(dead_code)] Option<Sender<()>>);

impl Wake for Dead {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn tasks_of_a_dead_executor() {
    on_a_small_stack(|| {
        let mut last = None;
        let mut waits = Vec::new();
        for _ in 0..LINKS / 10 {
            let (tx, rx) = bounded::<()>(0);
            let rx: &'static Receiver<()> = Box::leak(Box::new(rx));
            let waker = Waker::from(Arc::new(Dead(last.take())));
            let mut wait = Box::pin(rx.recv());
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            waits.push(wait);
            last = Some(tx);
        }
        drop(last);
        let end = |wait: &mut Pin<Box<crate::Recv<'_, ()>>>| {
            wait.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
        assert!(waits.iter_mut().all(|wait| matches!(end(wait), Poll::Ready(Err(_)))));
    });
}

#[test]
fn a_teardown_that_is_not_deep_is_over_when_it_returns() {
    struct Drops(Option<Receiver<Drops>>, Arc<AtomicUsize>);
    impl Drop for Drops {
        fn drop(&mut self) {
            // The values below are dropped within this call.
            let before = self.1.load(SeqCst);
            let had = self.0.as_ref().is_some_and(|rx| !rx.is_empty());
            drop(self.0.take());
            assert!(!had || self.1.load(SeqCst) > before);
            self.1.fetch_add(1, SeqCst);
        }
    }
    let drops = Arc::new(AtomicUsize::new(0));
    let mut last = None;
    for _ in 0..8 {
        let (tx, rx) = bounded(1);
        assert!(tx.try_send(Drops(last.take(), Arc::clone(&drops))).is_ok());
        last = Some(rx);
    }
    drop(last);
    assert_eq!(drops.load(SeqCst), 8);
}

/// A value of a channel may borrow from what outlives the channel.
#[test]
fn values_that_borrow() {
    let words = [String::from("one"), String::from("two")];
    let (tx, rx) = bounded::<&String>(2);
    let (ends, kept) = bounded(1);
    assert!(words.iter().all(|word| tx.try_send(word).is_ok()));
    assert_eq!(rx.try_recv().map(String::as_str), Ok("one"));
    assert!(ends.try_send((tx, rx)).is_ok());
    drop((ends, kept));
}

/// A destructor deep in a chain makes a channel of values that borrow from its own frame: they are gone before that is.
#[test]
fn borrows_of_a_frame_in_a_chain() {
    /// Adds what it borrows when it is dropped.
    struct Adds<'a>(&'a AtomicUsize, &'a AtomicUsize);
    impl Drop for Adds<'_> {
        fn drop(&mut self) {
            self.1.fetch_add(self.0.swap(0, SeqCst), SeqCst);
        }
    }
    struct Makes(Arc<AtomicUsize>, #[allow(dead_code)] Option<Receiver<Makes>>);
    impl Drop for Makes {
        fn drop(&mut self) {
            let local = AtomicUsize::new(1);
            let (tx, rx) = bounded(1);
            assert!(tx.try_send(Adds(&local, &self.0)).is_ok());
            drop((tx, rx));
            assert_eq!(local.load(SeqCst), 0, "dropped at once");
        }
    }
    let count = Arc::new(AtomicUsize::new(0));
    let mut last = None;
    for _ in 0..100 {
        let (tx, rx) = bounded(1);
        assert!(tx.try_send(Makes(Arc::clone(&count), last.take())).is_ok());
        last = Some(rx);
    }
    drop(last);
    assert_eq!(count.load(SeqCst), 100);
}
