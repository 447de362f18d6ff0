//! The timers of threads that are no workers: one shard, and one thread that expires it.
//!
//! The thread starts with the first such timer and sleeps whenever none is due.

use super::shard::Shard;

#[cfg(not(loom))]
mod real {
    use std::sync::OnceLock;
    use std::time::Duration;

    use super::Shard;
    use crate::shim::{Condvar, Mutex, thread};
    use crate::time::clock;

    static SHARD: Shard = Shard::new();
    static KEEPER: OnceLock<Keeper> = OnceLock::new();

    /// What the thread sleeps on; true if a timer was added since it last looked.
    struct Keeper {
        added: Mutex<bool>,
        wake: Condvar,
    }

    /// The shard in which a timer of this thread is armed.
    pub(crate) fn current_shard() -> &'static Shard {
        KEEPER.get_or_init(start);
        &SHARD
    }

    /// To be called after a timer made the shard's next deadline earlier.
    pub(crate) fn timer_added(_shard: &'static Shard, _deadline: u64) {
        let keeper = KEEPER.get_or_init(start);
        *keeper.added.lock().expect("nothing panics under this lock") = true;
        keeper.wake.notify_one();
    }

    fn start() -> Keeper {
        thread::Builder::new()
            .name("csp-time".into())
            .spawn(|| keep(KEEPER.wait()))
            .unwrap_or_else(|e| panic!("the thread that keeps the time did not start: {e}"));
        Keeper { added: Mutex::new(false), wake: Condvar::new() }
    }

    fn keep(keeper: &Keeper) -> ! {
        loop {
            SHARD.expire(clock::now());
            let mut added = keeper.added.lock().expect("nothing panics under this lock");
            // A timer is in the wheel before `added` says so: either it is seen here or in the next round.
            if !std::mem::take(&mut *added) {
                let wait = SHARD.next_deadline().saturating_sub(clock::now());
                if wait > 0 {
                    added = keeper.wake.wait_timeout(added, Duration::from_nanos(wait)).expect("as above").0;
                    *added = false;
                }
            }
        }
    }
}

#[cfg(not(loom))]
pub(crate) use real::{current_shard, timer_added};

/// A model names the shard of each entry itself.
#[cfg(loom)]
pub(crate) fn current_shard() -> &'static Shard {
    unreachable!("under the model checker nothing arms a timer by itself")
}

/// As above.
#[cfg(loom)]
pub(crate) fn timer_added(_shard: &'static Shard, _deadline: u64) {}
