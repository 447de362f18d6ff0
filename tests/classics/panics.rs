//! A panic in a process is that process's end, and nobody else's; and runtimes end around processes in every state.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use csp::PanicPolicy;
use csp::prelude::*;

use crate::support::{explored, on, until};

/// A runtime that does not print the panics that are meant.
fn quiet(workers: usize) -> Runtime {
    Runtime::builder().workers(workers).on_panic(PanicPolicy::Silent).build().unwrap()
}

/// Counts itself while it lives.
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[process]
fn fails(why: String) -> u32 {
    if !why.is_empty() {
        panic!("{why}");
    }
    7
}

#[test]
fn the_handle_tells() {
    on(2, || {
        go! {
            assert_eq!(go!(fails(String::new())).await.unwrap(), 7);
            let error = go!(fails("no such luck".into())).await.unwrap_err();
            assert!(error.is_panic() && !error.is_cancelled());
            assert_eq!(error.message(), Some("no such luck"));
            let payload = error.into_panic().unwrap();
            assert_eq!(payload.downcast_ref::<String>().unwrap(), "no such luck");
            // A message that is no text is handed on as it is.
            let error = go! { std::panic::panic_any(42_u8); }.await.unwrap_err();
            assert_eq!(error.message(), None);
            assert_eq!(error.into_panic().unwrap().downcast_ref(), Some(&42_u8));
            // The arm of a select tells the same.
            let handle = go!(fails("in a select".into()));
            select! {
                r = <-handle => assert_eq!(r.unwrap_err().message(), Some("in a select")),
            }
        }
    });
}

#[test]
fn cancelled_is_not_panicked() {
    on(2, || {
        go! {
            let count = Arc::new(AtomicUsize::new(0));
            let alive = Alive::new(&count);
            let (_tx, rx) = chan!(u8);
            let waits = go! {
                let _alive = alive;
                rx.recv()
            };
            waits.cancel();
            waits.cancel();
            let error = waits.await.unwrap_err();
            assert!(error.is_cancelled() && !error.is_panic());
            assert_eq!(count.load(Ordering::SeqCst), 0, "what it held is dropped before the handle tells");
        }
    });
}

/// The ends that a process held close when it panics: its peers hear of it, the others go on.
#[test]
fn its_ends_close_and_the_others_go_on() {
    let runtime = quiet(2);
    let _here = runtime.enter();
    let total = go! {
        let (jobs, work) = chan!(u32);
        let (done, results) = chan!(u32);
        for _ in 0..4 {
            let (work, done) = (work.clone(), done.clone());
            go! {
                for n in work {
                    assert!(n % 10 != 9, "{n} is too much");
                    done <- n;
                }
            };
        }
        drop((work, done));
        let feeder = go! {
            let mut fed = 0;
            for n in 0..1_000 {
                if jobs.send(n).is_err() {
                    break;
                }
                fed += 1;
            }
            fed
        };
        let mut got = 0;
        for _ in results {
            got += 1;
        }
        (feeder.await.unwrap(), got)
    };
    // Four workers, each ended by one number: then nobody listens to the feeder.
    assert_eq!(total.join().unwrap(), (40, 36));
    drop(_here);
    while runtime.live() > 0 {
        std::thread::yield_now();
    }
}

/// A panic while others wait in selects on its channels.
#[test]
fn selects_hear_of_a_panic() {
    let runtime = quiet(2);
    let _here = runtime.enter();
    let heard = go! {
        let (tx, rx) = chan!(u8);
        let (_quiet, silent) = chan!(u8);
        let mut waiting = Vec::new();
        for form in 0..3 {
            let (rx, silent) = (rx.clone(), silent.clone());
            waiting.push(go! {
                match form {
                    0 => select! {
                        <-silent => false,
                        <-rx => true,
                    },
                    1 => select! {
                        r = rx.recv() => r.is_err(),
                        <-silent => false,
                    },
                    _ => rx.recv().is_err(),
                }
            });
        }
        go! {
            let _held = tx;
            csp::yield_now().await;
            panic!("with an end in hand");
        };
        let mut heard = 0;
        for process in waiting {
            heard += usize::from(process.await.unwrap());
        }
        heard
    };
    assert_eq!(heard.join().unwrap(), 3);
}

/// A panic with an operation half done, in the value of a send arm: the arm's reservation is undone, the channel goes on.
#[test]
fn a_panic_in_the_value_of_a_send_arm_leaves_the_channel_usable() {
    let runtime = quiet(2);
    let _here = runtime.enter();
    for capacity in [0, 1] {
        let (tx, rx) = chan!(u32; capacity);
        let receives = {
            let rx = rx.clone();
            go! {
                (rx.recv(), rx.recv())
            }
        };
        let fails = {
            let tx = tx.clone();
            go! {
                select! {
                    tx <- no_value() => {},
                }
            }
        };
        assert!(fails.join().unwrap_err().is_panic());
        let sends = go! {
            tx <- 1;
            tx <- 2;
        };
        assert_eq!(receives.join().unwrap(), (Ok(1), Ok(2)));
        sends.join().unwrap();
    }
}

#[test]
fn a_runtime_ends_around_processes_in_every_state() {
    for workers in [1, 4] {
        let runtime = quiet(workers);
        let count = Arc::new(AtomicUsize::new(0));
        let (started, all_started) = chan!(());
        let (release, held) = mpsc::channel::<()>();
        {
            let _here = runtime.enter();
            let mut states = 0;
            let mut parked = |alive: Alive| {
                // Parked in a receive, a send, a select, a sleep, a join.
                let (tx, rx) = chan!(u8);
                let (rx2, tx2, started) = (rx.clone(), tx.clone(), started.clone());
                go! {
                    let _alive = alive;
                    let receives = go! { let _keep = tx2; rx2.recv() };
                    let (to_nobody, _unread) = chan!(u8);
                    let sends = go! { to_nobody.send(1) };
                    let sleeps = go! { sleep(Duration::MAX).await };
                    started <- ();
                    select! {
                        <-receives => {},
                        <-sends => {},
                        <-sleeps => {},
                        _n = <-rx => drop(tx),
                    }
                };
                states += 1;
            };
            for _ in 0..10 {
                parked(Alive::new(&count));
            }
            // Running: never waits for anything but its turn.
            let (alive, tell) = (Alive::new(&count), started.clone());
            go! {
                let _alive = alive;
                tell <- ();
                loop {
                    csp::yield_now().await;
                }
            };
            // Blocked: its closure is on a thread for such, and goes on there.
            let (alive, tell) = (Alive::new(&count), started.clone());
            go! {
                let _alive = alive;
                tell <- ();
                blocking(move || held.recv()).await.ok();
            };
            for _ in 0..states + 2 {
                all_started.recv_blocking().unwrap();
            }
        }
        assert_eq!(count.load(Ordering::SeqCst), 12);
        assert!(runtime.live() >= 12);
        runtime.shutdown(Duration::from_secs(600)).unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 0, "everything was dropped");
        drop(release);
    }
}

/// Dropping a runtime is a shutdown without a deadline.
#[test]
fn a_runtime_that_is_dropped_cancels_its_processes() {
    let count = Arc::new(AtomicUsize::new(0));
    let (tx, rx) = chan!(u8);
    {
        let runtime = quiet(2);
        let _here = runtime.enter();
        for _ in 0..100 {
            let (alive, rx) = (Alive::new(&count), rx.clone());
            go! {
                let _alive = alive;
                <-rx;
            };
        }
        drop(_here);
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
    // The channel, which belongs to no runtime, is as usable as before.
    tx.try_send(1).unwrap_err();
    let sender = std::thread::spawn(move || tx.send_blocking(5));
    assert_eq!(rx.recv_blocking(), Ok(5));
    sender.join().unwrap().unwrap();
}

/// Processes of two runtimes talk; one of the two ends.
#[test]
fn runtimes_talk_and_one_may_end() {
    let (left, right) = (quiet(1), quiet(2));
    let (tx, rx) = chan!(u64);
    let (back, answers) = chan!(u64);
    let doubles = {
        let _there = right.enter();
        go! {
            for n in rx {
                back <- 2 * n;
            }
        }
    };
    let asks = {
        let _here = left.enter();
        go! {
            let mut sum = 0;
            for n in 0..1_000 {
                tx <- n;
                sum += <-answers;
            }
            // The other side goes; a send says so.
            Some((sum, tx))
        }
    };
    let (sum, tx) = asks.join().unwrap().unwrap();
    assert_eq!(sum, 1_000 * 999);
    assert!(!doubles.is_finished());
    right.shutdown(Duration::from_secs(60)).unwrap();
    assert!(doubles.join().unwrap_err().is_cancelled());
    assert_eq!(tx.try_send(1), Err(TrySendError::Closed(1)));
    assert_eq!(left.go(async move { tx.send(2).await }).join().unwrap(), Err(SendError(2)));
}

/// `par!`: a panic in one branch cancels the others, and goes on in the caller when they are gone.
#[test]
fn a_panic_in_a_branch_cancels_the_others() {
    let runtime = quiet(2);
    let count = Arc::new(AtomicUsize::new(0));
    let _here = runtime.enter();
    let (one, two) = (Alive::new(&count), Alive::new(&count));
    let seen = count.clone();
    let parent = go! {
        let (_tx, rx) = chan!(u8);
        par!(
            {
                let _one = one;
                rx.recv().ok();
            },
            {
                let _two = two;
                until(|| false).await;
            },
            {
                csp::yield_now().await;
                panic!("the third")
            }
        );
    };
    let error = parent.join().unwrap_err();
    assert_eq!(error.message(), Some("the third"));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

fn no_value() -> u32 {
    panic!("no value")
}

explored! {
    the_handle_tells,
    cancelled_is_not_panicked,
}
