//! What is read, and written later, as if nobody came between.

use std::collections::HashMap;

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Lock, Shared};

/// The lost update, the first of all races: two processes read a number, add to it, and write it; one addition is gone (Lu,
/// Park, Seo and Zhou, "Learning from mistakes", 2008; "nonatomic operations assumed to be atomic" of Farchi, Nir and Ur).
mod lost_update {
    use super::*;

    #[process]
    fn buggy_deposit(balance: Shared<u32>) {
        let before = balance.get().await;
        balance.set(before + 10).await;
    }

    #[process]
    fn mended_deposit(balance: Shared<u32>) {
        balance.update(|balance| *balance += 10).await;
    }

    #[process]
    fn buggy() {
        let balance = Shared::new(0);
        par!(buggy_deposit(balance.clone()), buggy_deposit(balance.clone()));
        assert_eq!(balance.last(), 20);
    }

    #[process]
    fn mended() {
        let balance = Shared::new(0);
        par!(mended_deposit(balance.clone()), mended_deposit(balance.clone()));
        assert_eq!(balance.last(), 20);
    }

    exhibit!(Panic, Sometimes);
}

/// Check, then act, with a message between the two: a ticket office asks how many are left, and sells afterwards. The state is
/// a process of its own, and yet two answers are true only for a moment.
mod check_then_sell {
    use super::*;

    enum Order {
        Left(Sender<u32>),
        Sell,
        /// Sells one if there is one.
        Try,
    }

    #[process]
    fn office(orders: Receiver<Order>) {
        let mut left = 1u32;
        for order in orders {
            match order {
                Order::Left(reply) => {
                    let _ = reply.send(left);
                }
                Order::Sell => left = left.checked_sub(1).expect("a ticket is sold twice"),
                Order::Try => left = left.saturating_sub(1),
            }
        }
    }

    #[process]
    fn buggy_buy(orders: Sender<Order>) {
        let (reply, answer) = chan!(u32; 1);
        orders.send(Order::Left(reply))?;
        if answer.recv()? > 0 {
            orders.send(Order::Sell)?;
        }
    }

    #[process]
    fn mended_buy(orders: Sender<Order>) {
        orders.send(Order::Try)?;
    }

    #[process]
    fn buggy() {
        let (order, orders) = chan!(Order);
        go!(office(orders));
        par!(buggy_buy(order.clone()), buggy_buy(order));
    }

    #[process]
    fn mended() {
        let (order, orders) = chan!(Order);
        go!(office(orders));
        par!(mended_buy(order.clone()), mended_buy(order));
    }

    exhibit!(Panic, Sometimes);
}

/// A stampede on a cache: all that miss compute the same value (Java's `containsKey` followed by `put`; the duplicated work
/// that Go's singleflight was written against).
mod cache_stampede {
    use super::*;

    type Cache = Shared<HashMap<u32, u32>>;

    #[process]
    fn compute(n: u32, computed: Shared<u32>) -> u32 {
        computed.update(|computed| *computed += 1).await;
        n * n
    }

    #[process]
    fn buggy_get(cache: Cache, n: u32, computed: Shared<u32>) {
        if !cache.get().await.contains_key(&n) {
            let value = compute(n, computed).await;
            cache.update(|cache| cache.insert(n, value)).await;
        }
    }

    #[process]
    fn mended_get(cache: Cache, n: u32, computed: Shared<u32>, flight: Lock) {
        flight.lock().await;
        if !cache.get().await.contains_key(&n) {
            let value = compute(n, computed).await;
            cache.update(|cache| cache.insert(n, value)).await;
        }
        flight.unlock();
    }

    #[process]
    fn buggy() {
        let (cache, computed) = (Shared::new(HashMap::new()), Shared::new(0));
        par!(buggy_get(cache.clone(), 7, computed.clone()), buggy_get(cache, 7, computed.clone()));
        assert_eq!(computed.last(), 1);
    }

    #[process]
    fn mended() {
        let (cache, computed, flight) = (Shared::new(HashMap::new()), Shared::new(0), Lock::new());
        par!(
            mended_get(cache.clone(), 7, computed.clone(), flight.clone()),
            mended_get(cache, 7, computed.clone(), flight),
        );
        assert_eq!(computed.last(), 1);
    }

    exhibit!(Panic, Sometimes);
}

/// Tu et al.'s double close (docker#24007): each of two processes looks whether a connection is closed, and closes it if not. A
/// second close of a channel is nothing in csp; what is done with it once must be done once all the same.
mod double_close {
    use super::*;

    #[process]
    fn tear_down(down: Shared<u32>) {
        let times = down.update(|down| {
            *down += 1;
            *down
        });
        assert_eq!(times.await, 1, "torn down twice");
    }

    #[process]
    fn buggy_close(closed: Receiver<()>, close: Sender<()>, down: Shared<u32>) {
        select! {
            <-closed => {}
            default => {
                tear_down(down).await;
                close.close();
            }
        }
    }

    #[process]
    fn mended_close(close: Sender<()>, once: Receiver<()>, down: Shared<u32>) {
        // There is one token, for whoever is first.
        if once.try_recv().is_ok() {
            tear_down(down).await;
            close.close();
        }
    }

    #[process]
    fn buggy() {
        let (close, closed) = chan!(());
        let down = Shared::new(0);
        par!(buggy_close(closed.clone(), close.clone(), down.clone()), buggy_close(closed, close, down));
    }

    #[process]
    fn mended() {
        let (close, closed) = chan!(());
        let (token, once) = chan!((); 1);
        token.send(()).unwrap();
        let down = Shared::new(0);
        par!(mended_close(close.clone(), once.clone(), down.clone()), mended_close(close, once, down));
        drop(closed);
    }

    exhibit!(Panic, Sometimes);
}

/// A pointer is tested, and used later (Lu et al., from MySQL): between the two another process takes it away.
mod test_then_use {
    use super::*;

    #[process]
    fn finish(query: Shared<Option<&'static str>>) {
        query.set(None).await;
    }

    #[process]
    fn buggy_list(query: Shared<Option<&'static str>>) {
        if query.get().await.is_some() {
            let text = query.get().await.expect("it was there");
            assert_eq!(text, "select");
        }
    }

    #[process]
    fn mended_list(query: Shared<Option<&'static str>>) {
        if let Some(text) = query.get().await {
            assert_eq!(text, "select");
        }
    }

    #[process]
    fn buggy() {
        let query = Shared::new(Some("select"));
        go!(finish(query.clone()));
        buggy_list(query).await;
    }

    #[process]
    fn mended() {
        let query = Shared::new(Some("select"));
        go!(finish(query.clone()));
        mended_list(query).await;
    }

    exhibit!(Panic, Sometimes);
}

/// Compare and swap finds the value that was read, and it is another one (the ABA problem, known since IBM's System/370): a
/// pool's head is taken, and given back, while somebody still knows what was behind it.
mod aba {
    use super::*;

    /// Slots by number; what follows each in the list of free ones. The head has a tag, which counts its changes.
    #[derive(Clone)]
    struct Pool {
        head: Shared<(Option<usize>, u32)>,
        next: Shared<[Option<usize>; 3]>,
        taken: Shared<[bool; 3]>,
        tagged: bool,
    }

    impl Pool {
        fn new(tagged: bool) -> Self {
            Self {
                head: Shared::new((Some(0), 0)),
                next: Shared::new([Some(1), Some(2), None]),
                taken: Shared::new([false; 3]),
                tagged,
            }
        }

        #[process]
        fn swap(&self, from: (Option<usize>, u32), to: Option<usize>) -> bool {
            let tagged = self.tagged;
            self.head
                .update(|head| {
                    let same = if tagged { *head == from } else { head.0 == from.0 };
                    if same {
                        *head = (to, head.1 + 1);
                    }
                    same
                })
                .await
        }

        #[process]
        fn take(&self) -> Option<usize> {
            loop {
                let head = self.head.get().await;
                let first = head.0?;
                let second = self.next.get().await[first];
                if self.swap(head, second).await {
                    let before = self.taken.update(|taken| std::mem::replace(&mut taken[first], true)).await;
                    assert!(!before, "slot {first} is taken twice");
                    return Some(first);
                }
            }
        }

        #[process]
        fn give(&self, slot: usize) {
            self.taken.update(|taken| taken[slot] = false).await;
            loop {
                let head = self.head.get().await;
                self.next.update(|next| next[slot] = head.0).await;
                if self.swap(head, Some(slot)).await {
                    return;
                }
            }
        }
    }

    #[process]
    fn one(pool: Pool) {
        pool.take().await;
        pool.take().await;
    }

    #[process]
    fn other(pool: Pool) {
        let first = pool.take().await;
        let _second = pool.take().await;
        if let Some(first) = first {
            pool.give(first).await;
        }
    }

    #[process]
    fn run(tagged: bool) {
        let pool = Pool::new(tagged);
        go!(one(pool.clone()));
        other(pool).await;
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
