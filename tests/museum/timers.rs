//! Deadlines, ticks and what comes after them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use csp::prelude::*;
use csp::time::now;

use crate::exhibit::exhibit;
use crate::tools::SECOND;

/// Tu et al.'s figure of a select with two ready arms: a ticker and a stop are both there, the tick is chosen, and the work is
/// done once more after the stop.
mod one_more_tick {
    use super::*;

    fn work(stopped: &AtomicBool) {
        assert!(!stopped.load(Ordering::Relaxed), "it works after the stop");
    }

    #[process]
    fn buggy_worker(stop: Receiver<()>, stopped: Arc<AtomicBool>) {
        let ticks = tick(SECOND);
        loop {
            select! {
                <-stop => return,
                <-ticks => work(&stopped),
            }
        }
    }

    #[process]
    fn mended_worker(stop: Receiver<()>, stopped: Arc<AtomicBool>) {
        let ticks = tick(SECOND);
        loop {
            select! {
                biased;
                <-stop => return,
                <-ticks => work(&stopped),
            }
        }
    }

    #[process]
    fn end(stop: Sender<()>, stopped: Arc<AtomicBool>) {
        sleep(SECOND).await;
        stopped.store(true, Ordering::Relaxed);
        drop(stop);
    }

    #[process]
    fn buggy() {
        let (stop, stops) = chan!(());
        let stopped = Arc::new(AtomicBool::new(false));
        par!(buggy_worker(stops, stopped.clone()), end(stop, stopped));
    }

    #[process]
    fn mended() {
        let (stop, stops) = chan!(());
        let stopped = Arc::new(AtomicBool::new(false));
        par!(mended_worker(stops, stopped.clone()), end(stop, stopped));
    }

    exhibit!(Panic, Sometimes);
}

/// Tu et al.'s figure of a timer that is made in advance: its time is zero for "no limit", and it is over at once.
mod zero_is_no_limit {
    use super::*;

    #[process]
    fn work(out: Sender<u32>) {
        out.send(1)?;
    }

    #[process]
    fn buggy_wait(result: Receiver<u32>, limit: Duration) -> Option<u32> {
        let timer = after(limit);
        select! {
            n = <-result => Some(n),
            <-timer => None,
        }
    }

    #[process]
    fn mended_wait(result: Receiver<u32>, limit: Duration) -> Option<u32> {
        let timer = after(limit);
        select! {
            n = <-result => Some(n),
            <-timer if !limit.is_zero() => None,
        }
    }

    #[process]
    fn buggy() {
        let (out, result) = chan!(u32);
        go!(work(out));
        assert_eq!(buggy_wait(result, Duration::ZERO).await, Some(1));
    }

    #[process]
    fn mended() {
        let (out, result) = chan!(u32);
        go!(work(out));
        assert_eq!(mended_wait(result, Duration::ZERO).await, Some(1));
    }

    exhibit!(Panic, Sometimes);
}

/// A timer that is set again without taking what it had sent (the documentation of Go's `Timer.Reset` before 1.23; istio#18454
/// in GoBench): the second step is over before its time, by the first one's tick.
mod reset_without_drain {
    use super::*;

    #[process]
    fn timer(fired: Sender<()>, stop: Receiver<()>) {
        select! {
            <-after(SECOND) => {
                let _ = fired.try_send(());
            }
            <-stop => {}
        }
    }

    #[process]
    fn step(takes: Duration, fired: Receiver<()>) {
        let begin = now();
        select! {
            <-after(takes) => {}
            <-fired => assert_eq!(now() - begin, SECOND, "it is over before its time"),
        }
    }

    #[process]
    fn buggy() {
        let (fire, fired) = chan!((); 1);
        for takes in [SECOND, SECOND / 2] {
            let (stop, stops) = chan!(());
            go!(timer(fire.clone(), stops));
            step(takes, fired.clone()).await;
            drop(stop);
        }
    }

    #[process]
    fn mended() {
        for takes in [SECOND, SECOND / 2] {
            let (fire, fired) = chan!((); 1);
            let (stop, stops) = chan!(());
            go!(timer(fire, stops));
            step(takes, fired).await;
            drop(stop);
        }
    }

    exhibit!(Panic, Sometimes);
}

/// A time limit that begins again with each message, where one for all was meant (a slow reader's attack on servers,
/// Slowloris): as long as something comes within it, there is no end.
mod limit_begins_again {
    use super::*;

    #[process]
    fn drip(out: Sender<u8>) {
        for _ in 0..5 {
            out.send(0)?;
            sleep(SECOND).await;
        }
    }

    #[process]
    fn buggy_read(input: Receiver<u8>) {
        loop {
            select! {
                _byte = <-input => {}
                <-after(2 * SECOND) => return,
                closed => return,
            }
        }
    }

    #[process]
    fn mended_read(input: Receiver<u8>) {
        let limit = after(2 * SECOND);
        loop {
            select! {
                _byte = <-input => {}
                <-limit => return,
            }
        }
    }

    #[process]
    fn buggy() {
        let (out, input) = chan!(u8);
        let begin = now();
        go!(drip(out));
        buggy_read(input).await;
        assert!(now() - begin <= 2 * SECOND, "the limit is two seconds");
    }

    #[process]
    fn mended() {
        let (out, input) = chan!(u8);
        let begin = now();
        go!(drip(out));
        mended_read(input).await;
        assert!(now() - begin <= 2 * SECOND, "the limit is two seconds");
    }

    exhibit!(Panic, Always);
}

/// A connection that is idle for too long is closed in the moment of the next request (the keep-alive race of HTTP, RFC 9112,
/// section 9.5): who sends must be ready to open another one.
mod idle_close {
    use super::*;

    type Request = Sender<u32>;

    #[process]
    fn serve(requests: Receiver<Request>) {
        loop {
            select! {
                reply = <-requests => {
                    let _ = reply.try_send(1);
                }
                <-after(SECOND) => return,
            }
        }
    }

    fn open() -> Sender<Request> {
        let (connection, requests) = chan!(Request);
        go!(serve(requests));
        connection
    }

    #[process]
    fn ask(connection: Sender<Request>) -> Option<u32> {
        let (reply, answer) = chan!(u32; 1);
        connection.send(reply)?;
        Some(answer.recv()?)
    }

    #[process]
    fn buggy() {
        let connection = open();
        for _ in 0..2 {
            assert_eq!(ask(connection.clone()).await, Some(1));
            sleep(SECOND).await;
        }
    }

    #[process]
    fn mended() {
        let mut connection = open();
        for _ in 0..2 {
            if ask(connection.clone()).await.is_none() {
                connection = open();
                assert_eq!(ask(connection.clone()).await, Some(1));
            }
            sleep(SECOND).await;
        }
    }

    exhibit!(Panic, Sometimes);
}

/// Lu et al.: two variables have one meaning, and a report comes between the two writes; here it is a ticker's, as of statistics that
/// are flushed each millisecond.
mod tick_between_two_writes {
    use std::sync::atomic::AtomicU32;

    use super::*;

    type Statistics = Arc<[AtomicU32; 2]>;

    #[process]
    fn report(stop: Receiver<()>, statistics: Statistics) {
        let ticks = tick(Duration::from_millis(1));
        loop {
            select! {
                <-stop => return,
                <-ticks => {
                    let [requests, answers] = [0, 1].map(|n| statistics[n].load(Ordering::Relaxed));
                    assert_eq!(requests, answers, "a report in the midst of a request");
                }
            }
        }
    }

    #[process]
    fn buggy() {
        let (stop, stops) = chan!(());
        let (log, lines) = chan!(u32; ..);
        let statistics = Statistics::default();
        go!(report(stops, statistics.clone()));
        for n in 0..3 {
            statistics[0].fetch_add(1, Ordering::Relaxed);
            log.send(n)?;
            statistics[1].fetch_add(1, Ordering::Relaxed);
        }
        drop((stop, lines));
    }

    #[process]
    fn mended() {
        let (stop, stops) = chan!(());
        let (log, lines) = chan!(u32; ..);
        let statistics = Statistics::default();
        go!(report(stops, statistics.clone()));
        for n in 0..3 {
            log.send(n)?;
            statistics.iter().for_each(|one| _ = one.fetch_add(1, Ordering::Relaxed));
        }
        drop((stop, lines));
    }

    exhibit!(Panic, Sometimes);
}

/// Farchi, Nir and Ur: a sleep in place of a wait. Who stops gives those that are at work a time of grace, and takes down what they use.
mod time_of_grace {
    use super::*;

    #[process]
    fn serve(open: Arc<AtomicBool>, log: Sender<u32>) {
        for n in 0..3 {
            assert!(open.load(Ordering::Relaxed), "it was closed under a request");
            log.send(n)?;
        }
    }

    #[process]
    fn buggy() {
        let (log, lines) = chan!(u32; ..);
        let open = Arc::new(AtomicBool::new(true));
        go!(serve(open.clone(), log));
        sleep(Duration::from_millis(1)).await;
        open.store(false, Ordering::Relaxed);
        drop(lines);
    }

    #[process]
    fn mended() {
        let (log, lines) = chan!(u32; ..);
        let open = Arc::new(AtomicBool::new(true));
        let served = go!(serve(open.clone(), log));
        let _ = timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
        served.await.unwrap();
        open.store(false, Ordering::Relaxed);
        drop(lines);
    }

    exhibit!(Panic, Sometimes);
}
