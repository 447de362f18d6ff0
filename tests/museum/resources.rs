//! Permits, and several locks at once.

use csp::prelude::*;

use crate::exhibit::exhibit;
use crate::tools::{Lock, Permits, ReadWrite, Shared};

/// The philosophers of Dijkstra: each has the fork to the left and waits for the one to the right.
mod dining {
    use super::*;

    #[process]
    fn dine(first: Lock, second: Lock) {
        first.lock().await;
        second.lock().await;
        second.unlock();
        first.unlock();
    }

    #[process]
    fn table(last: fn(&[Lock]) -> (Lock, Lock)) {
        let forks: Vec<_> = (0..3).map(|_| Lock::new()).collect();
        let (first, second) = last(&forks);
        par!(
            dine(forks[0].clone(), forks[1].clone()),
            dine(forks[1].clone(), forks[2].clone()),
            dine(first, second),
        );
    }

    #[process]
    fn buggy() {
        table(|forks| (forks[2].clone(), forks[0].clone())).await;
    }

    /// The last one is left-handed.
    #[process]
    fn mended() {
        table(|forks| (forks[0].clone(), forks[2].clone())).await;
    }

    exhibit!(Deadlock, Sometimes);
}

/// Two permits for one job, taken one by one, of as many as there are: each of two jobs has one. It is the first condition of
/// Coffman, Elphick and Shoshani's "System deadlocks" (1971): to hold, and to wait for more.
mod permits_one_by_one {
    use super::*;

    #[process]
    fn buggy_copy(buffers: Permits, _turn: Lock) {
        buffers.acquire().await;
        buffers.acquire().await;
        buffers.release();
        buffers.release();
    }

    #[process]
    fn mended_copy(buffers: Permits, turn: Lock) {
        turn.lock().await;
        buffers.acquire().await;
        buffers.acquire().await;
        turn.unlock();
        buffers.release();
        buffers.release();
    }

    #[process]
    fn buggy() {
        let (buffers, turn) = (Permits::new(2), Lock::new());
        par!(buggy_copy(buffers.clone(), turn.clone()), buggy_copy(buffers, turn));
    }

    #[process]
    fn mended() {
        let (buffers, turn) = (Permits::new(2), Lock::new());
        par!(mended_copy(buffers.clone(), turn.clone()), mended_copy(buffers, turn));
    }

    exhibit!(Deadlock, Sometimes);
}

/// A permit that is not given back where something fails (cockroach#584 and grpc#3017 in GoBench are its form with a lock):
/// after as many failures as permits, nobody goes on.
mod permit_lost_on_error {
    use super::*;

    #[process]
    fn buggy_fetch(slots: Permits, reachable: Shared<bool>) -> Result<(), String> {
        slots.acquire().await;
        if !reachable.get().await {
            return Err("unreachable".into());
        }
        slots.release();
        Ok(())
    }

    #[process]
    fn mended_fetch(slots: Permits, reachable: Shared<bool>) -> Result<(), String> {
        slots.acquire().await;
        defer! { slots.release() };
        if !reachable.get().await {
            return Err("unreachable".into());
        }
        Ok(())
    }

    #[process]
    fn network(reachable: Shared<bool>) {
        reachable.set(true).await;
    }

    #[process]
    fn buggy() {
        let (slots, reachable) = (Permits::new(1), Shared::new(false));
        let _ = par!(
            network(reachable.clone()),
            buggy_fetch(slots.clone(), reachable.clone()),
            buggy_fetch(slots, reachable),
        );
    }

    #[process]
    fn mended() {
        let (slots, reachable) = (Permits::new(1), Shared::new(false));
        let _ = par!(
            network(reachable.clone()),
            mended_fetch(slots.clone(), reachable.clone()),
            mended_fetch(slots, reachable),
        );
    }

    exhibit!(Deadlock, Sometimes);
}

/// Two readers that want to become writers without letting go: each waits until the other has read (cockroach#16167 in GoBench
/// has the same lock for reading and for writing in one process).
mod upgrade {
    use super::*;

    #[process]
    fn buggy_fill(cache: ReadWrite, filled: Shared<bool>) {
        cache.read().await;
        if !filled.get().await {
            cache.write().await;
            filled.set(true).await;
            cache.write_done();
        }
        cache.read_done();
    }

    #[process]
    fn mended_fill(cache: ReadWrite, filled: Shared<bool>) {
        cache.read().await;
        let seen = filled.get().await;
        cache.read_done();
        if !seen {
            cache.write().await;
            filled.set(true).await;
            cache.write_done();
        }
    }

    /// Fills it once, as soon as nobody reads.
    #[process]
    fn warm(cache: ReadWrite, filled: Shared<bool>) {
        cache.write().await;
        filled.set(true).await;
        cache.write_done();
    }

    #[process]
    fn buggy() {
        let (cache, filled) = (ReadWrite::new(), Shared::new(false));
        par!(warm(cache.clone(), filled.clone()), buggy_fill(cache, filled));
    }

    #[process]
    fn mended() {
        let (cache, filled) = (ReadWrite::new(), Shared::new(false));
        par!(warm(cache.clone(), filled.clone()), mended_fill(cache, filled));
    }

    exhibit!(Deadlock, Sometimes);
}

/// Waiting by looking: a process polls for a state that passes, and comes when it has passed. Nothing blocks, and nothing goes
/// on (a live lock of Farchi, Nir and Ur's "Concurrent bug patterns", 2003, who call it the orphaned thread's twin).
mod polling_a_passing_state {
    use super::*;

    #[derive(Clone, Copy, PartialEq, PartialOrd)]
    enum State {
        New,
        Running,
        Done,
    }

    #[process]
    fn job(state: Shared<State>) {
        state.set(State::Running).await;
        state.set(State::Done).await;
    }

    #[process]
    fn buggy() {
        let state = Shared::new(State::New);
        go!(job(state.clone()));
        while state.get().await != State::Running {
            yield_now().await;
        }
    }

    #[process]
    fn mended() {
        let state = Shared::new(State::New);
        go!(job(state.clone()));
        while state.get().await < State::Running {
            yield_now().await;
        }
    }

    exhibit!(LiveLock, Sometimes);
}
