//! Go's contexts.

use std::sync::{Arc, Mutex};

use csp::prelude::*;

/// What tells a tree of calls that it is no longer needed.
#[derive(Clone)]
pub(crate) struct Context {
    /// Closed when it is cancelled.
    pub(crate) done: Receiver<()>,
    open: Arc<Mutex<Option<Sender<()>>>>,
}

impl Context {
    /// One that is cancelled only by hand.
    pub(crate) fn background() -> Self {
        let (open, done) = chan!(());
        Self { done, open: Arc::new(Mutex::new(Some(open))) }
    }

    pub(crate) fn cancel(&self) {
        self.open.lock().unwrap().take();
    }

    /// One that is cancelled with this one, by hand, or after some time. Whoever has it must cancel it: a process waits for that.
    pub(crate) fn child(&self, limit: Option<Duration>) -> Self {
        let child = Self::background();
        go!(follow(self.clone(), child.clone(), limit));
        child
    }
}

#[process]
fn follow(parent: Context, child: Context, limit: Option<Duration>) {
    let deadline = after(limit.unwrap_or_default());
    select! {
        <-parent.done => child.cancel(),
        <-child.done => {}
        <-deadline if limit.is_some() => child.cancel(),
    }
}
