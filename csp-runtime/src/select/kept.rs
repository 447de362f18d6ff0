//! The arms of a `select!` in a loop: made before the loop, with the select that goes over them turn by turn.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use super::op::Arm;
use super::run::Run;
use super::source::SourceArm;
use crate::chan::RecvError;

/// Remembers the type of an arm that a select knows as one of many.
pub struct Kept<'b, A> {
    address: usize,
    /// While this lives, nothing else can be where the arm is.
    arm: PhantomData<&'b mut A>,
}

/// The arm as a select takes it, and what gives access to it between two turns.
pub fn keep<'b, A: Arm + Send + 'b>(
    arm: Pin<&'b mut A>,
) -> (Kept<'b, A>, Pin<&'b mut (dyn Arm + Send + 'b)>) {
    let address = std::ptr::from_ref(&*arm).addr();
    (Kept { address, arm: PhantomData }, arm)
}

/// The next turn of a select that was made before the loop.
#[inline(always)]
pub fn next<'a, F: Future>(select: &'a mut Pin<&mut F>) -> Pin<&'a mut F> {
    select.as_mut()
}

/// What the chosen arm got: the value, or the error when it was chosen because the source is closed.
///
/// # Errors
/// [`RecvError`] when there is no value.
pub fn result<'b, A: SourceArm>(
    run: Pin<&mut Run<'_, 'b>>,
    arm: usize,
    kept: &Kept<'b, A>,
) -> Result<A::Item, RecvError> {
    kept.of(run, arm).result()
}

/// What an arm got that is never chosen without a value.
///
/// # Panics
/// When the arm was not chosen.
pub fn value<'b, A: SourceArm>(run: Pin<&mut Run<'_, 'b>>, arm: usize, kept: &Kept<'b, A>) -> A::Item {
    kept.of(run, arm).value()
}

impl<'b, A: Arm> Kept<'b, A> {
    fn of<'r>(&self, run: Pin<&'r mut Run<'_, 'b>>, arm: usize) -> Pin<&'r mut A> {
        let arm = run.arm(arm);
        let address = std::ptr::from_ref(&*arm).cast::<()>().addr();
        assert_eq!(address, self.address, "an arm is taken from the select that was given it");
        // SAFETY: the arm at this address was an `A`, borrowed for `'b`, when `self` was made. That borrow lasts, so it is
        // one still: no arm has another in itself that could be borrowed, and none is of size 0. It stays pinned.
        unsafe { Pin::new_unchecked(&mut *std::ptr::from_mut(arm.get_unchecked_mut()).cast::<A>()) }
    }
}
