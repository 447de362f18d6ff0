//! Messages that are lost, doubled, or taken for others.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{SECOND, Shared};

/// Publish before subscribe: a hub forgets what it has told, and who comes later waits for news that was. (Lu et al.'s order
/// violations, over messages; the "slow joiner" of ZeroMQ's guide.)
mod publish_before_subscribe {
    use super::*;

    type Hub = Shared<Vec<Sender<u32>>>;

    #[process]
    fn publish(hub: Hub) {
        for subscriber in hub.get().await {
            subscriber.send(1)?;
        }
    }

    #[process]
    fn subscribe(hub: Hub) -> Receiver<u32> {
        let (tell, news) = chan!(u32; 1);
        hub.update(|all| all.push(tell)).await;
        news
    }

    #[process]
    fn buggy() {
        let hub = Hub::new(Vec::new());
        go!(publish(hub.clone()));
        let news = subscribe(hub.clone()).await;
        assert_eq!(news.recv(), Ok(1));
    }

    #[process]
    fn mended() {
        let hub = Hub::new(Vec::new());
        let news = subscribe(hub.clone()).await;
        go!(publish(hub.clone()));
        assert_eq!(news.recv(), Ok(1));
    }

    exhibit!(Deadlock, Sometimes);
}

/// A retry after a time limit (the end-to-end arguments of Saltzer, Reed and Clark, 1984): the first request was late, not
/// lost, and is carried out as well.
mod retry_delivers_twice {
    use super::*;

    struct Pay {
        number: u32,
        reply: Sender<()>,
    }

    #[process]
    fn bank(payments: Receiver<Pay>, paid: Shared<u32>, remembers: bool) {
        let mut seen = Vec::new();
        for Pay { number, reply } in payments {
            if !(remembers && seen.contains(&number)) {
                seen.push(number);
                sleep(SECOND).await;
                paid.update(|paid| *paid += 100).await;
            }
            let _ = reply.try_send(());
        }
    }

    #[process]
    fn pay(payments: Sender<Pay>) {
        for _attempt in 0..3 {
            let (reply, done) = chan!((); 1);
            payments.send(Pay { number: 1, reply })?;
            select! {
                <-done => return,
                <-after(SECOND) => {}
            }
        }
    }

    #[process]
    fn run(remembers: bool) {
        let paid = Shared::new(0);
        let (payments, incoming) = chan!(Pay; 3);
        let bank = go!(bank(incoming, paid.clone(), remembers));
        pay(payments).await;
        bank.await.unwrap();
        assert_eq!(paid.last(), 100);
    }

    #[process]
    fn buggy() {
        run(false).await;
    }

    #[process]
    fn mended() {
        run(true).await;
    }

    exhibit!(Panic, Sometimes);
}

/// A select with a stale arm: one channel for the answers to all requests. The first request is given up, and its answer is
/// taken for the one to the second (Tu et al., misuse of channels; every request number in a protocol is there for this).
mod stale_answer {
    use super::*;

    struct Ask {
        n: u32,
        reply: Sender<u32>,
    }

    #[process]
    fn serve(requests: Receiver<Ask>) {
        for Ask { n, reply } in requests {
            sleep(SECOND).await;
            let _ = reply.try_send(n);
        }
    }

    #[process]
    fn buggy_client(requests: Sender<Ask>) {
        let (reply, answers) = chan!(u32; 2);
        for n in 0..2 {
            requests.send(Ask { n, reply: reply.clone() })?;
            select! {
                answer = <-answers => assert_eq!(answer, n, "the answer to another question"),
                <-after(SECOND) => {}
            }
        }
    }

    #[process]
    fn mended_client(requests: Sender<Ask>) {
        for n in 0..2 {
            let (reply, answers) = chan!(u32; 1);
            requests.send(Ask { n, reply })?;
            select! {
                answer = <-answers => assert_eq!(answer, n, "the answer to another question"),
                <-after(SECOND) => {}
            }
        }
    }

    #[process]
    fn buggy() {
        let (request, requests) = chan!(Ask);
        go!(serve(requests));
        buggy_client(request).await;
    }

    #[process]
    fn mended() {
        let (request, requests) = chan!(Ask);
        go!(serve(requests));
        mended_client(request).await;
    }

    exhibit!(Panic, Sometimes);
}

/// A shutdown that drops what is queued (Tu et al., on the select that takes either of two ready arms): a worker is told to
/// quit beside its queue, and a select does not ask whether the queue is empty.
mod quit_beside_the_queue {
    use super::*;

    #[process]
    fn buggy_worker(jobs: Receiver<u32>, quit: Receiver<()>, done: Shared<u32>) {
        loop {
            select! {
                _job = <-jobs => done.update(|done| *done += 1).await,
                <-quit => return,
            }
        }
    }

    /// The end of the queue is the end.
    #[process]
    fn mended_worker(jobs: Receiver<u32>, done: Shared<u32>) {
        for _ in jobs {
            done.update(|done| *done += 1).await;
        }
    }

    #[process]
    fn buggy() {
        let (job, jobs) = chan!(u32; 2);
        let (quit, quits) = chan!(());
        let done = Shared::new(0);
        let worker = go!(buggy_worker(jobs, quits, done.clone()));
        job.send(1).unwrap();
        job.send(2).unwrap();
        drop(quit);
        worker.await.unwrap();
        assert_eq!(done.last(), 2, "work that was accepted is lost");
    }

    #[process]
    fn mended() {
        let (job, jobs) = chan!(u32; 2);
        let done = Shared::new(0);
        let worker = go!(mended_worker(jobs, done.clone()));
        job.send(1).unwrap();
        job.send(2).unwrap();
        drop(job);
        worker.await.unwrap();
        assert_eq!(done.last(), 2, "work that was accepted is lost");
    }

    exhibit!(Panic, Sometimes);
}

/// moby#21233 (GoBench): a new report of progress takes the place of one that was not read yet. Who counts the reports, and
/// does not look for the last one, waits for one that was replaced.
mod replaced_report {
    use super::*;

    #[process]
    fn transfer(latest: Shared<u32>, news: Sender<()>) {
        for part in 1..=2 {
            latest.set(part).await;
            let _ = news.try_send(());
        }
    }

    #[process]
    fn buggy() {
        let latest = Shared::new(0);
        let (news, told) = chan!((); 1);
        let kept = news.clone();
        go!(transfer(latest.clone(), news));
        for _ in 1..=2 {
            told.recv().unwrap();
            latest.get().await;
        }
        drop(kept);
    }

    #[process]
    fn mended() {
        let latest = Shared::new(0);
        let (news, told) = chan!((); 1);
        let kept = news.clone();
        go!(transfer(latest.clone(), news));
        while latest.get().await < 2 {
            told.recv().unwrap();
        }
        drop(kept);
    }

    exhibit!(Deadlock, Sometimes);
}
