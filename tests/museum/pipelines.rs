//! Stages that wait for each other.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::Shared;

/// A missing close (Tu et al.; cockroach#35073 in GoBench): a loop over a channel ends when the last sender is gone. Who reads
/// keeps one of the senders itself, from which the others were cloned.
mod range_never_ends {
    use super::*;

    #[process]
    fn squares(n: u32, out: Sender<u32>) {
        out.send(n * n)?;
    }

    #[process]
    fn sum(input: Receiver<u32>) -> u32 {
        let mut sum = 0;
        for n in input {
            sum += n;
        }
        sum
    }

    #[process]
    fn buggy() {
        let (out, results) = chan!(u32);
        for n in 0..3 {
            go!(squares(n, out.clone()));
        }
        assert_eq!(sum(results).await, 5);
        drop(out);
    }

    #[process]
    fn mended() {
        let (out, results) = chan!(u32);
        for n in 0..3 {
            go!(squares(n, out.clone()));
        }
        drop(out);
        assert_eq!(sum(results).await, 5);
    }

    exhibit!(Deadlock, Always);
}

/// A bounded queue whose workers are its producers too, as in crawlers: all places are full, all workers want to add what they
/// found, and none is left to take. In Go's studies it is a cycle of full channels (Tu et al., blocking, message passing).
mod feedback {
    use super::*;

    #[process]
    fn worker(queue: Receiver<u32>, found: Sender<u32>, done: Sender<()>) {
        for depth in queue {
            for _ in 0..2 * depth {
                found.send(depth - 1)?;
            }
            done.send(())?;
        }
    }

    #[process]
    fn crawl(found: Sender<u32>, queue: Receiver<u32>) {
        let (done, ends) = chan!((); ..);
        found.send(1)?;
        found.send(1)?;
        let workers: Vec<_> =
            (0..2).map(|_| go!(worker(queue.clone(), found.clone(), done.clone()))).collect();
        for _ in 0..6 {
            ends.recv().unwrap();
        }
        workers.iter().for_each(|worker| worker.cancel());
    }

    #[process]
    fn buggy() {
        let (found, queue) = chan!(u32; 2);
        crawl(found, queue).await;
    }

    #[process]
    fn mended() {
        let (found, queue) = chan!(u32; ..);
        crawl(found, queue).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// cockroach#2448 (GoBench): two loops send to each other. One hands out an event while the other, for the event before, calls
/// back: each is in its send, and neither in its select.
mod event_loops {
    use super::*;

    #[process]
    fn store(events: Receiver<u32>, callbacks: Sender<u32>) {
        for event in events {
            callbacks.send(event)?;
        }
    }

    #[process]
    fn buggy_raft(proposals: Receiver<u32>, events: Sender<u32>, callbacks: Receiver<u32>) {
        let mut applied = 0;
        while applied < 2 {
            select! {
                proposal = <-proposals => events.send(proposal)?,
                _n = <-callbacks => applied += 1,
            }
        }
    }

    #[process]
    fn mended_raft(proposals: Receiver<u32>, events: Sender<u32>, callbacks: Receiver<u32>) {
        let mut applied = 0;
        let mut waiting = std::collections::VecDeque::new();
        while applied < 2 {
            select! {
                proposal = <-proposals => waiting.push_back(proposal),
                events <- waiting.pop_front().unwrap_or_default() if !waiting.is_empty() => {}
                _n = <-callbacks => applied += 1,
            }
        }
    }

    #[process]
    fn client(propose: Sender<u32>) {
        for n in 0..2 {
            propose.send(n)?;
        }
    }

    #[process]
    fn buggy() {
        let (propose, proposals) = chan!(u32);
        let (event, events) = chan!(u32);
        let (call, calls) = chan!(u32);
        go!(store(events, call));
        go!(client(propose));
        buggy_raft(proposals, event, calls).await;
    }

    #[process]
    fn mended() {
        let (propose, proposals) = chan!(u32);
        let (event, events) = chan!(u32);
        let (call, calls) = chan!(u32);
        go!(store(events, call));
        go!(client(propose));
        mended_raft(proposals, event, calls).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// A producer that is told to quit stops taking acknowledgements, and waits for the consumer to end; the consumer is at one
/// more acknowledgement (Tu et al.: a rendezvous whose receiver took another path; cockroach#18101 is of the kind).
mod last_acknowledgement {
    use super::*;

    #[process]
    fn consumer(items: Receiver<u32>, acks: Sender<u32>, _running: Sender<()>) {
        for item in items {
            acks.send(item)?;
        }
    }

    #[process]
    fn buggy_producer(items: Sender<u32>, acks: Receiver<u32>, quit: Receiver<()>, ended: Receiver<()>) {
        for n in 0..3 {
            items.send(n)?;
            select! {
                ack = <-acks => assert_eq!(ack, n),
                <-quit => break,
            }
        }
        drop(items);
        let _ = ended.recv();
        drop(acks);
    }

    #[process]
    fn mended_producer(items: Sender<u32>, acks: Receiver<u32>, quit: Receiver<()>, ended: Receiver<()>) {
        for n in 0..3 {
            items.send(n)?;
            select! {
                ack = <-acks => assert_eq!(ack, n),
                <-quit => break,
            }
        }
        drop((items, acks));
        let _ = ended.recv();
    }

    #[process]
    fn slow(quit: Sender<()>, pauses: u32) {
        let (tx, rx) = chan!((); 1);
        for _ in 0..pauses {
            tx.send(())?;
            let _ = rx.try_recv();
        }
        drop(quit);
    }

    #[process]
    fn buggy() {
        let (item, items) = chan!(u32);
        let (ack, acks) = chan!(u32);
        let (quit, quits) = chan!(());
        let (running, ended) = chan!(());
        go!(consumer(items, ack, running));
        go!(slow(quit, 8));
        buggy_producer(item, acks, quits, ended).await;
    }

    #[process]
    fn mended() {
        let (item, items) = chan!(u32);
        let (ack, acks) = chan!(u32);
        let (quit, quits) = chan!(());
        let (running, ended) = chan!(());
        go!(consumer(items, ack, running));
        go!(slow(quit, 8));
        mended_producer(item, acks, quits, ended).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// cockroach#35931 (GoBench): a cancellation is sent to all streams, one after the other. The first is full, for its reader
/// waits at the second one, where the cancellation would come next.
mod one_after_the_other {
    use super::*;

    #[process]
    fn processor(left: Receiver<u32>, right: Receiver<u32>) {
        right.recv()?;
        for _ in left {}
        for _ in right {}
    }

    /// It fails after the first value.
    #[process]
    fn feed(left: Sender<u32>, _right: Sender<u32>) {
        left.send(1)?;
    }

    #[process]
    fn cancel(stream: Sender<u32>) {
        stream.send(0)?;
    }

    #[process]
    fn buggy() {
        let (left, from_left) = chan!(u32; 1);
        let (right, from_right) = chan!(u32; 1);
        let reader = go!(processor(from_left, from_right));
        go!(feed(left.clone(), right.clone()));
        cancel(left).await;
        cancel(right).await;
        reader.await.unwrap();
    }

    #[process]
    fn mended() {
        let (left, from_left) = chan!(u32; 1);
        let (right, from_right) = chan!(u32; 1);
        let reader = go!(processor(from_left, from_right));
        go!(feed(left.clone(), right.clone()));
        par!(cancel(left), cancel(right));
        reader.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}

/// A ring with a token too many (Le Lann's rings, 1977): everybody passes on what comes from the left, and a token is put in by
/// whoever sees that there is none. Two look before either has put, and a channel too few for two tokens stops the ring.
mod two_tokens {
    use super::*;

    #[process]
    fn station(from: Receiver<u32>, to: Sender<u32>, seen: Shared<bool>, atomic: bool) {
        let first = match atomic {
            true => seen.update(|seen| !std::mem::replace(seen, true)).await,
            false => {
                let first = !seen.get().await;
                seen.set(true).await;
                first
            }
        };
        if first {
            to.send(0)?;
        }
        for token in from {
            if token == 3 {
                return;
            }
            to.send(token + 1)?;
        }
    }

    #[process]
    fn ring(atomic: bool) {
        let (a, from_a) = chan!(u32);
        let (b, from_b) = chan!(u32);
        let seen = Shared::new(false);
        let left = go!(station(from_b, a, seen.clone(), atomic));
        let right = go!(station(from_a, b, seen, atomic));
        left.await.unwrap();
        right.await.unwrap();
    }

    #[process]
    fn buggy() {
        ring(false).await;
    }

    #[process]
    fn mended() {
        ring(true).await;
    }

    exhibit!(Deadlock, Sometimes);
}
