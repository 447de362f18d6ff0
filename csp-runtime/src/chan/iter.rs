//! Iterators over what a receiver gets, for plain threads.

use super::Receiver;

/// An iterator that receives until the channel is closed, and blocks the thread meanwhile. Made by [`Receiver::iter`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (tx, rx) = chan!(u32);
/// std::thread::spawn(move || (0..3).try_for_each(|n| tx.send_blocking(n)));
/// assert_eq!(rx.iter().sum::<u32>(), 3);
/// ```
#[derive(Debug)]
pub struct Iter<'a, T>(pub(super) &'a Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv_blocking().ok()
    }
}

/// An iterator over the values that are there now; it does not wait. Made by [`Receiver::try_iter`].
///
/// # Examples
/// ```
/// use csp::prelude::*;
///
/// let (tx, rx) = chan!(u32; 8);
/// tx.try_send(1).unwrap();
/// tx.try_send(2).unwrap();
/// assert!(rx.try_iter().eq([1, 2])); // and the channel is still open
/// ```
#[derive(Debug)]
pub struct TryIter<'a, T>(pub(super) &'a Receiver<T>);

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}
