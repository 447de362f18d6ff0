//! The end of a process as a source: `r = <-handle` gives what awaiting the handle gives.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::chan::RecvError;
use crate::select::poll_arm::{PollArm, Readiness};
use crate::select::source::Sealed;
use crate::select::{Communication, OnClose, Source};
use crate::task::{Handle, JoinKey, ProcessError};

impl<T: Send> Handle<T> {
    /// Waits for the process to end, as `<-handle` does.
    ///
    /// # Errors
    /// [`RecvError`] when its result was taken before.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the result where it is.
    #[track_caller]
    pub fn recv(&self) -> impl Communication<Output = Result<Result<T, ProcessError>, RecvError>> + Send {
        Source::recv(self)
    }
}

impl<T> Sealed for Handle<T> {}

#[diagnostic::do_not_recommend]
impl<T: Send> Source for Handle<T> {
    type Item = Result<T, ProcessError>;
    type Arm<'a>
        = PollArm<End<'a, T>>
    where
        T: 'a;

    fn arm(&self, enabled: bool, on_close: OnClose) -> PollArm<End<'_, T>> {
        PollArm::new(End { handle: self, key: JoinKey::default() }, enabled, on_close)
    }
}

/// One wait for the end of a process.
pub struct End<'a, T> {
    handle: &'a Handle<T>,
    key: JoinKey,
}

impl<T> Drop for End<'_, T> {
    fn drop(&mut self) {
        self.handle.leave(mem::take(&mut self.key));
    }
}

impl<T: Send> Readiness for End<'_, T> {
    type Item = Result<T, ProcessError>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let End { handle, key } = self.get_mut();
        handle.poll_finished(key, cx)
    }

    fn take(self: Pin<&mut Self>) -> Option<Self::Item> {
        self.handle.take_result()
    }

    fn is_spent(&self) -> bool {
        self.handle.is_taken()
    }
}
