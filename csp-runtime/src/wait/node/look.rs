//! Who waits in a queue, for those who look at it from outside.

use super::{List, Waiter};

/// Who waits, by address: a process (or a foreign waker, whose address is odd), or the block of a select.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waits {
    Plain(usize),
    Select(usize),
}

impl Waiter {
    fn identity(&self) -> Waits {
        match self.0.block() {
            Some(block) => Waits::Select(block.addr()),
            None => Waits::Plain(self.0.address()),
        }
    }
}

impl List {
    /// Calls `f` for whoever waits here, as long as it says true.
    ///
    /// # Safety
    /// The list's lock is held.
    pub(crate) unsafe fn each(&self, mut f: impl FnMut(Waits) -> bool) {
        let mut at = self.head;
        // SAFETY: linked nodes are alive while the lock is held.
        while let Some(node) = unsafe { at.as_ref() } {
            // SAFETY: as above.
            let (who, next) = unsafe { node.links(|l| (l.waiter.identity(), l.next.get())) };
            if !f(who) {
                return;
            }
            at = next;
        }
    }
}
