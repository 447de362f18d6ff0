//! A worker's queues: one end is its thread's, the other everybody's. The only file that names crossbeam-deque.

use crate::task::Token;

#[cfg(not(any(loom, miri)))]
mod imp {
    use super::Token;
    use crossbeam_deque::{Steal, Stealer, Worker};

    /// What a thief takes at once.
    const STEAL_MOST: usize = 32;

    /// The end of the worker's own thread.
    pub(crate) struct Owned(Worker<Token>);

    /// The end of all others.
    pub(crate) struct Thief(Stealer<Token>);

    impl Owned {
        /// First in, first out.
        pub(crate) fn fifo() -> Self {
            Self(Worker::new_fifo())
        }

        /// Last in, first out for the owner; thieves take the oldest.
        pub(crate) fn stack() -> Self {
            Self(Worker::new_lifo())
        }

        pub(crate) fn thief(&self) -> Thief {
            Thief(self.0.stealer())
        }

        #[inline]
        pub(crate) fn push(&self, token: Token) {
            self.0.push(token);
        }

        #[inline]
        pub(crate) fn pop(&self) -> Option<Token> {
            self.0.pop()
        }

        #[inline]
        pub(crate) fn is_empty(&self) -> bool {
            self.0.is_empty()
        }

        #[inline]
        pub(crate) fn len(&self) -> usize {
            self.0.len()
        }
    }

    impl Thief {
        pub(crate) fn is_empty(&self) -> bool {
            self.0.is_empty()
        }

        pub(crate) fn len(&self) -> usize {
            self.0.len()
        }

        /// Takes about half: one is returned, the others go to `to`.
        pub(crate) fn steal_half(&self, to: &Owned) -> Option<Token> {
            again(|| self.0.steal_batch_with_limit_and_pop(&to.0, STEAL_MOST))
        }

        /// Takes the oldest.
        pub(crate) fn steal_one(&self) -> Option<Token> {
            again(|| self.0.steal())
        }
    }

    /// A thief that loses a race tries again, but not for ever: the winner makes progress.
    fn again(mut steal: impl FnMut() -> Steal<Token>) -> Option<Token> {
        for _ in 0..8 {
            match steal() {
                Steal::Success(token) => return Some(token),
                Steal::Empty => return None,
                Steal::Retry => crate::shim::hint::spin_loop(),
            }
        }
        None
    }
}

/// The model checker cannot look into crossbeam-deque, and Miri objects to how it frees its buffers: a locked queue with the
/// same behaviour.
#[cfg(any(loom, miri))]
mod imp {
    use super::Token;
    use crate::shim::plain::Arc;
    use crate::shim::{Mutex, lock};
    use std::collections::VecDeque;

    pub(crate) struct Owned {
        queue: Arc<Mutex<VecDeque<Token>>>,
        stack: bool,
    }

    pub(crate) struct Thief(Arc<Mutex<VecDeque<Token>>>);

    impl Owned {
        pub(crate) fn fifo() -> Self {
            Self { queue: Arc::new(Mutex::new(VecDeque::new())), stack: false }
        }

        pub(crate) fn stack() -> Self {
            Self { stack: true, ..Self::fifo() }
        }

        pub(crate) fn thief(&self) -> Thief {
            Thief(Arc::clone(&self.queue))
        }

        pub(crate) fn push(&self, token: Token) {
            lock(&self.queue).push_back(token);
        }

        pub(crate) fn pop(&self) -> Option<Token> {
            let mut queue = lock(&self.queue);
            if self.stack { queue.pop_back() } else { queue.pop_front() }
        }

        pub(crate) fn is_empty(&self) -> bool {
            lock(&self.queue).is_empty()
        }

        pub(crate) fn len(&self) -> usize {
            lock(&self.queue).len()
        }
    }

    impl Thief {
        pub(crate) fn is_empty(&self) -> bool {
            lock(&self.0).is_empty()
        }

        pub(crate) fn len(&self) -> usize {
            lock(&self.0).len()
        }

        pub(crate) fn steal_half(&self, to: &Owned) -> Option<Token> {
            let mut stolen = {
                let mut queue = lock(&self.0);
                let half = queue.len().div_ceil(2);
                queue.drain(..half).collect::<VecDeque<_>>()
            };
            let first = stolen.pop_front();
            stolen.into_iter().for_each(|token| to.push(token));
            first
        }

        pub(crate) fn steal_one(&self) -> Option<Token> {
            lock(&self.0).pop_front()
        }
    }
}

pub(crate) use imp::{Owned, Thief};
