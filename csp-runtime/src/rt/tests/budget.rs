//! What is ready is reported as ready, whatever the turn's budget says; and who is always ready gives way all the same.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::runtime;
use crate::task::budget::BUDGET;
use crate::*;

const MANY: u64 = 20 * BUDGET;

fn filled() -> (Sender<u64>, Receiver<u64>) {
    let (tx, rx) = unbounded();
    for n in 0..MANY {
        tx.try_send(n).unwrap();
    }
    (tx, rx)
}

/// Runs `future` in a process of a runtime with one worker, beside one that counts how often it gets its turn meanwhile.
fn beside_another<F>(future: F) -> (F::Output, usize)
where
    F: Future + std::marker::Send + 'static,
    F::Output: std::marker::Send + 'static,
{
    let runtime = runtime(1);
    let turns = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&turns);
    let (over_in, over) = bounded::<()>(0);
    let process = runtime.go(async move {
        let other = go(async move {
            while over.try_recv() == Err(TryRecvError::Empty) {
                theirs.fetch_add(1, SeqCst);
                yield_now().await;
            }
        });
        yield_now().await;
        let output = future.await;
        drop(over_in);
        other.await.unwrap();
        output
    });
    let output = process.join().unwrap();
    (output, turns.load(SeqCst))
}

#[test]
fn a_limit_of_zero_takes_all_that_is_there() {
    let (tx, rx) = filled();
    let (got, turns) = beside_another(async move {
        let mut got = 0;
        while let Ok(Ok(_)) = timeout(Duration::ZERO, rx.recv()).await {
            got += 1;
        }
        got
    });
    assert_eq!(got, MANY);
    assert!(turns as u64 >= MANY / BUDGET - 1, "it gives way: {turns}");
    drop(tx);
}

#[test]
fn a_limit_holds_for_a_future_that_is_always_ready() {
    let (tx, rx) = filled();
    let loops = async move {
        loop {
            let value = rx.recv().await.unwrap();
            tx.send(value).await.unwrap();
        }
    };
    let (limited, _) = beside_another(timeout::<Pin<Box<dyn Future<Output = ()> + std::marker::Send>>>(
        Duration::from_millis(2),
        Box::pin(loops),
    ));
    assert!(limited.is_err());
}

/// As `FutureExt::now_or_never`.
fn now_or_never<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[test]
fn a_poll_without_a_process_finds_what_is_there() {
    for gives_way in [false, true] {
        let (tx, rx) = filled();
        let (got, _) = beside_another(async move {
            poll_fn(|cx| {
                if gives_way {
                    // The turn will be given up, but this poll is still to be answered.
                    cx.waker().wake_by_ref();
                }
                let mut got = 0;
                while now_or_never(rx.recv()).is_some() {
                    got += 1;
                }
                Poll::Ready(got)
            })
            .await
        });
        assert_eq!(got, MANY);
        drop(tx);
    }
}

/// Another executor's way to wait.
fn foreign_block_on<F: Future>(future: F) -> (F::Output, usize) {
    struct Flag(AtomicUsize);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(1, SeqCst);
        }
    }
    let flag = Arc::new(Flag(AtomicUsize::new(1)));
    let waker = Waker::from(Arc::clone(&flag));
    let mut future = pin!(future);
    let mut polls = 0;
    loop {
        while flag.0.swap(0, SeqCst) == 0 {
            std::thread::yield_now();
        }
        polls += 1;
        assert!(polls < 10 * MANY as usize, "it spins");
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return (output, polls);
        }
    }
}

#[test]
fn another_executor_may_wait_inside_a_process() {
    let (tx, rx) = unbounded::<u64>();
    let (polls, _) = beside_another(async move {
        let mut all = 0;
        for n in 0..MANY {
            let (sent, polls) = foreign_block_on(tx.send(n));
            sent.unwrap();
            all += polls;
        }
        all
    });
    assert_eq!((polls as u64, rx.len() as u64), (MANY, MANY), "none is asked twice");
}

/// As `FuturesUnordered`: each future has a waker of its own, the first to be woken wakes the process.
struct Set<'a>(Vec<Child<'a>>);

struct Child<'a> {
    future: Option<Pin<Box<dyn Future<Output = ()> + std::marker::Send + 'a>>>,
    flag: Arc<ChildFlag>,
}

struct ChildFlag {
    woken: AtomicUsize,
    process: Arc<Mutex<Option<Waker>>>,
}

impl Wake for ChildFlag {
    fn wake(self: Arc<Self>) {
        if self.woken.swap(1, SeqCst) == 0
            && let Some(process) = { self.process.lock().unwrap().take() }
        {
            process.wake();
        }
    }
}

impl<'a> Set<'a> {
    fn new(futures: Vec<Pin<Box<dyn Future<Output = ()> + std::marker::Send + 'a>>>) -> Self {
        let process = Arc::default();
        let child = |future| {
            let flag = ChildFlag { woken: AtomicUsize::new(1), process: Arc::clone(&process) };
            Child { future: Some(future), flag: Arc::new(flag) }
        };
        Self(futures.into_iter().map(child).collect())
    }

    fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        *self.0[0].flag.process.lock().unwrap() = Some(cx.waker().clone());
        for child in &mut self.0 {
            if child.flag.woken.swap(0, SeqCst) == 1
                && let Some(future) = &mut child.future
            {
                let waker = Waker::from(Arc::clone(&child.flag));
                if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    child.future = None;
                }
            }
        }
        if self.0.iter().all(|child| child.future.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn a_set_of_futures_gives_way_and_each_of_them_goes_on() {
    let all: Vec<_> = (0..3).map(|_| filled()).collect();
    let (left, turns) = beside_another(async move {
        let drain = |(_, rx): &(Sender<u64>, Receiver<u64>)| {
            let rx = rx.clone();
            Box::pin(async move {
                while !rx.is_empty() {
                    rx.recv().await.unwrap();
                }
            }) as Pin<Box<dyn Future<Output = ()> + std::marker::Send>>
        };
        let mut set = Set::new(all.iter().map(drain).collect());
        poll_fn(|cx| set.poll(cx)).await;
        all.iter().map(|(_, rx)| rx.len()).sum::<usize>()
    });
    assert_eq!(left, 0);
    assert!(turns as u64 >= MANY / BUDGET - 1, "it gives way: {turns}");
}

#[test]
fn of_two_futures_in_a_process_none_takes_the_whole_budget() {
    let (a, b) = (filled(), filled());
    let (seen, _) = beside_another(async move {
        let first = async {
            loop {
                let value = a.1.recv().await.unwrap();
                a.0.send(value).await.unwrap();
            }
        };
        let (mut first, mut second) = (pin!(first), pin!(b.1.recv()));
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            let _: Poll<()> = first.as_mut().poll(cx);
            second.as_mut().poll(cx).map(|_| polls)
        })
        .await
    });
    assert_eq!(seen, 1, "the second is ready at its first poll");
}

#[test]
fn default_and_timers_do_not_win_over_a_future_that_is_refused() {
    use select::{Chosen, OnClose, future_arm, recv_arm, run};
    let (tx, rx) = filled();
    let (_quiet, other) = bounded::<()>(0);
    let (got, turns) = beside_another(async move {
        let mut got = 0;
        let (log, _lines) = unbounded();
        loop {
            // Of three operations the last of a turn is sometimes the select itself.
            log.send(got).await.unwrap();
            let mut future = pin!(future_arm(rx.recv(), true, OnClose::Fire));
            let mut never = pin!(recv_arm(&other, true, OnClose::Disable));
            let chosen = run(&mut [future.as_mut(), never.as_mut()], false, true).await;
            if chosen != Chosen::Arm(0) {
                return got;
            }
            got += 1;
        }
    });
    assert_eq!(got, MANY);
    assert!(turns as u64 >= MANY / BUDGET - 1, "it gives way: {turns}");
    drop(tx);
}

#[test]
fn exploration_reports_no_time_out_of_what_is_ready() {
    let report = explore::Explore::new().run(|| async {
        let (tx, rx) = unbounded();
        for n in 0..3 {
            tx.try_send(n).unwrap();
        }
        let other = go(async {
            let (tx, rx) = bounded::<()>(1);
            tx.send(()).await.unwrap();
            rx.recv().await.unwrap();
        });
        assert_eq!(timeout(Duration::ZERO, rx.recv()).await, Ok(Ok(0)));
        assert_eq!(now_or_never(rx.recv()), Some(Ok(1)));
        let (left, _) = foreign_block_on(rx.recv());
        assert_eq!(left, Ok(2));
        other.await.unwrap();
    });
    report.unwrap();
}
