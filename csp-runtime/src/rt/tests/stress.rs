//! Many processes, threads and wakers at once. Few rounds without optimisation: the sanitizers and `--release` run more.

use std::future::{pending, poll_fn};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::{Counted, runtime};
use crate::*;

/// `n` in an optimised build, a tenth of it otherwise.
fn rounds(n: usize) -> usize {
    if cfg!(debug_assertions) { n / 10 } else { n }
}

/// xorshift: each thread its own, so that a run is made of the same steps every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

/// Wakers of processes that are mostly dead by now, some of whose slots others live in.
#[derive(Default)]
struct Graveyard {
    wakers: Mutex<Vec<Waker>>,
    over: AtomicBool,
}

impl Graveyard {
    fn bury(&self, waker: &Waker, dice: &mut Dice) {
        let mut wakers = self.wakers.lock().unwrap();
        if wakers.len() < 4096 {
            wakers.push(waker.clone());
        } else {
            let at = dice.below(4096);
            wakers[at] = waker.clone();
        }
    }

    fn haunt(&self, seed: u64) {
        let mut dice = Dice(seed);
        while !self.over.load(Ordering::Relaxed) {
            let some: Vec<Waker> = {
                let wakers = self.wakers.lock().unwrap();
                (0..wakers.len().min(64)).map(|_| wakers[dice.below(wakers.len())].clone()).collect()
            };
            some.into_iter().for_each(Waker::wake);
        }
    }
}

#[test]
fn stress_stale_wakers() {
    let runtime = runtime(2);
    let graveyard = Arc::new(Graveyard::default());
    let ghosts: Vec<_> = (1..3)
        .map(|seed| {
            let graveyard = Arc::clone(&graveyard);
            std::thread::spawn(move || graveyard.haunt(seed * 0x9E37))
        })
        .collect();
    let (counted, drops) = Counted::new();
    let mut dice = Dice(77);
    let mut started = 0;
    for round in 0..rounds(3_000) {
        let processes: Vec<_> = (0..20)
            .map(|i| {
                let (graveyard, held) = (Arc::clone(&graveyard), counted.clone());
                let (mut polls, turns) = (0, dice.below(4));
                let mut dice = Dice(round as u64 * 31 + i + 1);
                runtime.go(poll_fn(move |cx| {
                    let _ = &held;
                    graveyard.bury(cx.waker(), &mut dice);
                    polls += 1;
                    if polls > turns {
                        return Poll::Ready(i);
                    }
                    // A ghost may wake it before, and once more after its end.
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }))
            })
            .collect();
        started += processes.len();
        for (i, process) in processes.into_iter().enumerate() {
            match dice.below(4) {
                0 => drop(process),
                1 => {
                    process.cancel();
                    match process.join() {
                        Ok(value) => assert_eq!(value, i as u64),
                        Err(error) => assert!(error.is_cancelled(), "{error}"),
                    }
                }
                _ => assert_eq!(process.join().unwrap(), i as u64),
            }
        }
    }
    drop(runtime);
    graveyard.over.store(true, Ordering::Relaxed);
    ghosts.into_iter().for_each(|g| g.join().unwrap());
    assert_eq!(drops.load(Ordering::SeqCst), started);
}

#[test]
fn stress_started_from_many_threads() {
    for workers in [1, 2, 8] {
        let runtime = runtime(workers);
        let sum = Arc::new(AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..6 {
                let (runtime, sum) = (&runtime, &sum);
                scope.spawn(move || {
                    let _entered = runtime.enter();
                    for i in 0..rounds(5_000) {
                        let sum = Arc::clone(sum);
                        let process = go(async move {
                            let inner = go(async move { yield_now().await });
                            inner.await.unwrap();
                            sum.fetch_add(1, Ordering::Relaxed);
                        });
                        if (i + thread) % 3 == 0 {
                            process.join().unwrap();
                        } else {
                            drop(process);
                        }
                    }
                });
            }
        });
        while runtime.live() > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(sum.load(Ordering::SeqCst), 6 * rounds(5_000));
    }
}

#[test]
fn stress_a_million_parked() {
    let runtime = runtime(2);
    let count = rounds(1_000_000);
    let parked = Arc::new(AtomicUsize::new(0));
    let wakers = Arc::new(Mutex::new(Vec::with_capacity(count)));
    let process = runtime.go({
        let (parked, wakers) = (Arc::clone(&parked), Arc::clone(&wakers));
        async move {
            let handles: Vec<_> = (0..count)
                .map(|_| {
                    let (parked, wakers) = (Arc::clone(&parked), Arc::clone(&wakers));
                    let mut first = true;
                    go(poll_fn(move |cx| {
                        if std::mem::take(&mut first) {
                            wakers.lock().unwrap().push(cx.waker().clone());
                            parked.fetch_add(1, Ordering::Relaxed);
                            return Poll::Pending;
                        }
                        Poll::Ready(())
                    }))
                })
                .collect();
            for handle in handles {
                handle.await.unwrap();
            }
        }
    });
    while parked.load(Ordering::Relaxed) < count {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(runtime.live(), count + 1);
    wakers.lock().unwrap().drain(..).for_each(Waker::wake);
    process.join().unwrap();
    assert_eq!(runtime.live(), 0);
}

/// Processes that yield, wait for each other, panic and are cancelled at random; every value is dropped once.
#[test]
fn stress_cancels_and_panics() {
    for workers in [1, 2, 8] {
        let runtime = runtime(workers);
        let (counted, drops) = Counted::new();
        let mut dice = Dice(workers as u64 * 1_000_003);
        let (mut started, mut ends) = (0, [0usize; 3]);
        let mut handles = std::collections::VecDeque::new();
        for _ in 0..rounds(60_000) {
            let (held, turns, panics) = (counted.clone(), dice.below(6), dice.below(5) == 0);
            let waits = dice.below(8) == 0;
            started += 1;
            handles.push_back(runtime.go(async move {
                for _ in 0..turns {
                    yield_now().await;
                }
                if waits {
                    pending::<()>().await;
                }
                if panics {
                    // Without the hook's line on standard error.
                    resume_unwind(Box::new("on purpose"));
                }
                held
            }));
            if handles.len() > 100 {
                let at = dice.below(handles.len());
                let handle = handles.swap_remove_back(at).unwrap();
                match dice.below(3) {
                    0 => drop(handle),
                    _ => {
                        handle.cancel();
                        match handle.join() {
                            Ok(value) => drop((ends[0] += 1, value)),
                            Err(error) if error.is_cancelled() => ends[1] += 1,
                            Err(error) => ends[2] += usize::from(error.message() == Some("on purpose")),
                        }
                    }
                }
            }
        }
        drop(handles);
        drop(runtime);
        assert_eq!(drops.load(Ordering::SeqCst), started, "a future or a value was lost, or dropped twice");
        assert!(ends.iter().all(|n| *n > 0), "{ends:?}");
    }
}

#[test]
fn stress_shutdown_under_load() {
    for round in 0..rounds(200) {
        let workers = [1, 2, 8][round % 3];
        let runtime = runtime(workers);
        let (counted, drops) = Counted::new();
        let started = Arc::new(AtomicUsize::new(0));
        fn tree(depth: usize, counted: Counted, started: Arc<AtomicUsize>) {
            started.fetch_add(1, Ordering::Relaxed);
            drop(go(async move {
                yield_now().await;
                if depth > 0 {
                    for _ in 0..3 {
                        tree(depth - 1, counted.clone(), Arc::clone(&started));
                    }
                } else {
                    loop {
                        yield_now().await;
                    }
                }
                drop(counted);
            }));
        }
        {
            let _entered = runtime.enter();
            tree(5, counted, Arc::clone(&started));
        }
        if round % 2 == 0 {
            std::thread::sleep(Duration::from_micros(round as u64 * 7));
        }
        runtime.shutdown(Duration::from_secs(60)).unwrap();
        assert!(drops.load(Ordering::SeqCst) >= started.load(Ordering::SeqCst));
    }
}

/// Wakes from other threads while all workers keep going to sleep: a lost one would hang.
#[test]
fn stress_sleeping_and_waking() {
    for workers in [1, 2, 8] {
        let runtime = runtime(workers);
        let mut dice = Dice(5);
        for _ in 0..rounds(20_000) {
            runtime.go(async {}).join().unwrap();
            if dice.below(16) == 0 {
                std::thread::sleep(Duration::from_micros(dice.below(40) as u64));
            }
        }
    }
}
