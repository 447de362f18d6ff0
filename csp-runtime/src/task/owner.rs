//! The half of a process that its handle holds: who waits for the end, and the result.
//!
//! The owner's side of the protocol in `state.rs`. Until it is dropped the slot is not freed, so its `task` is never stale.

use std::mem::needs_drop;
use std::ptr;
use std::task::{Context, Poll, Waker};

use super::cell::{self, Placed};
use super::error::ProcessError;
use super::header::TaskRef;
use super::state::{Detach, Join};
use super::token::Token;
use super::waker;
use crate::shim::atomic::{AtomicBool, Ordering};
use crate::shim::{Mutex, lock};
use crate::util::caught::{caught, discard};
use crate::util::spin::Spin;
use crate::util::teardown;

/// Marks `joiner` as a list.
const LIST: usize = 1;

#[derive(Debug)]
pub(super) struct Owner<T> {
    placed: Placed<T>,
    /// Held while `joiner` is set for the first time or turned into a list.
    joining: Spin,
    taken: AtomicBool,
}

/// Those that wait for one process, when it is not just one process of this crate.
#[derive(Debug, Default)]
struct Joiners(Mutex<Waiters>);

/// Any number of waiters; each knows its slot, which it gives back when it is dropped.
#[derive(Debug, Default)]
struct Waiters {
    /// Whoever has the handle to itself.
    alone: Option<Waker>,
    all: Vec<Option<Waker>>,
    free: Vec<u32>,
}

/// The slot of one waiter in the list of those that wait for one process.
#[derive(Debug, Default)]
pub(crate) struct JoinKey(u32);

impl JoinKey {
    /// Of whoever has the handle to itself: the last to poll counts.
    const ALONE: u32 = u32::MAX;
}

impl Waiters {
    /// The slot of that key; a new key gets one.
    fn slot(&mut self, key: &mut JoinKey) -> &mut Option<Waker> {
        if key.0 == JoinKey::ALONE {
            return &mut self.alone;
        }
        if key.0 == 0 {
            key.0 = self.free.pop().unwrap_or_else(|| {
                self.all.push(None);
                self.all.len() as u32
            });
        }
        &mut self.all[key.0 as usize - 1]
    }

    /// Takes the waiter out, unless all were woken.
    fn leave(&mut self, key: JoinKey) -> Option<Waker> {
        let waker = self.all.get_mut(key.0 as usize - 1)?.take();
        self.free.push(key.0);
        waker
    }
}

impl<T> Owner<T> {
    /// Publishes the process. The token is the caller's.
    #[inline]
    pub(super) fn publish(placed: Placed<T>) -> (Self, Token) {
        let task = placed.task;
        task.state().publish();
        // SAFETY: the one token of a process that nobody else knows yet.
        let token = unsafe { Token::new(task) };
        (Self { placed, joining: Spin::new(), taken: AtomicBool::new(false) }, token)
    }

    #[inline]
    pub(super) fn task(&self) -> TaskRef {
        self.placed.task
    }

    /// As `poll_done`, for whoever has the handle to itself.
    #[inline]
    pub(super) fn poll_done_alone(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.poll_done(&mut JoinKey(JoinKey::ALONE), cx)
    }

    /// Ready when the process is done; else `cx` is woken when it is. Any number of tasks may wait at once, each with a key of its own,
    /// which leaves when it waits no more.
    #[inline]
    pub(super) fn poll_done(&self, key: &mut JoinKey, cx: &Context<'_>) -> Poll<()> {
        let task = self.task();
        if task.state().is_done() {
            return Poll::Ready(());
        }
        if let Some(me) = TaskRef::of(cx.waker()) {
            self.joining.acquire();
            // ORDERING: Relaxed: `joiner` changes only under this lock.
            let joiner = task.header().joiner.load(Ordering::Relaxed);
            let joined = if joiner.is_null() {
                // ORDERING: Relaxed: `State::join` publishes it.
                task.header().joiner.store(me.as_ptr(), Ordering::Relaxed);
                Some(task.state().join())
            } else if joiner == me.as_ptr() {
                Some(Join::Waiting)
            } else {
                None
            };
            self.joining.release();
            match joined {
                Some(Join::Waiting) => return Poll::Pending,
                Some(Join::Done) => return Poll::Ready(()),
                None => {}
            }
        }
        self.poll_listed(key, cx.waker())
    }

    #[cold]
    fn poll_listed(&self, key: &mut JoinKey, waker: &Waker) -> Poll<()> {
        let task = self.task();
        self.joining.acquire();
        // ORDERING: Relaxed: under the lock, so that a list found here was announced to the worker.
        let list = as_list(task.header().joiner.load(Ordering::Relaxed));
        self.joining.release();
        let list = match list {
            Some(list) => list,
            None => match self.make_list() {
                Ok(list) => list,
                Err(Join::Done) => return Poll::Ready(()),
                Err(Join::Waiting) => unreachable!("a list that waits is there"),
            },
        };
        // SAFETY: the list lives until the handle is gone and the worker is through with it.
        let list = unsafe { &*list };
        let mut new = None;
        loop {
            let mut waiters = lock(&list.0);
            // The worker empties the list after DONE, under this lock: it sees what is added before DONE is.
            if task.state().is_done() {
                drop(waiters);
                return Poll::Ready(());
            }
            let slot = waiters.slot(key);
            if slot.as_ref().is_some_and(|known| known.will_wake(waker)) {
                return Poll::Pending;
            }
            let Some(new) = new.take() else {
                // Nothing of others is cloned or dropped under the lock.
                drop(waiters);
                new = Some(waker.clone());
                continue;
            };
            let old = slot.replace(new);
            drop(waiters);
            discard(old);
            return Poll::Pending;
        }
    }

    /// Whoever waited with this key waits no more.
    pub(super) fn leave(&self, key: JoinKey) {
        if key.0 == 0 || self.task().state().is_done() {
            return;
        }
        // ORDERING: Relaxed: the key comes from this list, which stays.
        let list = as_list(self.task().header().joiner.load(Ordering::Relaxed));
        if let Some(list) = list {
            // SAFETY: as in `poll_listed`.
            let waker = lock(unsafe { &(*list).0 }).leave(key);
            discard(waker);
        }
    }

    /// Turns `joiner` into a list, with the process that it named until now.
    fn make_list(&self) -> Result<*const Joiners, Join> {
        let task = self.task();
        let new = Box::into_raw(Box::<Joiners>::default());
        let tagged = new.map_addr(|a| a | LIST).cast::<()>();
        self.joining.acquire();
        // ORDERING: Relaxed: under the lock.
        let old = task.header().joiner.load(Ordering::Relaxed);
        if let Some(list) = as_list(old) {
            self.joining.release();
            // SAFETY: just made above.
            drop(unsafe { Box::from_raw(new) });
            return Ok(list);
        }
        let before = (!old.is_null()).then(|| {
            // SAFETY: neither null nor a list: `poll_done` stored a process.
            unsafe { TaskRef::from_ptr(old) }
        });
        if let Some(before) = before {
            // SAFETY: the list is ours alone until `join_listed`.
            lock(unsafe { &(*new).0 }).all.push(Some(waker::owned(before)));
        }
        // ORDERING: Relaxed: `join_listed` publishes it to the worker, the lock to other threads.
        task.header().joiner.store(tagged, Ordering::Relaxed);
        let joined = task.state().join_listed();
        if joined == Join::Done {
            // ORDERING: Relaxed: the worker ignores a list that it was not told of.
            task.header().joiner.store(ptr::null_mut(), Ordering::Relaxed);
        }
        self.joining.release();
        match joined {
            Join::Waiting => Ok(new),
            Join::Done => {
                // The worker may have found the list in place of the process.
                if let Some(before) = before {
                    before.wake();
                }
                // SAFETY: nobody knows of the list: the worker was not told, and `joiner` never showed it outside the lock.
                drop(unsafe { Box::from_raw(new) });
                Err(Join::Done)
            }
        }
    }

    /// The result, for the first that asks after the end.
    pub(super) fn take(&self) -> Option<Result<T, ProcessError>> {
        // ORDERING: Relaxed: only who comes first matters; `is_done` acquires the result.
        if !self.task().state().is_done() || self.taken.swap(true, Ordering::Relaxed) {
            return None;
        }
        // SAFETY: after DONE the result is the owner's, and `taken` lets one take it.
        Some(unsafe { self.placed.take() })
    }

    pub(super) fn is_taken(&self) -> bool {
        // ORDERING: Relaxed: it says that nothing is left, and orders nothing.
        self.taken.load(Ordering::Relaxed)
    }

    /// As `take`, without a locked instruction.
    #[inline]
    pub(super) fn take_mut(&mut self) -> Option<Result<T, ProcessError>> {
        // ORDERING: Relaxed: nobody else has the owner.
        if !self.task().state().is_done() || self.taken.load(Ordering::Relaxed) {
            return None;
        }
        self.taken.store(true, Ordering::Relaxed);
        // SAFETY: as in `take`.
        Some(unsafe { self.placed.take() })
    }
}

impl<T> Drop for Owner<T> {
    #[inline]
    fn drop(&mut self) {
        let task = self.task();
        if needs_drop::<T>() {
            // Whether the handle or the end of the process comes first says in whose step the result is dropped.
            task.touched();
        }
        let detach = task.state().detach();
        if detach == Detach::ToWorker {
            return;
        }
        // ORDERING: Relaxed: nobody else has the owner.
        if self.taken.load(Ordering::Relaxed) {
            // SAFETY: the result is gone.
            return unsafe { left(task, detach) };
        }
        // SAFETY: after DONE the result is the owner's, and nobody took it.
        unsafe { if needs_drop::<T>() { untaken(task, detach) } else { untaken_plain(task, detach) } }
    }
}

/// The handle is gone, and nobody took the result, which may hold another handle.
///
/// # Safety
/// As for `left`, but for the result, which is there and the caller's.
#[inline(never)]
unsafe fn untaken(task: TaskRef, detach: Detach) {
    // SAFETY: by the contract, also later: nobody else knows of the result any more. It borrows from nothing, as its process did.
    teardown::run(move || unsafe {
        cell::forget(task);
        left(task, detach);
    });
}

/// As `untaken`, for a value without a destructor.
///
/// # Safety
/// As for `untaken`.
#[inline(never)]
unsafe fn untaken_plain(task: TaskRef, detach: Detach) {
    // SAFETY: forwarded.
    unsafe {
        cell::forget(task);
        left(task, detach);
    }
}

/// The handle is gone, and the process done.
///
/// # Safety
/// The result must be gone, and `detach` must be what the state said to the owner, who calls this once.
#[inline]
unsafe fn left(task: TaskRef, detach: Detach) {
    // SAFETY: DONE, so we are the second party; with a list the state says who is.
    unsafe {
        match detach {
            Detach::DoneListed if !task.state().listed_left() => {}
            _ => free(task),
        }
    }
}

fn as_list(joiner: *mut ()) -> Option<*const Joiners> {
    (joiner.addr() & LIST != 0).then(|| joiner.map_addr(|a| a & !LIST).cast::<Joiners>().cast_const())
}

/// The worker's side: the process is done and `joiner` named a process.
#[inline]
pub(super) fn wake_joiner(task: TaskRef) {
    // ORDERING: Relaxed: `State::finish` acquired what `join` published.
    let joiner = task.header().joiner.load(Ordering::Relaxed);
    // The handle may be gone and the slot in its next life: then the joiner saw DONE, and what is found here is a wake too many
    // or none of our business.
    if joiner.is_null() || as_list(joiner).is_some() {
        return;
    }
    // SAFETY: neither null nor a list: `poll_done` stored a process.
    unsafe { TaskRef::from_ptr(joiner) }.wake();
}

/// The worker's side: the process is done and `joiner` is a list.
///
/// # Safety
/// `State::finish` must have said so, to the caller.
#[cold]
pub(super) unsafe fn wake_list(task: TaskRef) {
    // ORDERING: Relaxed: `State::finish` acquired what `join_listed` published.
    let list = as_list(task.header().joiner.load(Ordering::Relaxed)).expect("a list was announced");
    // SAFETY: the list lives until both parties are through, and we are not.
    let Waiters { alone, all, free: _ } = std::mem::take(&mut *lock(unsafe { &(*list).0 }));
    for waker in all.into_iter().chain([alone]).flatten() {
        caught(|| waker.wake());
    }
    if task.state().listed_woken() {
        // SAFETY: we are the second party, and the handle dropped the result.
        unsafe { free(task) };
    }
}

/// Frees the slot, and the list if there is one.
///
/// # Safety
/// As for `cell::free`, and nobody else may use the list any more.
#[inline(always)]
pub(super) unsafe fn free(task: TaskRef) {
    // ORDERING: Relaxed: the state word ordered the two parties.
    if let Some(list) = as_list(task.header().joiner.load(Ordering::Relaxed)) {
        // SAFETY: the caller is the last to know it.
        unsafe { free_list(list) };
    }
    // SAFETY: forwarded.
    unsafe { cell::free(task) };
}

/// # Safety
/// Nobody else may use the list any more.
#[cold]
#[inline(never)]
unsafe fn free_list(list: *const Joiners) {
    // SAFETY: `make_list` made it from a box; the rest is the caller's to see to.
    drop(unsafe { Box::from_raw(list.cast_mut()) });
}
