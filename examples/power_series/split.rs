//! One series for two readers.
use crate::rational::Rational;
use crate::Series;
use csp::prelude::*;
use std::collections::VecDeque;

/// Two readers of one series, each at its own pace.
pub fn split(f: Series) -> (Series, Series) {
    let (a, left) = chan!(Rational);
    let (b, right) = chan!(Rational);
    go!(share(f, a, b));
    (left, right)
}

/// Gives every coefficient to `a` and to `b`; asks for one when the first of them wants it.
#[process]
fn share(f: Series, a: Sender<Rational>, b: Sender<Rational>) -> Option<()> {
    let (mut for_a, mut for_b) = (VecDeque::new(), VecDeque::new());
    loop {
        select! {
            a <- match for_a.pop_front() {
                Some(c) => c,
                None => fetch(&f, &b, &mut for_b).await?,
            } => {}
            b <- match for_b.pop_front() {
                Some(c) => c,
                None => fetch(&f, &a, &mut for_a).await?,
            } => {}
        }
    }
}

/// The next coefficient. While it is being computed the other reader gets what it has not had yet:
/// in a series defined by itself, that is what the computation waits for.
#[process]
fn fetch(f: &Series, other: &Sender<Rational>, unread: &mut VecDeque<Rational>) -> Option<Rational> {
    let c = loop {
        select! {
            c = <-f => break c,
            other <- unread.pop_front()? if !unread.is_empty() => {}
        }
    };
    unread.push_back(c);
    Some(c)
}
