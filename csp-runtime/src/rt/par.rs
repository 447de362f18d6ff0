//! What `par!` expands to: processes that run at once, and a wait for all.

use std::any::Any;
use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::panic::resume_unwind;
use std::task::{Context, Poll};

use crate::task::{Handle, ProcessError, TaskRef};
use crate::util::ended;

/// One arm of `par!`. Dropping it cancels its process.
pub struct Branch<T> {
    handle: Handle<T>,
    value: Option<T>,
    over: bool,
}

/// Starts a branch.
#[track_caller]
pub fn branch<P>(process: P) -> Branch<P::Output>
where
    P: IntoFuture,
    P::IntoFuture: Send + 'static,
    P::Output: Send + 'static,
{
    Branch { handle: super::go(process), value: None, over: false }
}

impl<T> Branch<T> {
    /// Its value, after [`all`].
    #[must_use]
    pub fn take(&mut self) -> T {
        self.value.take().expect("`all` is awaited first, and a value is taken once")
    }
}

impl<T> Drop for Branch<T> {
    fn drop(&mut self) {
        if !self.over {
            self.handle.cancel();
        }
    }
}

impl<T> fmt::Debug for Branch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").field("handle", &self.handle).finish_non_exhaustive()
    }
}

/// A branch of any type.
pub trait AnyBranch {
    /// Ready when it is over: then its value is kept, or here is why there is none.
    #[doc(hidden)]
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProcessError>>;
    #[doc(hidden)]
    fn cancel(&mut self);
}

impl<T> AnyBranch for Branch<T> {
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProcessError>> {
        if self.over {
            return Poll::Ready(Ok(()));
        }
        if self.handle.poll_finished_alone(cx).is_pending() {
            return Poll::Pending;
        }
        self.over = true;
        let result = self.handle.take_result().expect("the handle is the branch's alone");
        Poll::Ready(result.map(|value| self.value = Some(value)))
    }

    fn cancel(&mut self) {
        self.handle.cancel();
    }
}

/// Waits for all branches. A panic in one cancels the others and, when they are gone, goes on in the caller.
pub async fn all(branches: &mut [&mut (dyn AnyBranch + Send)]) {
    let mut panic: Option<Box<dyn Any + Send>> = None;
    let mut cancelled = false;
    let mut on_process = false;
    poll_fn(|cx| {
        on_process = TaskRef::of(cx.waker()).is_some();
        let mut waiting = false;
        let mut at = 0;
        while at < branches.len() {
            match branches[at].poll_over(cx) {
                Poll::Pending => waiting = true,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => match error.into_panic() {
                    Ok(payload) if panic.is_none() => {
                        panic = Some(payload);
                        branches.iter_mut().for_each(|b| b.cancel());
                    }
                    // The first panic is the one that tells something.
                    Ok(_) => {}
                    Err(_) => cancelled = true,
                },
            }
            at += 1;
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    ended::clear();
    if let Some(payload) = panic {
        resume_unwind(payload);
    }
    if cancelled {
        // Nobody but the shutdown of the runtime cancels a branch. A process that waits for it is about to be dropped itself.
        assert!(on_process, "the runtime of a branch of `par!` was shut down");
        std::future::pending::<()>().await;
    }
}
