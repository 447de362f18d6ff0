//! The waker of a process: its address, uncounted. Cloning copies it, dropping it does nothing.

use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::budget;
use super::header::TaskRef;

/// One static, for its address says whose waker it is.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, drop);

/// A waker for the length of a poll; nothing has to be dropped.
#[inline]
pub(super) fn borrowed(task: TaskRef) -> ManuallyDrop<Waker> {
    ManuallyDrop::new(owned(task))
}

#[inline]
pub(super) fn owned(task: TaskRef) -> Waker {
    // SAFETY: the functions below keep the contract of a waker: all of them are thread-safe and the data is valid for ever.
    unsafe { Waker::from_raw(RawWaker::new(task.as_ptr(), &VTABLE)) }
}

/// A copy for a future of this crate, which says what the process waits for.
#[inline]
pub(crate) fn copy(waker: &Waker) -> Waker {
    match task_of(waker) {
        Some(task) => owned(task),
        None => waker.clone(),
    }
}

#[inline]
pub(super) fn task_of(waker: &Waker) -> Option<TaskRef> {
    if !ptr::eq(waker.vtable(), &VTABLE) {
        return None;
    }
    // SAFETY: only `owned` makes wakers with this table, from `as_ptr`.
    Some(unsafe { TaskRef::from_ptr(waker.data().cast_mut().cast()) })
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` comes from `owned`.
    unsafe { TaskRef::from_ptr(data.cast_mut()) }.has_waker();
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: `data` comes from `owned`.
    let task = unsafe { TaskRef::from_ptr(data.cast_mut()) };
    // A process that wakes itself while it is polled yields: it goes to the end of the queue, and needs no locked instruction.
    if !budget::yield_if_current(task) {
        task.wake();
    }
}

unsafe fn drop(_data: *const ()) {}
