//! What lies behind a header: the future, then its result, in the same bytes.
//!
//! The token holder alone touches the future. It is alive from `place` until the function of the table that stores a result
//! drops it. From then on the result is alive, and belongs to the token holder until `State::finish`, afterwards to the owner
//! of the handle (or to the worker, if `finish` said so).

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

use super::error::ProcessError;
use super::header::{Header, TaskRef};
use super::outcome::Outcome;
use super::{report, slab, waker};
use crate::record;
use crate::util::caught::discard;

/// What can be done to a process without knowing its type. One static per type of future.
#[derive(Debug)]
pub(crate) struct TaskVTable {
    poll: unsafe fn(TaskRef) -> bool,
    cancel: unsafe fn(TaskRef),
    /// Moves the `Result<T, ProcessError>` out to the address given.
    take: unsafe fn(TaskRef, *mut ()),
    /// Drops the result unread, and reports it if it is one to report.
    forget: unsafe fn(TaskRef),
    class: u8,
    boxed: bool,
    /// The size of the future, or none if it is boxed.
    inline: usize,
    size: usize,
    #[cfg(not(loom))]
    type_name: fn() -> &'static str,
}

#[cfg(not(loom))]
impl TaskVTable {
    pub(super) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }
}

#[repr(C)]
union Stage<F: Future> {
    future: ManuallyDrop<F>,
    result: ManuallyDrop<Result<F::Output, ProcessError>>,
}

/// A future, and what is known of its output.
struct Kind<F, R>(PhantomData<(F, R)>);

impl<F: Future, R: Outcome<F::Output>> Kind<F, R> {
    /// Too large or too aligned for a slot: the slot holds a pointer to a box.
    const BOXED: bool =
        align_of::<Stage<F>>() > align_of::<Header>() || slab::class_of(size_of::<Stage<F>>()).is_none();

    const CLASS: u8 =
        match slab::class_of(if Self::BOXED { size_of::<*mut ()>() } else { size_of::<Stage<F>>() }) {
            Some(class) => class,
            None => panic!("a pointer fits every class"),
        };

    const VTABLE: &'static TaskVTable = &TaskVTable {
        poll: Self::poll,
        cancel: Self::cancel,
        take: Self::take,
        forget: Self::forget,
        class: Self::CLASS,
        boxed: Self::BOXED,
        inline: if Self::BOXED { 0 } else { size_of::<Stage<F>>() },
        size: size_of::<Stage<F>>(),
        #[cfg(not(loom))]
        type_name: std::any::type_name::<F>,
    };

    /// # Safety
    /// `task` must be a slot of class `CLASS`; to read the pointer of a boxed stage, `place` must have stored it.
    #[inline(always)]
    unsafe fn behind(task: TaskRef) -> *mut u8 {
        // SAFETY: the slot is larger than its header, and `TaskRef` carries the provenance of the whole slot.
        unsafe { task.as_ptr().cast::<u8>().add(size_of::<Header>()) }
    }

    /// # Safety
    /// `task` must hold a process of this type.
    #[inline(always)]
    unsafe fn stage(task: TaskRef) -> *mut Stage<F> {
        // SAFETY: of this type, so of class `CLASS`, and `place` stored the pointer if it is boxed.
        unsafe {
            let behind = Self::behind(task);
            if Self::BOXED { behind.cast::<*mut Stage<F>>().read() } else { behind.cast() }
        }
    }

    /// # Safety
    /// `task` must be a slot of class `CLASS` that is the caller's alone.
    #[inline]
    unsafe fn place(task: TaskRef, future: F) {
        let stage = Stage { future: ManuallyDrop::new(future) };
        // SAFETY: the bytes behind the header are the caller's, large and aligned enough by the choice of the class.
        unsafe {
            let behind = Self::behind(task);
            if Self::BOXED {
                behind.cast::<*mut Stage<F>>().write(Box::into_raw(Box::new(stage)));
            } else {
                behind.cast::<Stage<F>>().write(stage);
            }
        }
    }

    /// True: the result is stored.
    unsafe fn poll(task: TaskRef) -> bool {
        let waker = waker::borrowed(task);
        let mut cx = Context::from_waker(&waker);
        // SAFETY: the caller owns the token of a live process of this type: the future is alive, pinned (it never leaves its
        // slot before it is dropped), and nobody else touches it.
        let result = catch_unwind(AssertUnwindSafe(|| unsafe {
            let future = &mut (*Self::stage(task)).future;
            Pin::new_unchecked(&mut **future).poll(&mut cx)
        }));
        let result = match result {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(payload) => {
                record::panicked(task);
                Err(payload)
            }
        };
        // SAFETY: as above; the future will not be touched again.
        unsafe { Self::end(task, result) };
        true
    }

    /// Drops the future and stores that it was cancelled.
    unsafe fn cancel(task: TaskRef) {
        // SAFETY: the caller owns the token of a live process of this type.
        unsafe {
            let result = match Self::drop_future(task) {
                Ok(()) if task.is_doomed() => Err(ProcessError::deadlocked(task.started())),
                Ok(()) => Err(ProcessError::cancelled(task.started())),
                Err(payload) => Err(ProcessError::panicked(task.started(), payload)),
            };
            (*Self::stage(task)).result = ManuallyDrop::new(result);
        }
    }

    unsafe fn end(task: TaskRef, result: Result<F::Output, Box<dyn Any + Send>>) {
        // SAFETY: as for `cancel`.
        let dropped = unsafe { Self::drop_future(task) };
        let result = match (result, dropped) {
            (Ok(value), Ok(())) => Ok(value),
            // The first panic is the one that tells something.
            (Err(first), dropped) => {
                discard(dropped);
                Err(ProcessError::panicked(task.started(), first))
            }
            (Ok(value), Err(payload)) => {
                discard(value);
                Err(ProcessError::panicked(task.started(), payload))
            }
        };
        // SAFETY: the future is dropped, its bytes are free for the result.
        unsafe { (*Self::stage(task)).result = ManuallyDrop::new(result) };
    }

    unsafe fn drop_future(task: TaskRef) -> Result<(), Box<dyn Any + Send>> {
        if !mem::needs_drop::<F>() {
            return Ok(());
        }
        // SAFETY: the caller owns the token, and the future is alive; it counts as dropped even if its drop panics.
        catch_unwind(AssertUnwindSafe(|| unsafe { ManuallyDrop::drop(&mut (*Self::stage(task)).future) }))
    }

    unsafe fn take(task: TaskRef, to: *mut ()) {
        // SAFETY: the caller owns the result, which is alive, and gave the address of a place for one.
        unsafe {
            let stage = Self::stage(task);
            let result = ptr::read(&raw const (*stage).result);
            to.cast::<Result<F::Output, ProcessError>>().write(ManuallyDrop::into_inner(result));
            Self::release(stage);
        }
    }

    unsafe fn forget(task: TaskRef) {
        // SAFETY: the caller owns the result, which is alive.
        unsafe {
            let stage = Self::stage(task);
            // It stays where it is until it is reported.
            match &*(*stage).result {
                Ok(value) => report::unseen_value::<_, R>(task, value),
                Err(error) => report::unseen(task, error),
            }
            let result = ptr::read(&raw const (*stage).result);
            Self::release(stage);
            match ManuallyDrop::into_inner(result) {
                Ok(value) => discard(value),
                Err(error) => discard_error(error),
            }
        }
    }

    /// # Safety
    /// The result must have been moved out.
    unsafe fn release(stage: *mut Stage<F>) {
        if Self::BOXED {
            // SAFETY: `place` made it from a box; a union drops nothing.
            drop(unsafe { Box::from_raw(stage) });
        }
    }
}

#[cold]
#[inline(never)]
fn discard_error(error: ProcessError) {
    discard(error);
}

/// A slot with `future` in it, not yet published: nobody else knows it.
#[inline]
pub(super) fn place<R, F>(
    future: F,
    scheduler: &'static super::Scheduler,
    started: super::Place,
) -> Placed<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
    R: Outcome<F::Output>,
{
    let task = slab::alloc(Kind::<F, R>::CLASS);
    // SAFETY: the slot is ours alone and of the right class.
    unsafe { Kind::<F, R>::place(task, future) };
    task.set_up(Kind::<F, R>::VTABLE, scheduler, started);
    Placed { task, value: PhantomData }
}

/// Names a process and the type of its value. Private to `place` and the handle, so that the type is right.
#[derive(Debug)]
pub(super) struct Placed<T> {
    pub(super) task: TaskRef,
    value: PhantomData<fn() -> T>,
}

impl<T> Placed<T> {
    /// Moves the result out.
    ///
    /// # Safety
    /// The caller must own the result, and nobody may have taken it.
    #[inline]
    pub(super) unsafe fn take(&self) -> Result<T, ProcessError> {
        let mut result = MaybeUninit::<Result<T, ProcessError>>::uninit();
        // SAFETY: the result is the caller's and alive; `place` gave this value its type.
        unsafe {
            (self.task.vtable().take)(self.task, result.as_mut_ptr().cast());
            result.assume_init()
        }
    }
}

/// Polls; true when the result is stored.
///
/// # Safety
/// The caller must own the token.
#[inline]
pub(super) unsafe fn poll(task: TaskRef) -> bool {
    // SAFETY: forwarded.
    unsafe { (task.vtable().poll)(task) }
}

/// Drops the future; the result says that it was cancelled.
///
/// # Safety
/// The caller must own the token.
pub(super) unsafe fn cancel(task: TaskRef) {
    // SAFETY: forwarded.
    unsafe { (task.vtable().cancel)(task) }
}

/// Drops the result unseen; a panic or an error in it is reported.
///
/// # Safety
/// The caller must own the result, and nobody may have taken it.
pub(super) unsafe fn forget(task: TaskRef) {
    // SAFETY: forwarded.
    unsafe { (task.vtable().forget)(task) }
}

/// Whether the address lies in the process's slot, behind the header. What lies in a box is not found.
#[inline]
fn contains(task: TaskRef, address: usize) -> bool {
    address.wrapping_sub(task.as_ptr().addr() + size_of::<Header>()) < task.vtable().inline
}

/// How far into the process's future the address lies, if it does, and if the future is not larger than distances are.
///
/// # Safety
/// The caller holds the token.
#[inline]
pub(super) unsafe fn distance(task: TaskRef, address: usize) -> Option<u16> {
    if contains(task, address) {
        return Some((address - task.as_ptr().addr() - size_of::<Header>()) as u16);
    }
    // SAFETY: forwarded.
    unsafe { distance_in_box(task, address) }
}

/// # Safety
/// As for `distance`.
#[cold]
unsafe fn distance_in_box(task: TaskRef, address: usize) -> Option<u16> {
    let vtable = task.vtable();
    // SAFETY: forwarded.
    let distance = address.wrapping_sub(unsafe { future(task) }.addr());
    let fits = vtable.boxed && distance < vtable.size && vtable.size <= usize::from(u16::MAX);
    fits.then_some(distance as u16)
}

/// Where the process's future begins.
///
/// # Safety
/// The caller holds the token.
pub(super) unsafe fn future(task: TaskRef) -> *mut u8 {
    // SAFETY: the slot is larger than its header; a boxed stage is a pointer there, by `place`.
    unsafe {
        let behind = task.as_ptr().cast::<u8>().add(size_of::<Header>());
        if task.vtable().boxed { behind.cast::<*mut u8>().read() } else { behind }
    }
}

/// Where the process's future lies.
///
/// # Safety
/// The caller holds the token.
#[cfg(not(loom))]
pub(super) unsafe fn frame(task: TaskRef) -> std::ops::Range<usize> {
    // SAFETY: forwarded.
    let start = unsafe { future(task) }.addr();
    start..start + task.vtable().size
}

/// Gives the slot back.
///
/// # Safety
/// The caller must be the last of the two parties, and the result must be gone.
#[inline]
pub(super) unsafe fn free(task: TaskRef) {
    let class = task.vtable().class;
    task.state().free();
    slab::free(task, class);
}
