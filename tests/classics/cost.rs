//! What things cost, by counting; and that nobody starves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use csp::prelude::*;

use crate::support::{explored, on, rounds, until};

/// So many selects wait on one channel beside one of their own each; then each is served. How often anybody entered or left a
/// queue of the shared channel.
#[process]
fn selectors(n: usize) -> Option<u64> {
    let (tx, rx) = chan!(usize);
    let waiting = Arc::new(AtomicUsize::new(0));
    let mut own = Vec::new();
    let mut handles = Vec::new();
    for _ in 0..n {
        let (keep, quiet) = chan!(u8);
        own.push(keep);
        let (rx, waiting) = (rx.clone(), waiting.clone());
        handles.push(go! {
            waiting.fetch_add(1, Ordering::Relaxed);
            select! {
                n = <-rx => Some(n),
                n = <-quiet => Some(usize::from(n)),
            }
        });
    }
    until(|| waiting.load(Ordering::Relaxed) == n).await;
    #[expect(clippy::needless_range_loop)]
    for value in 0..n {
        // Half of them are served by the shared channel, half by their own.
        if value % 2 == 0 {
            tx.send(value).unwrap();
        } else {
            // Whoever was served already cannot be; then there is one more for the shared channel.
            if own[value].send(1).is_err() {
                tx.send(value).unwrap();
            }
        }
    }
    drop((tx, own));
    for handle in handles {
        let _ = handle.await;
    }
    rx.queue_operations()
}

/// n selects on one channel: each enters and leaves once or a few times, however many the others are.
#[test]
fn selects_on_one_channel_cost_by_their_number() {
    for n in [100, 1_000, 10_000] {
        let operations = on(2, || {
            go! {
                selectors(n).await
            }
        });
        // Counted in debug builds only.
        if let Some(operations) = operations {
            assert!(operations <= 6 * n as u64, "{operations} for {n} selects");
        }
    }
}

/// A process that never has to wait gives way all the same: on one worker the others run.
macro_rules! gives_way {
    ($($name:ident: $stop:ident => { $($busy:tt)* })*) => {$(
        #[test]
        fn $name() {
            on(1, || {
                go! {
                    let $stop = Arc::new(AtomicBool::new(false));
                    let stopper = $stop.clone();
                    let busy = go! { $($busy)* };
                    let other = go! {
                        stopper.store(true, Ordering::Relaxed);
                    };
                    busy.await.unwrap();
                    other.await.unwrap();
                }
            });
        }
    )*};
}

gives_way! {
    sends_without_end_give_way: stop => {
        let (tx, _kept) = chan!(usize; ..);
        while !stop.load(Ordering::Relaxed) {
            tx <- 1;
        }
    }
    receives_without_end_give_way: stop => {
        let (tx, rx) = chan!(usize; ..);
        while !stop.load(Ordering::Relaxed) {
            tx.try_send(1).unwrap();
            <-rx;
        }
    }
    selects_without_end_give_way: stop => {
        let (tx, rx) = chan!(usize; ..);
        while !stop.load(Ordering::Relaxed) {
            tx.try_send(1).unwrap();
            select! {
                _n = <-rx => {},
                _u = std::future::pending::<()>().await => {},
            }
        }
    }
    selects_with_default_give_way: stop => {
        let (_tx, rx) = chan!(usize);
        while !stop.load(Ordering::Relaxed) {
            select! {
                _n = <-rx => unreachable!(),
                default => {},
            }
        }
    }
    closed_channels_give_way: stop => {
        let (tx, rx) = chan!(usize);
        drop(tx);
        while !stop.load(Ordering::Relaxed) {
            assert_eq!(rx.recv(), Err(RecvError));
        }
    }
    timers_that_are_due_give_way: stop => {
        let ticker = tick(Duration::ZERO);
        while !stop.load(Ordering::Relaxed) {
            <-ticker;
            sleep(Duration::ZERO).await;
            <-after(Duration::ZERO);
        }
    }
    ended_processes_give_way: stop => {
        while !stop.load(Ordering::Relaxed) {
            let child = go! { 1 };
            while !child.is_finished() {
                csp::yield_now().await;
            }
            assert_eq!(child.await.unwrap(), 1);
        }
    }
}

/// Two pairs that never stop share one worker fairly enough that both get on.
#[test]
fn busy_pairs_share_a_worker() {
    let n = rounds(50_000);
    on(1, move || {
        go! {
            let mut done = Vec::new();
            for _ in 0..3 {
                let (tx, rx) = chan!(usize);
                go! {
                    loop {
                        tx <- 1;
                    }
                };
                done.push(go! {
                    let mut sum = 0;
                    while sum < n {
                        sum += <-rx;
                    }
                    Some(sum)
                });
            }
            for pair in done {
                assert_eq!(pair.await.unwrap(), Some(n));
            }
        }
    });
}

explored! {
    sends_without_end_give_way,
    receives_without_end_give_way,
    selects_without_end_give_way,
    selects_with_default_give_way,
    closed_channels_give_way,
    timers_that_are_due_give_way,
    ended_processes_give_way,
    busy_pairs_share_a_worker,
}
