//! Locks that are taken twice, in another order, or never given back.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Condition, Lock, ReadWrite, Shared};

/// Two locks in two orders (cockroach#7504, cockroach#10214, moby#4951 in GoBench; the bank transfer of every textbook on
/// Java): each process has one of them and waits for the other.
mod lock_order {
    use super::*;

    #[process]
    fn transfer(from: Lock, to: Lock) {
        from.lock().await;
        to.lock().await;
        to.unlock();
        from.unlock();
    }

    #[process]
    fn buggy() {
        let (a, b) = (Lock::new(), Lock::new());
        par!(transfer(a.clone(), b.clone()), transfer(b, a));
    }

    /// Both take the account of the lower number first.
    #[process]
    fn mended() {
        let (a, b) = (Lock::new(), Lock::new());
        par!(transfer(a.clone(), b.clone()), transfer(a, b));
    }

    exhibit!(Deadlock, Sometimes);
}

/// A lock taken twice by one process (cockroach#9935, etcd#10492, moby#36114 in GoBench): the path that handles an error calls
/// what locks again.
mod double_lock {
    use super::*;

    #[derive(Clone)]
    struct Log {
        lock: Lock,
        broken: Shared<bool>,
    }

    impl Log {
        #[process]
        fn exit(&self) {
            self.lock.lock().await;
            self.lock.unlock();
        }

        #[process]
        fn buggy_write(&self) {
            self.lock.lock().await;
            if self.broken.get().await {
                self.exit().await;
            }
            self.lock.unlock();
        }

        #[process]
        fn mended_write(&self) {
            self.lock.lock().await;
            let broken = self.broken.get().await;
            self.lock.unlock();
            if broken {
                self.exit().await;
            }
        }
    }

    #[process]
    fn disk(log: Log) {
        log.broken.set(true).await;
    }

    #[process]
    fn buggy() {
        let log = Log { lock: Lock::new(), broken: Shared::new(false) };
        let disk = go!(disk(log.clone()));
        log.buggy_write().await;
        disk.await.unwrap();
    }

    #[process]
    fn mended() {
        let log = Log { lock: Lock::new(), broken: Shared::new(false) };
        let disk = go!(disk(log.clone()));
        log.mended_write().await;
        disk.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}

/// A writer between two reads of one process (cockroach#6181, cockroach#3710, kubernetes#58107 in GoBench; peculiar to Go, say
/// Tu et al.): it waits for the first read to end, and the second one waits behind it.
mod writer_between_two_reads {
    use super::*;

    #[process]
    fn length(cache: ReadWrite) -> usize {
        cache.read().await;
        cache.read_done();
        3
    }

    #[process]
    fn buggy_show(cache: ReadWrite) {
        cache.read().await;
        assert_eq!(length(cache.clone()).await, 3);
        cache.read_done();
    }

    #[process]
    fn mended_show(cache: ReadWrite) {
        cache.read().await;
        cache.read_done();
        assert_eq!(length(cache).await, 3);
    }

    #[process]
    fn write(cache: ReadWrite) {
        cache.write().await;
        cache.write_done();
    }

    #[process]
    fn buggy() {
        let cache = ReadWrite::new();
        par!(buggy_show(cache.clone()), write(cache));
    }

    #[process]
    fn mended() {
        let cache = ReadWrite::new();
        par!(mended_show(cache.clone()), write(cache));
    }

    exhibit!(Deadlock, Sometimes);
}

/// A lock that is kept on one path (etcd#5509, cockroach#584, moby#7559 in GoBench): who finds that there is nothing to do
/// returns, and does not unlock. The next one waits for ever.
mod missing_unlock {
    use super::*;

    #[process]
    fn buggy_delete(devices: Lock, deleted: Shared<u32>) {
        devices.lock().await;
        if deleted.get().await == 0 {
            return;
        }
        devices.unlock();
    }

    #[process]
    fn mended_delete(devices: Lock, deleted: Shared<u32>) {
        devices.lock().await;
        defer! { devices.unlock() };
        if deleted.get().await == 0 {
            return;
        }
        deleted.set(0).await;
    }

    #[process]
    fn remove(devices: Lock, deleted: Shared<u32>) {
        devices.lock().await;
        deleted.set(1).await;
        devices.unlock();
    }

    #[process]
    fn buggy() {
        let (devices, deleted) = (Lock::new(), Shared::new(0));
        par!(remove(devices.clone(), deleted.clone()), buggy_delete(devices, deleted));
    }

    #[process]
    fn mended() {
        let (devices, deleted) = (Lock::new(), Shared::new(0));
        par!(remove(devices.clone(), deleted.clone()), mended_delete(devices, deleted));
    }

    exhibit!(Deadlock, Sometimes);
}

/// The nested monitor of Java's books: who waits for a condition gives back its inner lock and keeps the outer one, which
/// whoever would bring the news needs.
mod nested_monitor {
    use super::*;

    #[derive(Clone)]
    struct Queue {
        outer: Lock,
        inner: Lock,
        filled: Condition,
        len: Shared<u32>,
    }

    impl Queue {
        fn new() -> Self {
            Self { outer: Lock::new(), inner: Lock::new(), filled: Condition::default(), len: Shared::new(0) }
        }

        #[process]
        fn take(self) {
            self.inner.lock().await;
            while self.len.get().await == 0 {
                self.filled.wait(&self.inner).await;
            }
            self.len.update(|len| *len -= 1).await;
            self.inner.unlock();
        }

        #[process]
        fn put(self) {
            self.inner.lock().await;
            self.len.update(|len| *len += 1).await;
            self.filled.notify_one();
            self.inner.unlock();
        }
    }

    #[process]
    fn locked_take(queue: Queue) {
        queue.outer.lock().await;
        queue.clone().take().await;
        queue.outer.unlock();
    }

    #[process]
    fn locked_put(queue: Queue) {
        queue.outer.lock().await;
        queue.clone().put().await;
        queue.outer.unlock();
    }

    #[process]
    fn buggy() {
        let queue = Queue::new();
        par!(locked_take(queue.clone()), locked_put(queue));
    }

    #[process]
    fn mended() {
        let queue = Queue::new();
        par!(queue.clone().take(), queue.put());
    }

    exhibit!(Deadlock, Sometimes);
}

/// A mutex passed by value (Chabbi and Ramanathan, "A study of real-world data races in Golang", 2022): each process locks its
/// own copy, and none keeps out the other.
mod copied_lock {
    use super::*;

    struct Account {
        lock: Lock,
        balance: Shared<u32>,
    }

    impl Account {
        /// Copies the fields, and makes a lock.
        fn copy(&self) -> Self {
            Self { lock: Lock::new(), balance: self.balance.clone() }
        }

        fn share(&self) -> Self {
            Self { lock: self.lock.clone(), balance: self.balance.clone() }
        }

        #[process]
        fn deposit(self) {
            self.lock.lock().await;
            let balance = self.balance.get().await;
            self.balance.set(balance + 1).await;
            self.lock.unlock();
        }
    }

    #[process]
    fn buggy() {
        let account = Account { lock: Lock::new(), balance: Shared::new(0) };
        par!(account.copy().deposit(), account.copy().deposit());
        assert_eq!(account.balance.last(), 2);
    }

    #[process]
    fn mended() {
        let account = Account { lock: Lock::new(), balance: Shared::new(0) };
        par!(account.share().deposit(), account.share().deposit());
        assert_eq!(account.balance.last(), 2);
    }

    exhibit!(Panic, Sometimes);
}

/// A write under a lock for reading (Chabbi and Ramanathan): it keeps out those that say that they write, and not the others
/// that say that they read.
mod write_under_read_lock {
    use super::*;

    #[process]
    fn buggy_count(gate: ReadWrite, hits: Shared<u32>) {
        gate.read().await;
        let before = hits.get().await;
        hits.set(before + 1).await;
        gate.read_done();
    }

    #[process]
    fn mended_count(gate: ReadWrite, hits: Shared<u32>) {
        gate.write().await;
        let before = hits.get().await;
        hits.set(before + 1).await;
        gate.write_done();
    }

    #[process]
    fn buggy() {
        let (gate, hits) = (ReadWrite::new(), Shared::new(0));
        par!(buggy_count(gate.clone(), hits.clone()), buggy_count(gate, hits.clone()));
        assert_eq!(hits.last(), 2);
    }

    #[process]
    fn mended() {
        let (gate, hits) = (ReadWrite::new(), Shared::new(0));
        par!(mended_count(gate.clone(), hits.clone()), mended_count(gate, hits.clone()));
        assert_eq!(hits.last(), 2);
    }

    exhibit!(Panic, Sometimes);
}
