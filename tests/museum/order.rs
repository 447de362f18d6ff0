//! What is thought to come first.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{SECOND, Shared};

/// Use before the beginning (Lu et al., from Mozilla): a process is started, and looks for its own handle before whoever
/// started it has put it there.
mod use_before_init {
    use super::*;

    #[process]
    fn buggy_thread(me: Shared<Option<u32>>) {
        me.get().await.expect("it was started, so it has a number");
    }

    #[process]
    fn mended_thread(me: Receiver<u32>) {
        assert_eq!(me.recv()?, 1);
    }

    #[process]
    fn buggy() {
        let me = Shared::new(None);
        go!(buggy_thread(me.clone()));
        me.set(Some(1)).await;
    }

    #[process]
    fn mended() {
        let (number, me) = chan!(u32);
        go!(mended_thread(me));
        number.send(1).unwrap();
    }

    exhibit!(Panic, Sometimes);
}

/// Lu et al., from Mozilla: an operation is begun, and noted as pending afterwards. If it is over before the note, its end is
/// noted first, and who waits for the end waits for ever.
mod pending_after_start {
    use super::*;

    #[process]
    fn read(pending: Shared<bool>, over: Sender<()>) {
        pending.set(false).await;
        let _ = over.try_send(());
    }

    #[process]
    fn wait(pending: Shared<bool>) {
        for _ in 0..20 {
            if !pending.get().await {
                return;
            }
            sleep(SECOND).await;
        }
        panic!("it is pending for ever");
    }

    #[process]
    fn buggy() {
        let pending = Shared::new(false);
        let (over, ends) = chan!((); 1);
        go!(read(pending.clone(), over));
        pending.set(true).await;
        wait(pending).await;
        let _ = ends.try_recv();
    }

    #[process]
    fn mended() {
        let pending = Shared::new(false);
        let (over, ends) = chan!((); 1);
        pending.set(true).await;
        go!(read(pending.clone(), over));
        wait(pending).await;
        let _ = ends.try_recv();
    }

    exhibit!(Panic, Sometimes);
}

/// The end before its users (Lu et al.; moby#18412 in GoBench is a use in the wrong order too): what a process still uses is
/// taken down by the one that started it, which did not wait.
mod destroyed_in_use {
    use super::*;

    #[process]
    fn user(open: Shared<bool>) {
        assert!(open.get().await, "the file is closed");
    }

    #[process]
    fn buggy() {
        let open = Shared::new(true);
        go!(user(open.clone()));
        open.set(false).await;
    }

    #[process]
    fn mended() {
        let open = Shared::new(true);
        let user = go!(user(open.clone()));
        user.await.unwrap();
        open.set(false).await;
    }

    exhibit!(Panic, Sometimes);
}

/// A sleep for an order ("the sleep pattern" of Farchi, Nir and Ur): it is long enough, until it is not.
mod sleep_for_order {
    use super::*;

    #[process]
    fn load(table: Shared<u32>) {
        sleep(SECOND).await;
        table.set(42).await;
    }

    #[process]
    fn buggy() {
        let table = Shared::new(0);
        go!(load(table.clone()));
        sleep(SECOND).await;
        assert_eq!(table.get().await, 42);
    }

    #[process]
    fn mended() {
        let table = Shared::new(0);
        let loader = go!(load(table.clone()));
        loader.await.unwrap();
        assert_eq!(table.get().await, 42);
    }

    exhibit!(Panic, Sometimes);
}

/// Farchi, Nir and Ur: a yield for an order, as Go's `Gosched` after a `go` statement. Who started a process gives way, so that it
/// makes what is used next.
mod yield_for_order {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[process]
    fn load(settings: Arc<AtomicU32>) {
        settings.store(8080, Ordering::Relaxed);
    }

    #[process]
    fn buggy() {
        let settings = Arc::new(AtomicU32::new(0));
        go!(load(settings.clone()));
        yield_now().await;
        assert_ne!(settings.load(Ordering::Relaxed), 0, "used before it was there");
    }

    #[process]
    fn mended() {
        let settings = Arc::new(AtomicU32::new(0));
        let loaded = go!(load(settings.clone()));
        loaded.await.unwrap();
        assert_ne!(settings.load(Ordering::Relaxed), 0, "used before it was there");
    }

    exhibit!(Panic, Sometimes);
}

/// A future of fields and a channel (Chabbi and Ramanathan, "mixing message passing with shared memory"): who is told by the
/// context's end, and not by the result, reads the error that the other is about to write.
mod future_in_fields {
    use super::*;

    #[derive(Clone)]
    struct Future {
        value: Shared<Option<u32>>,
        cancelled: Shared<bool>,
    }

    #[process]
    fn work(future: Future, ready: Sender<()>) {
        future.value.set(Some(1)).await;
        drop(ready);
    }

    #[process]
    fn buggy_wait(future: Future, ready: Receiver<()>, limit: Receiver<()>) {
        select! {
            <-ready => {}
            <-limit => future.cancelled.set(true).await,
        }
        let (value, cancelled) = (future.value.get().await, future.cancelled.get().await);
        assert!(value.is_some() != cancelled, "{value:?}, and cancelled: {cancelled}");
    }

    #[process]
    fn mended_wait(result: Receiver<u32>, limit: Receiver<()>) {
        let (mut value, mut cancelled) = (None, false);
        select! {
            n = <-result => value = Some(n),
            <-limit => cancelled = true,
        }
        assert!(value.is_some() != cancelled, "{value:?}, and cancelled: {cancelled}");
    }

    #[process]
    fn buggy() {
        let future = Future { value: Shared::new(None), cancelled: Shared::new(false) };
        let (ready, is_ready) = chan!(());
        let (end, limit) = chan!(());
        go!(work(future.clone(), ready));
        go! {
            sleep(SECOND).await;
            drop(end);
        };
        sleep(SECOND).await;
        buggy_wait(future, is_ready, limit).await;
    }

    #[process]
    fn mended() {
        let (send, result) = chan!(u32; 1);
        let (end, limit) = chan!(());
        go! { send <- 1; };
        go! {
            sleep(SECOND).await;
            drop(end);
        };
        sleep(SECOND).await;
        mended_wait(result, limit).await;
    }

    exhibit!(Panic, Sometimes);
}

/// Results of parallel work, thought to come in the order of the work (Tu et al., "order violation" over messages; the
/// classical mistake with a fan-out).
mod results_in_order {
    use super::*;

    #[process]
    fn square(n: u32, out: Sender<(u32, u32)>) {
        out.send((n, n * n))?;
    }

    #[process]
    fn all(out: Sender<(u32, u32)>) {
        for n in 0..3 {
            go!(square(n, out.clone()));
        }
    }

    #[process]
    fn buggy() {
        let (out, results) = chan!((u32, u32));
        all(out).await;
        let mut squares = Vec::new();
        for (_, square) in results {
            squares.push(square);
        }
        assert_eq!(squares, [0, 1, 4]);
    }

    #[process]
    fn mended() {
        let (out, results) = chan!((u32, u32));
        all(out).await;
        let mut squares = [0; 3];
        for (n, square) in results {
            squares[n as usize] = square;
        }
        assert_eq!(squares, [0, 1, 4]);
    }

    exhibit!(Panic, Sometimes);
}

/// A fan-in that is thought to be fair (Pike's "Go concurrency patterns", 2012, restores the order by hand): two sources of one
/// speed are read in pairs, and one of them comes twice.
mod fair_fan_in {
    use super::*;

    #[process]
    fn source(name: char, out: Sender<char>) {
        for _ in 0..2 {
            out.send(name)?;
        }
    }

    #[process]
    fn buggy() {
        let (out, both) = chan!(char; 1);
        go!(source('a', out.clone()));
        go!(source('b', out));
        for _ in 0..2 {
            let (one, other) = (both.recv().unwrap(), both.recv().unwrap());
            assert_ne!(one, other, "a pair has one of each");
        }
    }

    #[process]
    fn mended() {
        let (a, from_a) = chan!(char; 1);
        let (b, from_b) = chan!(char; 1);
        go!(source('a', a));
        go!(source('b', b));
        for _ in 0..2 {
            let (one, other) = (from_a.recv().unwrap(), from_b.recv().unwrap());
            assert_ne!(one, other, "a pair has one of each");
        }
    }

    exhibit!(Panic, Sometimes);
}
