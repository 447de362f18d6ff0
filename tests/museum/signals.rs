//! Condition variables, wait groups, barriers.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Condition, Group, Lock, Shared};

/// A lost wake (moby#29733 and moby#30408 in GoBench; "losing a notify" of Farchi, Nir and Ur): the news is told before anybody
/// waits for it, and whoever comes then waits without having looked.
mod signal_before_wait {
    use super::*;

    #[process]
    fn start(lock: Lock, started: Condition, flag: Shared<bool>) {
        lock.lock().await;
        flag.set(true).await;
        started.notify_all();
        lock.unlock();
    }

    #[process]
    fn buggy() {
        let (lock, started, flag) = (Lock::new(), Condition::default(), Shared::new(false));
        go!(start(lock.clone(), started.clone(), flag.clone()));
        lock.lock().await;
        started.wait(&lock).await;
        lock.unlock();
        assert!(flag.get().await);
    }

    #[process]
    fn mended() {
        let (lock, started, flag) = (Lock::new(), Condition::default(), Shared::new(false));
        go!(start(lock.clone(), started.clone(), flag.clone()));
        lock.lock().await;
        while !flag.get().await {
            started.wait(&lock).await;
        }
        lock.unlock();
    }

    exhibit!(Deadlock, Sometimes);
}

/// The bounded buffer of Java's books with one condition for all: the notice of a free place goes to somebody who waits for a
/// value, and who goes back to sleep with it.
mod notify_one {
    use super::*;

    #[derive(Clone)]
    struct Place {
        lock: Lock,
        changed: Condition,
        full: Shared<bool>,
        all: bool,
    }

    impl Place {
        #[process]
        fn change(self, to: bool) {
            self.lock.lock().await;
            while self.full.last() == to {
                self.changed.wait(&self.lock).await;
            }
            self.full.set(to).await;
            match self.all {
                true => self.changed.notify_all(),
                false => self.changed.notify_one(),
            }
            self.lock.unlock();
        }
    }

    #[process]
    fn run(all: bool) {
        let (lock, changed, full) = (Lock::new(), Condition::default(), Shared::new(false));
        let place = Place { lock, changed, full, all };
        par!(
            place.clone().change(false),
            place.clone().change(false),
            place.clone().change(true),
            place.change(true),
        );
    }

    #[process]
    fn buggy() {
        run(false).await;
    }

    #[process]
    fn mended() {
        run(true).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// A wait with `if` where `while` is meant (the first rule of Java's monitors): between the notice and the lock a third process
/// took what was announced.
mod if_for_while {
    use super::*;

    #[derive(Clone)]
    struct Stock {
        lock: Lock,
        filled: Condition,
        items: Shared<u32>,
    }

    #[process]
    fn put(stock: Stock) {
        stock.lock.lock().await;
        stock.items.update(|items| *items += 1).await;
        stock.filled.notify_one();
        stock.lock.unlock();
    }

    #[process]
    fn buggy_take(stock: Stock) {
        stock.lock.lock().await;
        if stock.items.last() == 0 {
            stock.filled.wait(&stock.lock).await;
        }
        stock.items.update(|items| *items = items.checked_sub(1).expect("there is an item")).await;
        stock.lock.unlock();
    }

    #[process]
    fn mended_take(stock: Stock) {
        stock.lock.lock().await;
        while stock.items.last() == 0 {
            stock.filled.wait(&stock.lock).await;
        }
        stock.items.update(|items| *items = items.checked_sub(1).expect("there is an item")).await;
        stock.lock.unlock();
    }

    fn stock() -> Stock {
        Stock { lock: Lock::new(), filled: Condition::default(), items: Shared::new(0) }
    }

    #[process]
    fn buggy() {
        let s = stock();
        go!(buggy_take(s.clone()));
        go!(buggy_take(s.clone()));
        par!(put(s.clone()), put(s));
    }

    #[process]
    fn mended() {
        let s = stock();
        go!(mended_take(s.clone()));
        go!(mended_take(s.clone()));
        par!(put(s.clone()), put(s));
    }

    exhibit!(Panic, Sometimes);
}

/// moby#25384 (GoBench; a figure of Tu et al.): a group of as many as there are plugins is waited for inside of the loop that
/// starts them, after the first one.
mod wait_in_loop {
    use super::*;

    #[process]
    fn restore(group: Group) {
        group.done();
    }

    #[process]
    fn buggy() {
        let group = Group::default();
        group.add(2);
        for _ in 0..2 {
            go!(restore(group.clone()));
            group.wait().await;
        }
    }

    #[process]
    fn mended() {
        let group = Group::default();
        group.add(2);
        for _ in 0..2 {
            go!(restore(group.clone()));
        }
        group.wait().await;
    }

    exhibit!(Deadlock, Always);
}

/// A member that adds itself (cockroach#4407 and kubernetes#13058 in GoBench; Tu et al. and Chabbi and Ramanathan): who waits
/// comes before it, finds a group of none, and takes the result.
mod add_after_wait {
    use super::*;

    #[process]
    fn buggy_member(group: Group, gate: Lock, sum: Shared<u32>) {
        gate.lock().await;
        group.add(1);
        gate.unlock();
        sum.update(|sum| *sum += 1).await;
        group.done();
    }

    #[process]
    fn mended_member(group: Group, sum: Shared<u32>) {
        sum.update(|sum| *sum += 1).await;
        group.done();
    }

    #[process]
    fn buggy() {
        let (group, gate, sum) = (Group::default(), Lock::new(), Shared::new(0));
        for _ in 0..2 {
            go!(buggy_member(group.clone(), gate.clone(), sum.clone()));
        }
        group.wait().await;
        assert_eq!(sum.last(), 2);
    }

    #[process]
    fn mended() {
        let (group, sum) = (Group::default(), Shared::new(0));
        for _ in 0..2 {
            group.add(1);
            go!(mended_member(group.clone(), sum.clone()));
        }
        group.wait().await;
        assert_eq!(sum.last(), 2);
    }

    exhibit!(Panic, Sometimes);
}

/// A group with a wrong number (Tu et al., misuse of wait groups): all items are counted, and one that is there already gets no
/// worker.
mod wrong_count {
    use super::*;

    #[process]
    fn fetch(group: Group) {
        group.done();
    }

    #[process]
    fn prefetch(cached: Shared<bool>) {
        cached.set(true).await;
    }

    #[process]
    fn buggy() {
        let (group, cached) = (Group::default(), Shared::new(false));
        let other = go!(prefetch(cached.clone()));
        group.add(1);
        if !cached.get().await {
            go!(fetch(group.clone()));
        }
        group.wait().await;
        other.await.unwrap();
    }

    #[process]
    fn mended() {
        let (group, cached) = (Group::default(), Shared::new(false));
        let other = go!(prefetch(cached.clone()));
        if !cached.get().await {
            group.add(1);
            go!(fetch(group.clone()));
        }
        group.wait().await;
        other.await.unwrap();
    }

    exhibit!(Deadlock, Sometimes);
}

/// A barrier that is used again (Downey's "The little book of semaphores"): a fast process comes round to it while a slow one
/// has not left, is let through by what was meant for the other, and is a phase ahead.
mod barrier_reuse {
    use super::*;

    /// Two parties; the last one in puts a place for each of them.
    #[derive(Clone)]
    struct Barrier {
        arrived: Shared<u32>,
        pass: Sender<()>,
        passes: Receiver<()>,
    }

    impl Barrier {
        fn new() -> Self {
            let (pass, passes) = chan!((); ..);
            Self { arrived: Shared::new(0), pass, passes }
        }

        #[process]
        fn wait(&self) {
            let last = self.arrived.update(|n| {
                *n = (*n + 1) % 2;
                *n == 0
            });
            if last.await {
                self.pass.send(()).unwrap();
                self.pass.send(()).unwrap();
            }
            self.passes.recv().unwrap();
        }
    }

    #[process]
    fn work(barriers: [Barrier; 2], phases: [Shared<u32>; 2], me: usize) {
        for phase in 1..=3 {
            phases[me].set(phase).await;
            barriers[phase as usize % 2].wait().await;
            let other = phases[1 - me].get().await;
            assert!(other >= phase, "the other one is in phase {other}, this one in {phase}");
        }
    }

    #[process]
    fn run(barriers: [Barrier; 2]) {
        let phases = [Shared::new(0), Shared::new(0)];
        par!(work(barriers.clone(), phases.clone(), 0), work(barriers, phases, 1));
    }

    #[process]
    fn buggy() {
        let one = Barrier::new();
        run([one.clone(), one]).await;
    }

    /// With two of them in turns, nobody can be back at one that another has not left.
    #[process]
    fn mended() {
        run([Barrier::new(), Barrier::new()]).await;
    }

    exhibit!(Panic, Sometimes);
}
