//! Sources of time: nothing stale, nothing lost, nothing that waits for what was dropped. Nothing here asks how long it took.

use csp::prelude::*;
use csp::time::now;

use crate::support::{channel, explored, on, rounds};

const SHORT: Duration = Duration::from_micros(300);

#[test]
fn after_fires_once_and_not_early() {
    on(2, || {
        go! {
            let start = now();
            let once = after(SHORT);
            let due = once.recv().unwrap();
            assert!(now() - start >= SHORT && due >= start + SHORT && due <= now());
            assert_eq!(once.recv(), Err(RecvError));
            // Spent is silent: its arm is disabled, also one whose value would be discarded.
            select! {
                <-once => unreachable!(),
                closed => {},
            }
            for due in &once {
                panic!("{due:?} came from nowhere");
            }
        }
    });
}

#[test]
fn many_wait_for_one_after_and_one_gets_it() {
    on(4, || {
        go! {
            let once = std::sync::Arc::new(after(SHORT));
            let mut waiting = Vec::new();
            for _ in 0..50 {
                let once = once.clone();
                waiting.push(go! {
                    let got = once.recv();
                    got.is_ok()
                });
            }
            let mut got = 0;
            for process in waiting {
                got += usize::from(process.await.unwrap());
            }
            assert_eq!(got, 1);
        }
    });
}

#[test]
fn ticks_come_in_order_and_each_once() {
    on(2, || {
        go! {
            let start = now();
            let ticker = tick(SHORT);
            let (mut count, mut last) = (0, start);
            for due in &ticker {
                assert!(due > last && due <= now());
                let distance = (due - last).as_nanos();
                assert!(count == 0 || distance % SHORT.as_nanos() == 0, "ticks keep their distance");
                (count, last) = (count + 1, due);
                if count == 20 {
                    break;
                }
            }
            assert!(now() - start >= 20 * SHORT);
        }
    });
}

/// After a reset the tick that was due is gone, and the next one comes a full period later.
#[test]
fn a_reset_ticker_gives_no_stale_tick() {
    on(2, || {
        go! {
            let ticker = tick(SHORT);
            for turn in 0..20u32 {
                // At least one tick is due, and nobody received it.
                sleep(2 * SHORT).await;
                let reset = now();
                let period = if turn % 2 == 0 { 3 * SHORT } else { SHORT };
                ticker.reset(period);
                select! {
                    due = <-ticker => assert!(due >= reset + period),
                }
            }
            ticker.reset(Duration::MAX);
            select! {
                _due = <-ticker => unreachable!(),
                <-after(3 * SHORT) => {},
            }
        }
    });
}

/// A reset reaches those who wait already.
#[test]
fn a_reset_reaches_those_who_wait() {
    on(2, || {
        go! {
            let ticker = std::sync::Arc::new(tick(Duration::MAX));
            let mut waiting = Vec::new();
            for form in 0..4 {
                let ticker = ticker.clone();
                waiting.push(go! {
                    let (_quiet, silent) = chan!(u8);
                    if form % 2 == 0 {
                        ticker.recv().is_ok()
                    } else {
                        select! {
                            _due = <-ticker => true,
                            <-silent => false,
                            closed => false,
                        }
                    }
                });
            }
            for _ in 0..10 {
                csp::yield_now().await;
            }
            ticker.reset(SHORT);
            for process in waiting {
                assert!(process.await.unwrap());
            }
        }
    });
}

/// A timer whose source is dropped wakes nobody: the select that replaced it waits for its own.
#[test]
fn a_dropped_timer_is_forgotten() {
    let n = rounds(50_000);
    on(2, move || {
        go! {
            let (tx, rx) = chan!(usize; 1);
            go! {
                for i in 0..n {
                    tx <- i;
                }
            };
            let mut next = 0;
            while next < n {
                // A new timer each time; most are dropped before they are due.
                select! {
                    i = <-rx => { assert_eq!(i, next); next += 1; },
                    <-after(Duration::from_secs(3600)) => panic!("an hour has not passed"),
                    _u = sleep(Duration::from_secs(3600)).await => panic!("an hour has not passed"),
                }
            }
        }
    });
}

/// A timeout around a receive takes nothing, and around a send gives nothing: every value arrives once, whatever is cut off.
#[test]
fn timeouts_lose_nothing() {
    for capacity in [Some(0), Some(1), Some(7), None] {
        on(4, move || {
            go! {
                let (tx, rx) = channel::<u32>(capacity);
                let sender = go! {
                    for n in 0..400 {
                        if n % 16 == 0 {
                            sleep(SHORT).await;
                        }
                        tx <- n;
                    }
                };
                let (mut got, mut late) = (Vec::new(), 0);
                loop {
                    match timeout(Duration::from_micros(100), Receiver::recv(&rx)).await {
                        Ok(Ok(n)) => got.push(n),
                        Ok(Err(RecvError)) => break,
                        Err(_) => late += 1,
                    }
                }
                sender.await.unwrap();
                assert!(got.iter().copied().eq(0..400), "{late} timeouts");
            }
        });
    }
}

#[test]
fn a_thousand_sleepers_wake_each_in_its_time() {
    on(4, || {
        go! {
            let (log, woken) = chan!(u32; ..);
            let sleepers = rounds(1_000) as u32;
            for n in 0..sleepers {
                let log = log.clone();
                go! {
                    let (start, d) = (now(), Duration::from_micros(u64::from(n * 37 % 5_000)));
                    sleep(d).await;
                    assert!(now() - start >= d);
                    log <- n;
                };
            }
            drop(log);
            let mut seen = vec![false; sleepers as usize];
            for n in woken {
                assert!(!std::mem::replace(&mut seen[n as usize], true));
            }
            assert!(seen.into_iter().all(|s| s));
        }
    });
}

/// A sleep that began on one runtime and goes on elsewhere, when that one has ended.
#[test]
#[expect(clippy::async_yields_async)]
fn a_sleep_outlives_its_runtime() {
    use std::future::Future;
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let begun = runtime.go(async {
        let mut nap = Box::pin(sleep(20 * SHORT));
        std::future::poll_fn(|cx| {
            assert!(nap.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        nap
    });
    let nap = begun.join().unwrap();
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    on(1, || go! { nap.await });
}

/// Cancelled sleeps and timeouts leave nothing behind that would wake or keep anybody.
#[test]
fn cancelled_sleepers_are_gone() {
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let token = std::sync::Arc::new(());
    for _ in 0..200 {
        let held = token.clone();
        let sleeper = runtime.go(async move {
            let _held = held;
            sleep(Duration::MAX).await;
        });
        sleeper.cancel();
        assert!(sleeper.join().unwrap_err().is_cancelled());
    }
    assert_eq!((std::sync::Arc::strong_count(&token), runtime.live()), (1, 0));
}

explored! {
    after_fires_once_and_not_early,
    many_wait_for_one_after_and_one_gets_it,
    ticks_come_in_order_and_each_once,
    a_reset_ticker_gives_no_stale_tick,
    a_reset_reaches_those_who_wait,
    a_dropped_timer_is_forgotten,
    timeouts_lose_nothing,
    a_thousand_sleepers_wake_each_in_its_time,
}
