//! A set of sources whose size is known at run time.

use std::fmt;
use std::pin::Pin;
use std::task::Context;

use super::op::{Arm, Attempt, BlockRef, Kinds, Look, Mode, OnClose, Standing, Wake};
use super::source::{Communication, Sealed, Source, SourceArm};
use crate::chan::RecvError;

/// A set of sources whose size is known at run time. Receives the index and the value of whichever source is ready.
///
/// A closed source is skipped; the set is closed when all its sources are.
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn send(n: u32, out: Sender<u32>) {
///     out.send(n)?;
/// }
///
/// #[process]
/// fn main() {
///     let mut inputs = Vec::new();
///     for n in 0..3 {
///         let (tx, rx) = chan!(u32);
///         go!(send(10 * n, tx));
///         inputs.push(rx);
///     }
///     let mut got = vec![0; 3];
///     loop {
///         select! {
///             (i, n) = <-any(&inputs) => got[i] = n,
///             closed => break,
///         }
///     }
///     assert_eq!(got, [0, 10, 20]);
/// }
/// ```
pub fn any<S: Source>(sources: &[S]) -> Any<'_, S> {
    Any { sources }
}

/// A set of sources, itself a source. Made by [`any`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// #[process]
/// fn main() {
///     let (tx, rx) = chan!(u32; 1);
///     let (_quiet, other) = chan!(u32; 1);
///     tx.send(7)?;
///     assert_eq!(any(&[other, rx]).recv()?, (1, 7));
/// }
/// ```
pub struct Any<'s, S> {
    sources: &'s [S],
}

impl<S: Source> Any<'_, S> {
    /// Waits for the next value of any of the sources.
    ///
    /// # Errors
    /// [`RecvError`] when all of them are closed.
    pub fn recv(&self) -> impl Communication<Output = Result<(usize, S::Item), RecvError>> + Send {
        Source::recv(self)
    }
}

impl<S> Clone for Any<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Any<'_, S> {}

impl<S> fmt::Debug for Any<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Any").field("sources", &self.sources.len()).finish()
    }
}

impl<S> Sealed for Any<'_, S> {}

#[diagnostic::do_not_recommend]
impl<'s, S: Source> Source for Any<'s, S> {
    type Item = (usize, S::Item);
    type Arm<'a>
        = AnyArm<S::Arm<'s>>
    where
        Self: 'a;

    fn arm(&self, enabled: bool, on_close: OnClose) -> AnyArm<S::Arm<'s>> {
        // One of many that closes is no news; only the whole set can be.
        let each = |source: &'s S| source.arm(enabled, OnClose::Disable);
        let arms: Box<[_]> = self.sources.iter().map(each).collect();
        let starts = arms
            .iter()
            .scan(0, |next, arm| Some(std::mem::replace(next, *next + arm.look().width as usize)))
            .collect();
        AnyArm { enabled, on_close, starts, chosen: None, arms: Box::into_pin(arms) }
    }
}

/// A set of sources, as an arm of a select: each source's entries are entries of the set.
pub struct AnyArm<A> {
    enabled: bool,
    on_close: OnClose,
    /// The first entry of each arm.
    starts: Box<[usize]>,
    chosen: Option<usize>,
    arms: Pin<Box<[A]>>,
}

impl<A: Arm> AnyArm<A> {
    /// The entry after all the sources' own: the close of the whole set, for whoever asked for it.
    fn end(&self) -> usize {
        self.starts.last().map_or(0, |start| start + self.arms[self.arms.len() - 1].look().width as usize)
    }

    fn find(&self, entry: usize) -> (usize, usize) {
        let arm = self.starts.partition_point(|start| *start <= entry) - 1;
        (arm, entry - self.starts[arm])
    }

    fn arm_mut(self: Pin<&mut Self>, arm: usize) -> Pin<&mut A> {
        // SAFETY: `AnyArm` holds its arms pinned in a box: nothing of it is moved by taking one of them pinned.
        unsafe { self.get_unchecked_mut().arms.as_mut().map_unchecked_mut(|arms| &mut arms[arm]) }
    }
}

impl<A: SourceArm> Arm for AnyArm<A> {
    fn look(&self) -> Look {
        let polled = self.arms.iter().any(|arm| arm.look().kinds.has(Kinds::POLLED));
        let fires = self.enabled && self.on_close != OnClose::Disable;
        Look {
            // Fewer than `MOST_ARMS`, or the select refuses it.
            width: u32::try_from(self.end()).unwrap_or(u32::MAX),
            kinds: Kinds::RECEIVES
                .with(Kinds::POLLED.with(Kinds::BUDGETED).when(polled))
                .with(Kinds::FIRES_WHEN_CLOSED.when(fires)),
            may_be_ready: self.end() > 0 && self.may_be_ready(0),
        }
    }

    fn takes_part(&self) -> bool {
        self.enabled && self.on_close.takes_part(A::IS_TIMER)
    }

    fn may_be_ready(&self, entry: usize) -> bool {
        let (arm, entry) = self.find(entry);
        self.arms[arm].may_be_ready(entry)
    }

    fn address(&self, entry: usize) -> usize {
        let (arm, entry) = self.find(entry);
        self.arms[arm].address(entry)
    }

    unsafe fn attempt(
        self: Pin<&mut Self>,
        entry: usize,
        mode: Mode,
        cx: &mut Context<'_>,
        wake: &mut Wake,
    ) -> Attempt {
        let (arm, entry) = self.find(entry);
        // SAFETY: the caller's promise about the lock is handed on.
        unsafe { self.arm_mut(arm).attempt(entry, mode, cx, wake) }
    }

    unsafe fn acquire(&self, entry: usize) {
        let (arm, entry) = self.find(entry);
        // SAFETY: handed on.
        unsafe { self.arms[arm].acquire(entry) };
    }

    unsafe fn release(&self, entry: usize) {
        let (arm, entry) = self.find(entry);
        // SAFETY: handed on.
        unsafe { self.arms[arm].release(entry) };
    }

    fn flush(&self, entry: usize) {
        let (arm, entry) = self.find(entry);
        self.arms[arm].flush(entry);
    }

    fn ask(&self, entry: usize) {
        let (arm, entry) = self.find(entry);
        self.arms[arm].ask(entry);
    }

    unsafe fn enlist(self: Pin<&mut Self>, entry: usize, block: *const BlockRef, index: u32) -> bool {
        let (arm, entry) = self.find(entry);
        // SAFETY: handed on.
        unsafe { self.arm_mut(arm).enlist(entry, block, index) }
    }

    fn standing(&self, entry: usize) -> Standing {
        let (arm, entry) = self.find(entry);
        self.arms[arm].standing(entry)
    }

    fn enable(mut self: Pin<&mut Self>, enabled: bool) -> bool {
        for arm in 0..self.arms.len() {
            self.as_mut().arm_mut(arm).enable(enabled);
        }
        // SAFETY: the flag is not pinned.
        std::mem::replace(&mut unsafe { self.get_unchecked_mut() }.enabled, enabled) != enabled
    }

    fn withdraw(&self, entry: usize) {
        let (arm, entry) = self.find(entry);
        self.arms[arm].withdraw(entry);
    }

    fn settled(&self, entry: usize, cx: &mut Context<'_>) {
        let (arm, entry) = self.find(entry);
        self.arms[arm].settled(entry, cx);
    }

    fn chosen(self: Pin<&mut Self>, entry: usize) {
        let (arm, entry) = self.find(entry);
        // SAFETY: `chosen` is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        this.chosen = Some(arm);
        // SAFETY: as in `arm_mut`.
        unsafe { this.arms.as_mut().map_unchecked_mut(|arms| &mut arms[arm]) }.chosen(entry);
    }
}

impl<A: SourceArm> SourceArm for AnyArm<A> {
    type Item = (usize, A::Item);

    const IS_TIMER: bool = A::IS_TIMER;

    fn result(self: Pin<&mut Self>) -> Result<Self::Item, RecvError> {
        let arm = self.chosen.ok_or(RecvError)?;
        Ok((arm, self.arm_mut(arm).result()?))
    }
}
