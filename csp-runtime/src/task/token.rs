//! The right to poll a process, and the places where a scheduler keeps such rights.

use std::ptr;

use super::header::{Header, TaskRef};
use crate::shim::atomic::{AtomicPtr, Ordering};

/// The right to poll a process. There is one per live process, or none while it is parked.
#[must_use = "a process whose token is lost never runs again"]
#[derive(Debug)]
pub(crate) struct Token(TaskRef);

impl Token {
    /// # Safety
    /// The caller must own the token and make it a value once.
    #[inline]
    pub(super) unsafe fn new(task: TaskRef) -> Self {
        Self(task)
    }

    #[inline]
    pub(crate) fn task(&self) -> TaskRef {
        self.0
    }

    #[inline]
    fn into_raw(token: Option<Self>) -> *mut Header {
        token.map_or(ptr::null_mut(), |t| t.0.as_ptr().cast())
    }

    /// # Safety
    /// `raw` must come from `into_raw`, and no other value may be made of it.
    #[inline]
    unsafe fn from_raw(raw: *mut Header) -> Option<Self> {
        // SAFETY: not null, so `into_raw` got a token.
        (!raw.is_null()).then(|| Self(unsafe { TaskRef::from_ptr(raw.cast()) }))
    }
}

/// A place for at most one token, shared between threads.
#[derive(Debug)]
pub(crate) struct TokenCell(AtomicPtr<Header>);

impl TokenCell {
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Who is in it, to compare with later; not the token.
    #[inline]
    pub(crate) fn peek(&self) -> *mut () {
        // ORDERING: Relaxed: the value is compared, not followed.
        self.0.load(Ordering::Relaxed).cast()
    }

    /// Puts a token into the empty cell with a plain store. Only the one thread that ever puts may call it, after `peek` gave
    /// null; else a token is lost.
    #[inline]
    pub(crate) fn put_empty(&self, token: Token) {
        debug_assert!(self.peek().is_null());
        // ORDERING: Release hands the process over to whoever takes it.
        self.0.store(Token::into_raw(Some(token)), Ordering::Release);
    }

    /// Changes what is in it.
    #[inline]
    pub(crate) fn swap(&self, token: Option<Token>) -> Option<Token> {
        // ORDERING: Release as in `put_empty`, Acquire as its pair.
        let raw = self.0.swap(Token::into_raw(token), Ordering::AcqRel);
        // SAFETY: what comes out of the cell went in, and comes out once.
        unsafe { Token::from_raw(raw) }
    }

    /// Takes the token out if it is the one that `peek` saw.
    #[inline]
    pub(crate) fn take_if(&self, seen: *mut ()) -> Option<Token> {
        let seen = seen.cast::<Header>();
        // ORDERING: Acquire pairs with `put_empty` and `swap`.
        let raw =
            self.0.compare_exchange(seen, ptr::null_mut(), Ordering::Acquire, Ordering::Relaxed).ok()?;
        // SAFETY: as in `swap`.
        unsafe { Token::from_raw(raw) }
    }
}

/// Tokens in a row, linked through the processes themselves: needs no memory.
#[derive(Debug)]
pub(crate) struct TokenList {
    ends: Option<(TaskRef, TaskRef)>,
    len: usize,
}

impl TokenList {
    pub(crate) const fn new() -> Self {
        Self { ends: None, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, token: Token) {
        let Token(task) = token;
        task.set_next(None);
        self.ends = match self.ends {
            None => Some((task, task)),
            Some((first, last)) => {
                last.set_next(Some(task));
                Some((first, task))
            }
        };
        self.len += 1;
    }

    pub(crate) fn pop(&mut self) -> Option<Token> {
        let (first, last) = self.ends?;
        self.ends = if first == last { None } else { first.next().map(|next| (next, last)) };
        self.len -= 1;
        // Each element went in as a token and comes out once.
        Some(Token(first))
    }
}
