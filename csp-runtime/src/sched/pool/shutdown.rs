//! How a pool ends.
//!
//! 1. *Closing*: `close` sets the phase. Processes started from now on are cancelled before their first turn.
//! 2. The monitor cancels every process of the pool that it finds in the slab, again and again, for a process may have been
//!    started by one that read the phase too early. A worker drops each: parked ones at once, running ones when they wait next.
//! 3. No process is left: the monitor sets *refusing* and then counts once more. A thread that is no worker may just have
//!    started one: it adds to the count, fence, reads the phase; the monitor sets the phase, fence, reads the count. So either
//!    the monitor sees the process and goes back to step 2, for which the workers are still there, or that thread sees the
//!    phase and drops the process itself.
//! 4. *Stopped*: workers leave, the monitor joins them, sends away who still waits for a time here, and says that it is over. Whoever
//!    waits joins the monitor.
//!
//! A closure on the pool of blocking threads is not waited for. The pool's memory stays, for a wake may still be on its way, and serves
//! another runtime: `reuse.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Pool;
use crate::sched::watch::Watch;
use crate::shim::atomic::{AtomicU8, Ordering, fence};
use crate::shim::plain::{Condvar, Mutex, lock, wait, wait_for};
use crate::task::{Place, TaskRef, slab};
use crate::time::clock;
use crate::util::fork;

pub(super) const OPEN: u8 = 0;
const CLOSING: u8 = 1;
const REFUSING: u8 = 2;
const STOPPED: u8 = 3;

pub(super) struct Phase {
    pub(super) phase: AtomicU8,
    pub(super) over: Mutex<bool>,
    changed: Condvar,
}

/// What did not end in time: how many processes, by the place where they were started.
pub(crate) type Left = BTreeMap<String, usize>;

impl Phase {
    pub(super) fn new() -> Self {
        Self { phase: AtomicU8::new(OPEN), over: Mutex::new(false), changed: Condvar::new() }
    }

    #[inline]
    pub(super) fn is_closing(&self) -> bool {
        // ORDERING: Relaxed: step 2 finds what was started by those that read it late.
        self.phase.load(Ordering::Relaxed) != OPEN
    }

    /// Whether no worker may come to what is started now.
    #[inline]
    pub(super) fn is_refusing(&self) -> bool {
        // ORDERING: Relaxed, after the caller's fence (step 3).
        self.phase.load(Ordering::Relaxed) >= REFUSING
    }

    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        // ORDERING: Relaxed, after a fence where it matters (`dismiss`).
        self.phase.load(Ordering::Relaxed) == STOPPED
    }
}

impl Pool {
    /// Begins the end, without waiting for it.
    pub(crate) fn close(&self) {
        let _ = self.phase.phase.compare_exchange(OPEN, CLOSING, Ordering::AcqRel, Ordering::Relaxed);
        self.monitor.wake();
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.phase.is_closing()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.phase.is_stopped()
    }

    pub(super) fn is_over(&self) -> bool {
        *lock(&self.phase.over)
    }

    pub(super) fn reopen(&self) {
        self.phase.renew();
    }

    /// Waits until it is over; the places of what is left if that takes longer than until `deadline`.
    pub(crate) fn wait_closed(&'static self, deadline: Option<u64>) -> Result<(), Left> {
        let mut over = lock(&self.phase.over);
        while !*over {
            let Some(deadline) = deadline else {
                over = wait(&self.phase.changed, over);
                continue;
            };
            let now = clock::now();
            if now >= deadline {
                drop(over);
                return Err(self.left());
            }
            let most = Duration::from_nanos(deadline - now);
            (over, _) = wait_for(&self.phase.changed, over, most);
        }
        drop(over);
        if let Some(monitor) = self.take_monitor_thread() {
            let _ = monitor.join();
        }
        Ok(())
    }

    /// The monitor's part: steps 2 to 4.
    pub(crate) fn finish_closing(&'static self, watch: &mut Watch) {
        let mut pause = Duration::from_micros(20);
        self.end_all(|| {
            self.monitor.sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
            self.look(watch);
        });
        self.dismiss();
        self.join_workers();
        // Timers of those who are no processes of this pool move to where they are polled next.
        for slot in 0..self.workers {
            self.slot(slot).shard.retire();
        }
        self.blocking.close();
        self.io.close();
        fork::runtime_ended();
        *lock(&self.phase.over) = true;
        self.phase.changed.notify_all();
    }

    /// Steps 2 and 3: cancels all processes until there are none, with a `pause` whenever there are some.
    pub(super) fn end_all(&'static self, mut pause: impl FnMut()) {
        loop {
            // The slots are not searched where no process is left, as in most runtimes.
            while self.live() > 0 {
                self.each(|task| task.cancel_if(|task| task.is_of(self.face())));
                if self.live() > 0 {
                    pause();
                }
            }
            self.phase.phase.store(REFUSING, Ordering::Relaxed);
            // ORDERING: pairs with the fence in `inject` (step 3).
            fence(Ordering::SeqCst);
            if self.live() == 0 {
                return;
            }
            self.phase.phase.store(CLOSING, Ordering::Relaxed);
        }
    }

    /// Step 4: the workers leave.
    pub(super) fn dismiss(&self) {
        self.phase.phase.store(STOPPED, Ordering::Relaxed);
        // ORDERING: pairs with the fence in `Idle::sleep`: a worker sees the phase in its last look, or is in the list.
        fence(Ordering::SeqCst);
        for worker in self.idle.pick_all() {
            self.rouse(worker);
        }
    }

    /// Every process of this pool that has not ended, and perhaps some that just did.
    fn each(&'static self, f: impl FnMut(crate::task::TaskRef)) {
        slab::each(f);
    }

    fn left(&'static self) -> Left {
        let mut left = Left::new();
        self.each(|task| {
            if let Some(place) = self.place_of(task) {
                *left.entry(place.to_string()).or_default() += 1;
            }
        });
        left
    }

    fn place_of(&'static self, task: TaskRef) -> Option<Place> {
        (task.is_live() && self.owns(task)).then(|| task.started())
    }

    /// Whether the process in the slot, or the one that was in it last, is one of this pool's.
    pub(crate) fn owns(&'static self, task: TaskRef) -> bool {
        task.is_of(self.face())
    }
}
