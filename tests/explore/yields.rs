//! What `yield_now` hides under exploration: nothing. And that whoever waits by yielding comes to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use csp::explore::{Explore, FailureKind, Policy};
use csp::prelude::*;

const POLICIES: [Policy; 4] = [Policy::Random, Policy::Pct, Policy::Dfs, Policy::Mixed];

/// A writer comes between two reads, after so many yields.
fn between_two_reads(yields: u32) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    move || {
        Box::pin(async move {
            let (x, (tx, rx)) = (Arc::new(AtomicU32::new(0)), chan!((); ..));
            let theirs = x.clone();
            let writer = csp::go!(async move {
                for _ in 0..yields {
                    yield_now().await;
                }
                theirs.store(1, Ordering::Relaxed);
            });
            let reader = csp::go!(async move {
                let before = x.load(Ordering::Relaxed);
                tx.send(()).await.unwrap();
                assert_eq!(before, x.load(Ordering::Relaxed), "it changed");
            });
            let read = reader.await;
            writer.await.unwrap();
            drop(rx);
            read.unwrap();
        })
    }
}

#[test]
fn a_bug_is_found_where_a_process_yields_first_under_every_policy() {
    for policy in POLICIES {
        for yields in 0..=3 {
            let explore = Explore::new().policy(policy).schedules(1_000);
            let failure = explore.run(between_two_reads(yields)).expect_err("it is there to be found");
            assert_eq!(failure.kind(), FailureKind::Panic, "{failure}");
            let again = Explore::new().replay(failure.replay(), between_two_reads(yields)).unwrap_err();
            assert_eq!((again.text(), again.trace()), (failure.text(), failure.trace()));
        }
    }
}

/// A process that yields, here several times, may go on before any other has done anything.
#[test]
fn a_yield_lets_nobody_be_first_for_sure_under_every_policy() {
    for policy in POLICIES {
        for yields in 1..=3 {
            let explored = Explore::new().policy(policy).schedules(1_000).run(|| async move {
                let x = Arc::new(AtomicU32::new(0));
                let theirs = x.clone();
                let other = csp::go!(async move { theirs.store(1, Ordering::Relaxed) });
                for _ in 0..yields {
                    yield_now().await;
                }
                assert_eq!(x.load(Ordering::Relaxed), 1, "the other comes later");
                other.await.unwrap();
            });
            assert_eq!(explored.unwrap_err().kind(), FailureKind::Panic);
        }
    }
}

/// All ends of two processes that each yield and write their number, so often.
fn orders(yields: usize) -> (std::collections::BTreeSet<String>, u64) {
    let (seen, all) = std::sync::mpsc::channel();
    let report = Explore::new().policy(Policy::Dfs).schedules(100_000).run(move || {
        let seen = seen.clone();
        async move {
            let order = Arc::new(std::sync::Mutex::new(String::new()));
            let write = |name: char| {
                let order = order.clone();
                csp::go!(async move {
                    for _ in 0..yields {
                        yield_now().await;
                        order.lock().unwrap().push(name);
                    }
                })
            };
            let both = [write('a'), write('b')];
            for one in both {
                one.await.unwrap();
            }
            let order = order.lock().unwrap().clone();
            seen.send(order).unwrap();
        }
    });
    let report = report.unwrap();
    assert!(report.is_complete());
    (all.iter().collect(), report.schedules())
}

#[test]
fn depth_first_finds_each_order_of_processes_that_yield() {
    // Out of four and six letters two and three are the first one's.
    for (yields, ways) in [(1, 2), (2, 6), (3, 20)] {
        let (seen, schedules) = orders(yields);
        assert_eq!(seen.len(), ways, "{seen:?}");
        assert!(schedules < 20_000, "{schedules}");
    }
}

#[test]
fn depth_first_comes_to_an_end_where_a_process_spins() {
    let report = Explore::new().policy(Policy::Dfs).steps(1_000).schedules(100_000).run(|| async {
        let (tx, rx) = chan!(u32; ..);
        let spinner = csp::go!(async move {
            let mut sum = 0;
            while sum < 3 {
                match rx.try_recv() {
                    Ok(n) => sum += n,
                    Err(_) => yield_now().await,
                }
            }
        });
        let other = csp::go!(async move {
            tx.send(1).await.unwrap();
            tx.send(2).await.unwrap();
        });
        spinner.await.unwrap();
        other.await.unwrap();
    });
    let report = report.unwrap();
    assert!(report.is_complete(), "{}", report.schedules());
    assert!(report.schedules() > 3, "{}", report.schedules());
}

#[test]
fn two_that_spin_let_the_one_run_that_they_wait_for() {
    for policy in POLICIES {
        let explored = Explore::new().policy(policy).steps(2_000).schedules(200).run(|| async {
            let turn = Arc::new(AtomicU32::new(0));
            let all = (0..3).map(|me| {
                let turn = turn.clone();
                csp::go!(async move {
                    while turn.load(Ordering::Relaxed) != me {
                        yield_now().await;
                    }
                    turn.store(me + 1, Ordering::Relaxed);
                })
            });
            for one in all.collect::<Vec<_>>() {
                one.await.unwrap();
            }
        });
        explored.unwrap();
    }
}

/// Two processes poll what a third does after a sleep.
async fn polls_until_a_timer(pollers: usize) {
    let (tx, rx) = chan!(());
    let all = (0..pollers).map(|_| {
        let rx = rx.clone();
        csp::go!(async move {
            loop {
                csp::select! {
                    _got = <-rx => {}
                    default => yield_now().await,
                    closed => return,
                }
            }
        })
    });
    let all: Vec<_> = all.collect();
    csp::go!(async move {
        sleep(Duration::from_millis(1)).await;
        drop(tx);
    })
    .await
    .unwrap();
    for one in all {
        one.await.unwrap();
    }
}

#[test]
fn to_poll_until_a_timer_is_no_live_lock() {
    for policy in POLICIES {
        for pollers in 1..=2 {
            let explore = Explore::new().policy(policy).steps(3_000).schedules(50);
            explore.run(move || polls_until_a_timer(pollers)).unwrap();
        }
    }
}

/// Nor is it where a process never yields, but nothing comes of what it does.
#[test]
fn to_communicate_with_oneself_until_a_timer_is_no_live_lock() {
    for policy in POLICIES {
        let explored = Explore::new().policy(policy).steps(30_000).schedules(3).run(|| async {
            let (tx, rx) = chan!((); 1);
            let stop = Arc::new(AtomicU32::new(0));
            let stopped = stop.clone();
            let timer = csp::go!(async move {
                sleep(Duration::from_secs(1)).await;
                stop.store(1, Ordering::Relaxed);
            });
            while stopped.load(Ordering::Relaxed) == 0 {
                tx.send(()).await.unwrap();
                rx.recv().await.unwrap();
            }
            timer.await.unwrap();
        });
        explored.unwrap();
    }
}

#[test]
fn to_poll_until_all_others_wait_is_no_live_lock() {
    let explored = Explore::new().steps(2_000).schedules(50).run(|| async {
        let stop = Arc::new(AtomicU32::new(0));
        let stopped = stop.clone();
        let poller = csp::go!(async move {
            while stopped.load(Ordering::Relaxed) == 0 {
                yield_now().await;
            }
        });
        csp::time::settled().await;
        stop.store(1, Ordering::Relaxed);
        poller.await.unwrap();
    });
    explored.unwrap();
}

#[test]
fn to_poll_for_what_never_comes_is_a_live_lock() {
    for policy in POLICIES {
        let failure = Explore::new().policy(policy).steps(2_000).run(|| async {
            let (_keep, never) = chan!(());
            while never.try_recv().is_err() {
                yield_now().await;
            }
        });
        assert_eq!(failure.unwrap_err().kind(), FailureKind::LiveLock);
    }
}

#[test]
fn a_poller_meets_a_select_that_waits_to_send() {
    for policy in POLICIES {
        let explored = Explore::new().policy(policy).steps(2_000).schedules(100).run(|| async {
            let (tx, rx) = chan!(u32);
            let sender = csp::go!(async move {
                csp::select! {
                    _sent = tx.send(5) => {}
                }
            });
            loop {
                csp::select! {
                    value = <-rx => {
                        assert_eq!(value, 5);
                        break;
                    }
                    default => yield_now().await,
                }
            }
            sender.await.unwrap();
        });
        if let Err(failure) = explored {
            panic!("{policy:?}: {failure}");
        }
    }
}
