//! Processes that keep their thread: the others run on.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::*;

const LONG: Duration = Duration::from_secs(60);

fn runtime_with(workers: usize, spares: usize) -> Runtime {
    let builder = Runtime::builder().workers(workers).max_spare_threads(spares);
    builder.on_stuck(StuckPolicy::Silent).build().unwrap()
}

/// Waits for a condition that must come.
fn until(what: &str, condition: impl Fn() -> bool) {
    let end = std::time::Instant::now() + LONG;
    while !condition() {
        assert!(std::time::Instant::now() < end, "{what} never came");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn processes_that_block_until_all_of_them_have_begun_all_begin() {
    let all = 40;
    let runtime = runtime_with(2, 64);
    let barrier = Arc::new(std::sync::Barrier::new(all));
    let waiting: Vec<_> = (0..all)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            runtime.go(async move { _ = barrier.wait() })
        })
        .collect();
    waiting.into_iter().for_each(|handle| handle.join().unwrap());
    let metrics = runtime.metrics();
    assert!(metrics.spare_threads_started >= 38, "{metrics:?}");
    assert!(metrics.blocked_turns >= 2 || cfg!(not(target_os = "linux")) || cfg!(miri), "{metrics:?}");
    until("the end of the spare threads", || runtime.metrics().spare_threads == 0);
    runtime.shutdown(LONG).unwrap();
}

#[test]
fn more_that_block_than_there_may_be_threads_run_in_waves() {
    for spares in [1, 2, 5] {
        let runtime = runtime_with(2, spares);
        let handles: Vec<_> =
            (0..30).map(|_| runtime.go(async { thread::sleep(Duration::from_millis(20)) })).collect();
        handles.into_iter().for_each(|handle| handle.join().unwrap());
        assert!(runtime.metrics().spare_threads <= spares);
        runtime.shutdown(LONG).unwrap();
    }
}

#[test]
fn whoever_blocks_for_the_process_behind_it_gets_it() {
    for workers in [1, 2] {
        let runtime = runtime_with(workers, 1);
        let process = runtime.go(async {
            let (tx, rx) = mpsc::channel();
            let inner = go(async move { tx.send(7) });
            let got = rx.recv();
            inner.await.unwrap().unwrap();
            got
        });
        assert_eq!(process.join().unwrap(), Ok(7));
        runtime.shutdown(LONG).unwrap();
    }
}

#[test]
fn those_who_have_waited_go_on_when_no_thread_is_left_for_newcomers() {
    let runtime = runtime_with(2, 4);
    let (ticks, count) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let ticker = {
        let ticks = Arc::clone(&ticks);
        runtime.go(async move {
            loop {
                sleep(Duration::from_millis(1)).await;
                ticks.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    until("the first tick", || ticks.load(Ordering::SeqCst) > 0);
    let gate = Arc::new(Mutex::new(()));
    let guard = gate.lock().unwrap();
    let blocked: Vec<_> = (0..50)
        .map(|_| {
            let (gate, count) = (Arc::clone(&gate), Arc::clone(&count));
            runtime.go(async move {
                count.fetch_add(1, Ordering::SeqCst);
                drop(gate.lock());
            })
        })
        .collect();
    // Two workers and all spare threads but the reserve.
    until("all threads that may block", || count.load(Ordering::SeqCst) >= 5);
    let before = ticks.load(Ordering::SeqCst);
    until("ticks while all are blocked", || ticks.load(Ordering::SeqCst) > before + 20);
    assert!(count.load(Ordering::SeqCst) <= 5, "the reserve takes no newcomers");
    drop(guard);
    blocked.into_iter().for_each(|handle| handle.join().unwrap());
    ticker.cancel();
    runtime.shutdown(LONG).unwrap();
}

#[cfg(all(target_os = "linux", not(miri)))]
#[test]
fn computing_is_not_answered_with_threads_without_end() {
    let runtime = runtime_with(2, 64);
    let stop = Arc::new(AtomicBool::new(false));
    let ticks = Arc::new(AtomicUsize::new(0));
    let computing: Vec<_> = (0..100)
        .map(|_| {
            let stop = Arc::clone(&stop);
            runtime.go(async move {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        })
        .collect();
    let ticker = {
        let ticks = Arc::clone(&ticks);
        runtime.go(async move {
            loop {
                sleep(Duration::from_millis(1)).await;
                ticks.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    thread::sleep(Duration::from_millis(500));
    // As many again as there are workers, and the reserve.
    let spares = runtime.metrics().spare_threads;
    stop.store(true, Ordering::Relaxed);
    assert!(spares <= 3, "{spares} spare threads for 100 that compute");
    computing.into_iter().for_each(|handle| handle.join().unwrap());
    until("a tick", || ticks.load(Ordering::SeqCst) > 0);
    ticker.cancel();
    runtime.shutdown(LONG).unwrap();
}

#[test]
fn the_callback_gets_the_place_once() {
    let (tx, rx) = mpsc::channel();
    let tx = Mutex::new(tx);
    let policy = StuckPolicy::call(move |stuck| {
        let _ = tx.lock().unwrap().send(stuck.clone());
        panic!("a callback's panic does no harm");
    });
    let runtime = Runtime::builder().workers(1).on_stuck(policy).build().unwrap();
    let others = runtime.go(async {
        loop {
            sleep(Duration::from_millis(1)).await;
        }
    });
    let first_told = |free: mpsc::Sender<()>| {
        let told = rx.recv_timeout(LONG);
        drop(free);
        told.unwrap()
    };
    let block = |is_free: mpsc::Receiver<()>| runtime.go(async move { _ = is_free.recv() });
    let line = line!() - 1;
    let newcomer = || runtime.go(async {}).join().unwrap();

    let (free, is_free) = mpsc::channel();
    let blocks = block(is_free);
    newcomer();
    let stuck = first_told(free);
    blocks.join().unwrap();
    // The second of the same place is as long, and nothing is said.
    let (free, is_free) = mpsc::channel();
    let blocks = block(is_free);
    newcomer();
    thread::sleep(stuck.lasted() * 2);
    drop(free);
    blocks.join().unwrap();

    assert_eq!(stuck.started().line(), line, "{stuck}");
    assert!(stuck.lasted() >= Duration::from_millis(100) && stuck.blocks());
    assert!(stuck.to_string().contains("rt/tests/stuck.rs") && stuck.to_string().contains("`blocking`"));
    others.cancel();
    runtime.shutdown(LONG).unwrap();
    assert!(rx.try_iter().all(|other| other.started() != stuck.started()));
}

#[test]
fn without_spare_threads_another_worker_takes_what_waits() {
    let runtime = runtime_with(2, 0);
    let (tx, rx) = mpsc::channel();
    let blocks = runtime.go(async move {
        let inner = go(async move { tx.send(1) });
        let got = rx.recv();
        inner.await.unwrap().unwrap();
        got
    });
    assert_eq!(blocks.join().unwrap(), Ok(1));
    assert_eq!(runtime.metrics().spare_threads_started, 0);
    runtime.shutdown(LONG).unwrap();
}
