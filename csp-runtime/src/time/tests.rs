//! Entries against a shard, with times that the tests make up; and the futures on the real clock, never against a limit.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::shard::{Entry, Shard};
use super::{clock, sleep, sleep_until, timeout};
use crate::shim::choice;

const HOUR: u64 = 3_600_000_000_000;

/// A waker that counts.
pub(super) struct Count(AtomicUsize);

impl Count {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(0)))
    }

    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Calls `f` with a context that wakes `waker`.
pub(super) fn poll<W: Wake + Send + Sync + 'static, R>(
    waker: &Arc<W>,
    f: impl FnOnce(&mut Context<'_>) -> R,
) -> R {
    f(&mut Context::from_waker(&Waker::from(waker.clone())))
}

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn wait_for<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Arc::new(Unpark(thread::current()));
    loop {
        match poll(&waker, |cx| future.as_mut().poll(cx)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

fn shard() -> &'static Shard {
    Box::leak(Box::new(Shard::new()))
}

/// Arms an entry in `shard`; says whether it is ready, and counts in `earlier` how often the shard's deadline moved forward.
fn arm(
    entry: Pin<&mut Entry>,
    shard: &'static Shard,
    deadline: u64,
    cx: &mut Context<'_>,
    earlier: &mut u32,
) -> bool {
    entry.poll(deadline, true, cx, || shard, |_, _| *earlier += 1).is_ready()
}

#[test]
fn a_shard_publishes_its_next_deadline() {
    let (shard, count, mut earlier) = (shard(), Count::new(), 0);
    assert_eq!(shard.next_deadline(), u64::MAX);
    let now = clock::now();
    let mut entries: Vec<_> = (0..4).map(|_| Box::pin(Entry::new())).collect();
    for (entry, hours) in entries.iter_mut().zip([3, 4, 2, 5]) {
        assert!(!poll(&count, |cx| arm(entry.as_mut(), shard, now + hours * HOUR, cx, &mut earlier)));
    }
    assert_eq!(earlier, 2);
    let first = shard.next_deadline();
    assert!((now + 2 * HOUR..now + 2 * HOUR + (1 << 16)).contains(&first));
    assert_eq!(shard.expire(first - 1), 0);
    entries.swap_remove(2);
    assert!(shard.next_deadline() >= now + 3 * HOUR, "a timer that is gone is not waited for");
    assert_eq!(shard.expire(now + 6 * HOUR), 3);
    assert_eq!((count.get(), shard.next_deadline()), (3, u64::MAX));
    assert_eq!(Arc::strong_count(&count), 1, "no waker is left behind");
    for entry in &mut entries {
        let deadline = now + 4 * HOUR;
        let _ = poll(&count, |cx| arm(entry.as_mut(), shard, deadline, cx, &mut earlier));
    }
    drop(entries);
    assert_eq!((shard.next_deadline(), Arc::strong_count(&count)), (u64::MAX, 1));
}

#[test]
fn an_entry_wakes_the_last_waker_that_polled_it() {
    let (shard, first, second, mut earlier) = (shard(), Count::new(), Count::new(), 0);
    let deadline = clock::now() + HOUR;
    let mut entry = pin!(Entry::new());
    for waker in [&first, &first, &second, &second] {
        assert!(!poll(waker, |cx| arm(entry.as_mut(), shard, deadline, cx, &mut earlier)));
    }
    assert_eq!(shard.expire(deadline + HOUR), 1);
    assert_eq!((first.get(), second.get()), (0, 1));
    assert!(
        poll(&first, |cx| arm(entry.as_mut(), shard, deadline, cx, &mut earlier)),
        "fired, whatever the clock says"
    );
    // With another deadline it is another timer.
    assert!(!poll(&first, |cx| arm(entry.as_mut(), shard, deadline + HOUR, cx, &mut earlier)));
    assert_eq!(shard.expire(deadline + HOUR / 2), 0);
    assert!(!poll(&first, |cx| arm(entry.as_mut(), shard, deadline + 2 * HOUR, cx, &mut earlier)));
    assert_eq!(shard.expire(deadline + HOUR + HOUR / 2), 0, "the deadline before that one is forgotten");
    assert_eq!(shard.expire(deadline + 3 * HOUR), 1);
    assert_eq!((first.get(), second.get()), (1, 1));
}

#[test]
fn those_who_wait_in_a_retired_shard_move_to_another() {
    let (old, new, count, mut earlier) = (shard(), shard(), Count::new(), 0);
    let deadline = clock::now() + HOUR;
    let mut entries: Vec<_> = (0..100).map(|_| Box::pin(Entry::new())).collect();
    for entry in &mut entries {
        assert!(!poll(&count, |cx| arm(entry.as_mut(), old, deadline, cx, &mut earlier)));
    }
    assert_eq!((old.retire(), count.get(), old.next_deadline()), (100, 100, u64::MAX));
    entries.truncate(60);
    for entry in &mut entries {
        assert!(
            !poll(&count, |cx| arm(entry.as_mut(), new, deadline, cx, &mut earlier)),
            "that was no deadline"
        );
    }
    assert_eq!((old.expire(deadline - 1), new.expire(deadline + HOUR)), (0, 60));
    for entry in &mut entries {
        assert!(poll(&count, |cx| arm(entry.as_mut(), new, deadline, cx, &mut earlier)));
    }
    // The old shard is as new.
    let mut entry = pin!(Entry::new());
    assert!(!poll(&count, |cx| arm(entry.as_mut(), old, deadline, cx, &mut earlier)));
    assert_eq!((old.expire(deadline - 1), old.expire(deadline + HOUR)), (0, 1));
}

/// Drops a neighbour and arms a new entry when it is woken: it would wait for ever if it were woken under the lock.
struct Meddler(&'static Shard, Mutex<Vec<Pin<Box<Entry>>>>, Arc<Count>);

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        let mut entries = self.1.lock().unwrap();
        entries.pop();
        let mut entry = Box::pin(Entry::new());
        assert!(!poll(&self.2, |cx| arm(entry.as_mut(), self.0, clock::now() + 9 * HOUR, cx, &mut 0)));
        entries.insert(0, entry);
    }
}

#[test]
fn nobody_is_woken_under_the_lock() {
    let (shard, count) = (shard(), Count::new());
    let meddler = Arc::new(Meddler(shard, Mutex::new(Vec::new()), count.clone()));
    let mut entries: Vec<_> = (0..200).map(|_| Box::pin(Entry::new())).collect();
    let now = clock::now();
    for entry in &mut entries[..100] {
        assert!(!poll(&meddler, |cx| arm(entry.as_mut(), shard, now + HOUR, cx, &mut 0)));
    }
    for entry in &mut entries[100..] {
        assert!(!poll(&count, |cx| arm(entry.as_mut(), shard, now + 5 * HOUR, cx, &mut 0)));
    }
    let victims = entries.split_off(100);
    meddler.1.lock().unwrap().extend(victims);
    assert_eq!(shard.expire(now + 2 * HOUR), 100);
    assert_eq!(meddler.1.lock().unwrap().len(), 100);
    assert_eq!(shard.expire(now + 8 * HOUR), 0, "each wake dropped one of the neighbours");
    assert_eq!(shard.expire(now + 10 * HOUR), 100);
    meddler.1.lock().unwrap().clear();
}

#[test]
fn entries_move_between_threads_while_timers_fire() {
    let (threads, rounds) = if cfg!(miri) { (3, 60) } else { (4, 30_000) };
    let (shard, start) = (shard(), clock::now() + HOUR);
    let handed: Mutex<Vec<(Pin<Box<Entry>>, u64)>> = Mutex::new(Vec::new());
    let time = std::sync::atomic::AtomicU64::new(start);
    let fired = AtomicUsize::new(0);
    let (mut armed, mut seen) = (0, 0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|seed| {
                let (handed, time, fired) = (&handed, &time, &fired);
                scope.spawn(move || {
                    choice::seed(seed);
                    let count = Count::new();
                    let mut own: Vec<(Pin<Box<Entry>>, u64)> = Vec::new();
                    let mut armed = 0usize;
                    for _ in 0..rounds {
                        match choice::below(5) {
                            0 => {
                                let mut entry = Box::pin(Entry::new());
                                let at = time.load(Ordering::Relaxed) + u64::from(choice::below(1 << 24));
                                assert!(!poll(&count, |cx| arm(entry.as_mut(), shard, at, cx, &mut 0)));
                                armed += 1;
                                own.push((entry, at));
                            }
                            // To another thread; and from one, to be dropped here.
                            1 => handed.lock().unwrap().extend(own.pop()),
                            2 => {
                                let other = handed.lock().unwrap().pop();
                                drop(other);
                            }
                            3 => {
                                if let Some((entry, at)) = own.last_mut() {
                                    let _ = poll(&count, |cx| arm(entry.as_mut(), shard, *at, cx, &mut 0));
                                }
                            }
                            _ => {
                                let now =
                                    time.fetch_add(u64::from(choice::below(1 << 20)), Ordering::Relaxed);
                                fired.fetch_add(shard.expire(now), Ordering::Relaxed);
                            }
                        }
                    }
                    drop(own);
                    handed.lock().unwrap().clear();
                    (armed, count)
                })
            })
            .collect();
        let results: Vec<_> = workers.into_iter().map(|w| w.join().unwrap()).collect();
        handed.lock().unwrap().clear();
        for (n, count) in results {
            armed += n;
            seen += count.get();
            assert_eq!(Arc::strong_count(&count), 1, "no waker is left behind");
        }
    });
    assert_eq!(seen, fired.into_inner(), "each timer that fired woke somebody");
    assert!(seen > 0 && seen < armed, "{seen} of {armed}");
    assert_eq!((shard.next_deadline(), shard.expire(u64::MAX)), (u64::MAX, 0), "what is dropped is gone");
}

#[test]
fn sleeps_end_and_never_early() {
    wait_for(async {
        for micros in [0, 1, 70, 900, 5_000] {
            let start = Instant::now();
            sleep(Duration::from_micros(micros)).await;
            assert!(start.elapsed() >= Duration::from_micros(micros));
            sleep_until(start).await;
        }
    });
}

#[test]
fn many_threads_sleep_at_once() {
    thread::scope(|scope| {
        for n in 0..16 {
            scope.spawn(move || {
                for round in 0..20 {
                    let (start, d) = (Instant::now(), Duration::from_micros((n * 37 + round * 113) % 2_000));
                    wait_for(sleep(d));
                    assert!(start.elapsed() >= d);
                }
            });
        }
    });
}

#[test]
fn a_sleep_that_is_reset_starts_again() {
    let count = Count::new();
    let mut nap = pin!(sleep(Duration::ZERO));
    assert!(nap.is_elapsed());
    assert!(poll(&count, |cx| nap.as_mut().poll(cx)).is_ready());
    nap.as_mut().reset(Duration::from_nanos(HOUR));
    assert!(!nap.is_elapsed());
    assert!(poll(&count, |cx| nap.as_mut().poll(cx)).is_pending());
    nap.as_mut().reset_until(Instant::now());
    assert!(poll(&count, |cx| nap.as_mut().poll(cx)).is_ready());
    assert!(poll(&count, |cx| nap.as_mut().poll(cx)).is_ready(), "it stays ready");
    assert_eq!(count.get(), 0, "an earlier deadline is forgotten");
    let far = sleep(Duration::MAX);
    assert!(far.deadline() > Instant::now() + Duration::from_secs(1 << 30));
}

#[test]
fn a_timeout_gives_the_value_or_the_news() {
    wait_for(async {
        assert_eq!(timeout(Duration::MAX, async { 1 }).await, Ok(1));
        assert_eq!(timeout(Duration::ZERO, async { 2 }).await, Ok(2), "the future is asked first");
        let never = timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
        assert_eq!(never.unwrap_err().to_string(), "the time is up");
        let nested =
            timeout(Duration::MAX, timeout(Duration::from_millis(1), std::future::pending::<()>())).await;
        assert!(nested.unwrap().is_err());
        let value = timeout(Duration::MAX, async {
            sleep(Duration::from_millis(2)).await;
            3
        });
        assert_eq!(value.await, Ok(3));
    });
}
