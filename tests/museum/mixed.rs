//! A lock held by whoever waits for a channel, or for a group.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Group, Lock, SECOND};

/// Tu et al.'s figure of a channel mixed with a lock (boltdb and docker): one process sends by rendezvous while it holds the
/// lock, the other takes the lock before it receives.
mod send_under_lock {
    use super::*;

    #[process]
    fn buggy_ask(lock: Lock, requests: Sender<u32>) {
        lock.lock().await;
        requests.send(1)?;
        lock.unlock();
    }

    /// Who does not take it at once does not get it.
    #[process]
    fn mended_ask(lock: Lock, requests: Sender<u32>) {
        lock.lock().await;
        select! {
            requests <- 1 => {}
            default => {}
        }
        lock.unlock();
    }

    #[process]
    fn serve(lock: Lock, requests: Receiver<u32>) {
        loop {
            lock.lock().await;
            lock.unlock();
            requests.recv()?;
        }
    }

    #[process]
    fn buggy() {
        let lock = Lock::new();
        let (ask, requests) = chan!(u32);
        par!(buggy_ask(lock.clone(), ask), serve(lock, requests));
    }

    #[process]
    fn mended() {
        let lock = Lock::new();
        let (ask, requests) = chan!(u32);
        par!(mended_ask(lock.clone(), ask), serve(lock, requests));
    }

    exhibit!(Deadlock, Sometimes);
}

/// moby#28462 (GoBench): who changes a container's state holds its lock, and stops the health monitor by a message. The
/// monitor, before it looks for messages again, wants the lock to note a result.
mod stop_under_lock {
    use super::*;

    #[process]
    fn monitor(container: Lock, stop: Receiver<()>) {
        loop {
            select! {
                <-stop => return,
                <-after(SECOND) => {
                    container.lock().await;
                    container.unlock();
                }
            }
        }
    }

    #[process]
    fn buggy() {
        let container = Lock::new();
        let (stop, stops) = chan!(());
        let monitor = go!(monitor(container.clone(), stops));
        sleep(SECOND).await;
        container.lock().await;
        stop.send(()).unwrap();
        container.unlock();
        monitor.await.unwrap();
    }

    /// To close needs nobody on the other side.
    #[process]
    fn mended() {
        let container = Lock::new();
        let (stop, stops) = chan!(());
        let monitor = go!(monitor(container.clone(), stops));
        sleep(SECOND).await;
        container.lock().await;
        drop(stop);
        container.unlock();
        monitor.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}

/// cockroach#1055 (GoBench): who stops takes the lock and waits for all tasks to be done; a task takes the lock before it says
/// that it is done.
mod wait_under_lock {
    use super::*;

    #[process]
    fn task(lock: Lock, tasks: Group) {
        lock.lock().await;
        lock.unlock();
        tasks.done();
    }

    #[process]
    fn buggy() {
        let (lock, tasks) = (Lock::new(), Group::default());
        tasks.add(1);
        go!(task(lock.clone(), tasks.clone()));
        lock.lock().await;
        tasks.wait().await;
        lock.unlock();
    }

    #[process]
    fn mended() {
        let (lock, tasks) = (Lock::new(), Group::default());
        tasks.add(1);
        go!(task(lock.clone(), tasks.clone()));
        lock.lock().await;
        lock.unlock();
        tasks.wait().await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// etcd#6873 (GoBench): to stop, a hub takes its lock, closes its queue and waits for the worker; the worker has just taken an
/// update and wants the lock for it.
mod stop_waits_for_worker {
    use super::*;

    #[process]
    fn worker(lock: Lock, updates: Receiver<u32>, _running: Sender<()>) {
        for _ in updates {
            lock.lock().await;
            lock.unlock();
        }
    }

    #[process]
    fn buggy() {
        let lock = Lock::new();
        let (update, updates) = chan!(u32; 1);
        let (running, ended) = chan!(());
        go!(worker(lock.clone(), updates, running));
        update.send(1).unwrap();
        lock.lock().await;
        drop(update);
        let _ = ended.recv();
        lock.unlock();
    }

    #[process]
    fn mended() {
        let lock = Lock::new();
        let (update, updates) = chan!(u32; 1);
        let (running, ended) = chan!(());
        go!(worker(lock.clone(), updates, running));
        update.send(1).unwrap();
        lock.lock().await;
        drop(update);
        lock.unlock();
        let _ = ended.recv();
    }

    exhibit!(Deadlock, Sometimes);
}

/// grpc#1353 (GoBench): a balancer sends each update of its addresses while it holds its lock. The watcher that takes them
/// wants the lock for the update before.
mod update_under_lock {
    use super::*;

    #[process]
    fn watch(lock: Lock, updates: Receiver<u32>) {
        for _ in updates {
            lock.lock().await;
            lock.unlock();
        }
    }

    #[process]
    fn buggy_balance(lock: Lock, updates: Sender<u32>) {
        for n in 0..2 {
            lock.lock().await;
            updates.send(n)?;
            lock.unlock();
        }
    }

    #[process]
    fn mended_balance(lock: Lock, updates: Sender<u32>) {
        for n in 0..2 {
            lock.lock().await;
            let update = n;
            lock.unlock();
            updates.send(update)?;
        }
    }

    #[process]
    fn buggy() {
        let lock = Lock::new();
        let (update, updates) = chan!(u32);
        par!(watch(lock.clone(), updates), buggy_balance(lock, update));
    }

    #[process]
    fn mended() {
        let lock = Lock::new();
        let (update, updates) = chan!(u32);
        par!(watch(lock.clone(), updates), mended_balance(lock, update));
    }

    exhibit!(Deadlock, Sometimes);
}

/// etcd#7902 (GoBench): followers wait, inside of the lock, for the leader to close the round; the leader needs the lock to
/// close it.
mod follower_before_leader {
    use super::*;

    #[process]
    fn leader(lock: Lock, round: Sender<()>) {
        lock.lock().await;
        drop(round);
        lock.unlock();
    }

    #[process]
    fn buggy_follower(lock: Lock, over: Receiver<()>) {
        lock.lock().await;
        let _ = over.recv();
        lock.unlock();
    }

    #[process]
    fn mended_follower(lock: Lock, over: Receiver<()>) {
        lock.lock().await;
        lock.unlock();
        let _ = over.recv();
    }

    #[process]
    fn buggy() {
        let lock = Lock::new();
        let (round, over) = chan!(());
        par!(leader(lock.clone(), round), buggy_follower(lock, over));
    }

    #[process]
    fn mended() {
        let lock = Lock::new();
        let (round, over) = chan!(());
        par!(leader(lock.clone(), round), mended_follower(lock, over));
    }

    exhibit!(Deadlock, Sometimes);
}
