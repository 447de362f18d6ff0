#!/bin/sh
# loom 0.7.3, shuttle 0.9.10: limits of time never pass, so what happens after one is never checked, and a program
# that only waits for one "deadlocks".
#
# `Condvar::wait_timeout` returns in both only when notified: the assertion "it did not time out" holds in all orders
# of both searches, and fails at once on real threads when the notifier is slow. `recv_timeout` of shuttle is `recv`:
# where std says `Timeout` after a millisecond, shuttle reports a deadlock.
#
# Surprising, because the calls exist, compile and take a duration; one expects the branch "too late" to be explored
# like any other, it is the one with the bugs. Both tools end without a complaint.
# What to do: make the limit a thread of the model that sends or notifies, or put it behind a trait and let the model
# decide by a nondeterministic choice.
. "$(dirname "$0")/setup.sh"
rust 'loom = "=0.7.3"' 'shuttle = "=0.9.10"' << 'RS'
use std::{panic, process::exit, sync::{atomic::{AtomicUsize, Ordering}, Arc}, time::Duration};

static ORDERS: AtomicUsize = AtomicUsize::new(0);

/// Waits at most a millisecond for a flag that another thread sets; says whether it was too late once.
macro_rules! too_late {
    ($sync:path, $spawn:path, $slow:expr) => {{
        use $sync as sync;
        ORDERS.fetch_add(1, Ordering::Relaxed);
        let shared = sync::Arc::new((sync::Mutex::new(false), sync::Condvar::new()));
        let other = shared.clone();
        let thread = $spawn(move || {
            std::thread::sleep($slow);
            *other.0.lock().unwrap() = true;
            other.1.notify_one();
        });
        let mut late = false;
        let mut flag = shared.0.lock().unwrap();
        while !*flag {
            let (guard, result) = shared.1.wait_timeout(flag, Duration::from_millis(1)).unwrap();
            late |= result.timed_out();
            flag = guard;
        }
        drop(flag);
        thread.join().unwrap();
        late
    }};
}

fn message(run: impl FnOnce() + panic::UnwindSafe) -> String {
    let error = panic::catch_unwind(run).err();
    let text = error.and_then(|e| e.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no complaint".into()).lines().next().unwrap().into()
}

fn main() {
    let real = too_late!(std::sync, std::thread::spawn, Duration::from_millis(100));
    println!("wait_timeout, std, slow notifier: too late: {real}");
    panic::set_hook(Box::new(|_| {}));
    ORDERS.store(0, Ordering::Relaxed);
    let loom = message(|| loom::model(|| assert!(!too_late!(loom::sync, loom::thread::spawn, Duration::ZERO), "too late")));
    println!("wait_timeout, loom:               {loom} in {} orders", ORDERS.swap(0, Ordering::Relaxed));
    let shuttle = message(|| { shuttle::check_dfs(|| assert!(!too_late!(shuttle::sync, shuttle::thread::spawn, Duration::ZERO), "too late"), None); });
    println!("wait_timeout, shuttle:            {shuttle} in {} orders", ORDERS.load(Ordering::Relaxed));
    let (_tx, rx) = std::sync::mpsc::channel::<()>();
    println!("recv_timeout, std:                {:?}", rx.recv_timeout(Duration::from_millis(1)));
    let recv = message(|| {
        let mut config = shuttle::Config::new();
        config.failure_persistence = shuttle::FailurePersistence::None;
        let runner = shuttle::Runner::new(shuttle::scheduler::DfsScheduler::new(None, false), config);
        runner.run(|| {
            let (_tx, rx) = shuttle::sync::mpsc::channel::<()>();
            assert!(rx.recv_timeout(Duration::from_millis(1)).is_err());
        });
    });
    println!("recv_timeout, shuttle:            {recv}");
    let quiet = "no complaint";
    exit(i32::from(!(real && loom == quiet && shuttle == quiet && recv.contains("deadlock"))));
}
RS
