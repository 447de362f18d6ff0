//! Requests, answers and stop signals over channels, where one side waits for ever.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Permits, SECOND, Shared};

/// Kubernetes#5316 (the first figure of Tu, Liu, Song and Zhang, "Understanding real-world concurrency bugs in Go", 2019): a
/// request has a time limit, and its result a rendezvous. Who gave up takes the result no more, and the worker that comes with
/// it later waits for ever.
mod late_result {
    use super::*;

    #[process]
    fn work(reply: Sender<u32>) {
        sleep(SECOND).await;
        reply.send(7)?;
    }

    #[process]
    fn ask(reply: Sender<u32>, result: Receiver<u32>) {
        let worker = go!(work(reply));
        select! {
            n = <-result => assert_eq!(n, 7),
            <-after(SECOND) => {}
        }
        worker.await.unwrap();
    }

    #[process]
    fn buggy() {
        let (reply, result) = chan!(u32);
        ask(reply, result).await;
    }

    #[process]
    fn mended() {
        let (reply, result) = chan!(u32; 1);
        ask(reply, result).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// A missing send (Tu et al., blocking bugs of message passing; grpc#1275 and cockroach#35073 in GoBench): on the path where
/// something fails the worker returns, and does not say that it is done. Who counts the messages waits for the missing one.
mod early_return {
    use super::*;

    #[process]
    fn buggy_worker(connections: Permits, done: Sender<bool>) {
        if !connections.try_acquire() {
            return;
        }
        let _ = done.send(true);
        connections.release();
    }

    #[process]
    fn mended_worker(connections: Permits, done: Sender<bool>) {
        if !connections.try_acquire() {
            done.send(false)?;
            return;
        }
        let _ = done.send(true);
        connections.release();
    }

    #[process]
    fn buggy() {
        let (done, ends) = chan!(bool; 2);
        let connections = Permits::new(1);
        for _ in 0..2 {
            go!(buggy_worker(connections.clone(), done.clone()));
        }
        for _ in 0..2 {
            ends.recv().unwrap();
        }
    }

    #[process]
    fn mended() {
        let (done, ends) = chan!(bool; 2);
        let connections = Permits::new(1);
        for _ in 0..2 {
            go!(mended_worker(connections.clone(), done.clone()));
        }
        for _ in 0..2 {
            ends.recv().unwrap();
        }
    }

    exhibit!(Deadlock, Sometimes);
}

/// etcd#6857 (GoBench): a status request goes to a node that is being stopped, and does not look for that: nobody takes it any
/// more. The receiving end lives on in whoever would start the node again.
mod status_after_stop {
    use super::*;

    #[process]
    fn node(requests: Receiver<Sender<u32>>, stop: Receiver<()>, _running: Sender<()>) {
        loop {
            select! {
                reply = <-requests => reply.send(1)?,
                <-stop => return,
            }
        }
    }

    #[process]
    fn buggy_client(status: Sender<Sender<u32>>, _stopped: Receiver<()>) {
        let (reply, answer) = chan!(u32; 1);
        status.send(reply)?;
        assert_eq!(answer.recv()?, 1);
    }

    #[process]
    fn mended_client(status: Sender<Sender<u32>>, stopped: Receiver<()>) {
        let (reply, answer) = chan!(u32; 1);
        select! {
            status <- reply => assert_eq!(answer.recv()?, 1),
            <-stopped => {}
        }
    }

    #[process]
    fn buggy() {
        let (status, requests) = chan!(Sender<u32>);
        let (stop, stops) = chan!(());
        let (running, stopped) = chan!(());
        go!(node(requests.clone(), stops, running));
        let client = go!(buggy_client(status, stopped));
        drop(stop);
        client.await.unwrap();
        drop(requests);
    }

    #[process]
    fn mended() {
        let (status, requests) = chan!(Sender<u32>);
        let (stop, stops) = chan!(());
        let (running, stopped) = chan!(());
        go!(node(requests.clone(), stops, running));
        let client = go!(mended_client(status, stopped));
        drop(stop);
        client.await.unwrap();
        drop(requests);
    }

    exhibit!(Deadlock, Sometimes);
}

/// moby#33781 (GoBench): a monitor sends what its probe found, and is told to stop by a message. Who stops it takes no more
/// results, the monitor looks for no message while it sends one, and both wait.
mod stop_by_message {
    use super::*;

    #[process]
    fn buggy_monitor(results: Sender<u32>, stop: Receiver<()>) {
        for probe in 0.. {
            select! {
                <-stop => return,
                <-after(SECOND) => results.send(probe)?,
            }
        }
    }

    #[process]
    fn mended_monitor(results: Sender<u32>, stop: Receiver<()>) {
        for probe in 0.. {
            select! {
                <-stop => return,
                <-after(SECOND) => {}
            }
            select! {
                <-stop => return,
                results <- probe => {}
            }
        }
    }

    #[process]
    fn watch(results: Receiver<u32>, stop: Sender<()>) {
        assert_eq!(results.recv()?, 0);
        sleep(SECOND).await;
        stop.send(())?;
        drop(results);
    }

    #[process]
    fn buggy() {
        let (result, results) = chan!(u32);
        let (stop, stops) = chan!(());
        go!(buggy_monitor(result, stops));
        watch(results, stop).await;
    }

    #[process]
    fn mended() {
        let (result, results) = chan!(u32);
        let (stop, stops) = chan!(());
        go!(mended_monitor(result, stops));
        watch(results, stop).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// cockroach#24808 (GoBench): a compactor wakes itself, when it is started, by a send to its own channel of one place. A
/// suggestion that came before the start has that place, and the start never ends.
mod start_with_a_full_inbox {
    use super::*;

    #[derive(Clone)]
    struct Compactor {
        wake: Sender<()>,
        woken: Receiver<()>,
    }

    impl Compactor {
        fn new() -> Self {
            let (wake, woken) = chan!((); 1);
            Self { wake, woken }
        }

        #[process]
        fn run(self) {
            self.woken.recv()?;
        }
    }

    #[process]
    fn suggest(compactor: Compactor) {
        let _ = compactor.wake.try_send(());
    }

    #[process]
    fn buggy() {
        let compactor = Compactor::new();
        let client = go!(suggest(compactor.clone()));
        compactor.wake.send(()).unwrap();
        go!(compactor.run());
        client.await.unwrap();
    }

    #[process]
    fn mended() {
        let compactor = Compactor::new();
        let client = go!(suggest(compactor.clone()));
        // A full channel says the same.
        let _ = compactor.wake.try_send(());
        go!(compactor.run());
        client.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}

/// syncthing#5795 (GoBench): closing a connection waits until its loop has ended. When it is the loop itself that meets an
/// error and closes, it waits for itself.
mod close_from_within {
    use super::*;

    #[process]
    fn buggy_dispatch(inbox: Receiver<bool>, stop: Receiver<()>, ended: Receiver<()>, _running: Sender<()>) {
        loop {
            select! {
                good = <-inbox => if !good {
                    let _ = ended.recv();
                    return;
                },
                <-stop => return,
            }
        }
    }

    #[process]
    fn mended_dispatch(inbox: Receiver<bool>, stop: Receiver<()>, _running: Sender<()>) {
        loop {
            select! {
                good = <-inbox => if !good {
                    return;
                },
                <-stop => return,
            }
        }
    }

    #[process]
    fn peer(outbox: Sender<bool>) {
        outbox.send(false)?;
    }

    #[process]
    fn buggy() {
        let (outbox, inbox) = chan!(bool);
        let (stop, stops) = chan!(());
        let (running, ended) = chan!(());
        go!(buggy_dispatch(inbox, stops, ended.clone(), running));
        go!(peer(outbox));
        drop(stop);
        let _ = ended.recv();
    }

    #[process]
    fn mended() {
        let (outbox, inbox) = chan!(bool);
        let (stop, stops) = chan!(());
        let (running, ended) = chan!(());
        go!(mended_dispatch(inbox, stops, running));
        go!(peer(outbox));
        drop(stop);
        let _ = ended.recv();
    }

    exhibit!(Deadlock, Sometimes);
}

/// cockroach#25456 (GoBench): whether a store is draining was asked with a receive that waits, where a look was meant. Nothing
/// is amiss until something fails, and then the queue stands still until the store ends.
mod look_that_waits {
    use super::*;

    #[process]
    fn check(ok: Shared<bool>) {
        ok.set(false).await;
    }

    #[process]
    fn buggy() {
        let (drain, draining) = chan!(());
        let ok = Shared::new(true);
        let checker = go!(check(ok.clone()));
        if !ok.get().await {
            let _ = draining.recv();
        }
        drop(drain);
        checker.await.unwrap();
    }

    #[process]
    fn mended() {
        let (drain, draining) = chan!(());
        let ok = Shared::new(true);
        let checker = go!(check(ok.clone()));
        if !ok.get().await {
            let _ = draining.try_recv();
        }
        drop(drain);
        checker.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}
