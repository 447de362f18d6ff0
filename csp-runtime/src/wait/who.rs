//! Whom to wake: one of our processes, by an uncounted pointer, or a foreign waker in a box.

use std::mem::ManuallyDrop;
use std::ptr;
use std::task::Waker;

use crate::task::TaskRef;
use crate::util::caught::{caught, discard};
use crate::util::teardown;

/// The tag of a boxed foreign waker; a process's header is aligned, so its low bits are free.
const FOREIGN: usize = 1;
/// The tag of a select's block: whoever wins its claim finds there whom to wake.
const BLOCK: usize = 2;

/// One word: null for nobody, a process, a boxed waker with one bit set, or the block of a select with another.
pub(crate) struct Who(*mut ());

// SAFETY: a process's header and a boxed waker may be used from any thread.
unsafe impl Send for Who {}
// SAFETY: as above.
unsafe impl Sync for Who {}

impl Default for Who {
    fn default() -> Self {
        Self::NOBODY
    }
}

impl Who {
    /// Nobody: waking it does nothing.
    pub(crate) const NOBODY: Self = Self(ptr::null_mut());

    /// Remembers the waker: a copy of a pointer for a process of ours, a clone in a box for any other.
    #[inline]
    pub(crate) fn of(waker: &Waker) -> Self {
        match TaskRef::of(waker) {
            Some(task) => Self(task.as_ptr()),
            None => Self::foreign(waker),
        }
    }

    /// As `of` for a process of ours: no allocation, so that it may be asked before it is known whether there is a wait.
    #[inline]
    pub(crate) fn task(task: TaskRef) -> Self {
        Self(task.as_ptr())
    }

    /// Stands for a select; waking it does nothing.
    pub(crate) fn of_block(block: *const ()) -> Self {
        Self(block.cast_mut().map_addr(|a| a | BLOCK))
    }

    /// The select that it stands for.
    #[inline]
    pub(crate) fn block(&self) -> Option<*const ()> {
        let is_block = self.0.addr() & BLOCK != 0;
        is_block.then(|| self.0.map_addr(|a| a & !BLOCK).cast_const())
    }

    #[cold]
    fn foreign(waker: &Waker) -> Self {
        Self(Box::into_raw(Box::new(waker.clone())).cast::<()>().map_addr(|a| a | FOREIGN))
    }

    /// Whether waking `self` wakes what `waker` wakes.
    #[inline]
    pub(crate) fn will_wake(&self, waker: &Waker) -> bool {
        if let Some(task) = TaskRef::of(waker) {
            return self.0 == task.as_ptr();
        }
        // SAFETY: the tag says that the pointer came from `foreign`, and `self` still owns that box.
        self.is_foreign() && unsafe { &*self.boxed() }.will_wake(waker)
    }

    /// Wakes it, and does not panic: a panic of a foreign waker is caught. Never under a lock: a foreign waker is user code.
    #[inline]
    pub(crate) fn wake(self) {
        let this = ManuallyDrop::new(self);
        if this.is_foreign() {
            // SAFETY: the tag says that the pointer came from `foreign`; `this` is not dropped, so the box is taken once.
            wake_foreign(unsafe { Box::from_raw(this.boxed()) });
        } else if !this.0.is_null() && this.0.addr() & BLOCK == 0 {
            // SAFETY: an untagged word is the header of a process, and those are type-stable (see `task::slab`).
            unsafe { TaskRef::from_ptr(this.0) }.wake();
        }
    }

    /// The process that it would wake, if it is one of ours.
    #[cfg(all(feature = "record", not(loom)))]
    pub(crate) fn process(&self) -> Option<TaskRef> {
        match self.look() {
            Waiting::Process(task) => Some(task),
            _ => None,
        }
    }

    /// Whom it would wake.
    pub(crate) fn look(&self) -> Waiting {
        if let Some(block) = self.block() {
            return Waiting::Select(block.addr());
        }
        match self.0.is_null() {
            true => Waiting::Nobody,
            false if self.is_foreign() => Waiting::Other,
            // SAFETY: as in `wake`.
            false => Waiting::Process(unsafe { TaskRef::from_ptr(self.0) }),
        }
    }

    #[inline]
    fn is_foreign(&self) -> bool {
        self.0.addr() & FOREIGN != 0
    }

    fn boxed(&self) -> *mut Waker {
        self.0.map_addr(|a| a & !FOREIGN).cast()
    }
}

impl Drop for Who {
    #[inline]
    fn drop(&mut self) {
        if self.is_foreign() {
            // SAFETY: the tag says that the pointer came from `foreign`; nobody took it, or `wake` had forgotten `self`.
            drop_foreign(unsafe { Box::from_raw(self.boxed()) });
        }
    }
}

/// The caller has other waiters to wake, or is a worker that lives on.
#[cold]
#[inline(never)]
fn wake_foreign(waker: Box<Waker>) {
    // It may be all that keeps a task of a dead executor, which holds what wakes the next.
    teardown::run(move || caught(|| waker.wake()));
}

#[cold]
#[inline(never)]
fn drop_foreign(waker: Box<Waker>) {
    teardown::run(move || discard(waker));
}

/// Who waits in a queue, to those that look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waiting {
    Nobody,
    Process(TaskRef),
    /// A select, by the address of its block.
    Select(usize),
    /// A thread, or a process of another runtime.
    Other,
}

/// Those to wake once a lock is free: as many as fit on the stack.
pub(crate) struct Wakes {
    held: [Who; Self::ROOM],
    len: usize,
}

impl Default for Wakes {
    fn default() -> Self {
        Self { held: [const { Who::NOBODY }; Self::ROOM], len: 0 }
    }
}

impl Wakes {
    pub(crate) const ROOM: usize = 32;

    pub(crate) fn is_full(&self) -> bool {
        self.len == Self::ROOM
    }

    /// Adds one; the caller asks `is_full` first.
    pub(crate) fn push(&mut self, who: Who) {
        self.held[self.len] = who;
        self.len += 1;
    }

    /// Wakes all of them. Never under a lock.
    pub(crate) fn wake_all(&mut self) {
        for who in &mut self.held[..self.len] {
            std::mem::take(who).wake();
        }
        self.len = 0;
    }
}
