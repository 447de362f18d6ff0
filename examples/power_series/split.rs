//! One series for two readers.
use crate::Series;
use crate::rational::Rational;
use csp::prelude::*;
use std::collections::VecDeque;

/// Two readers of one series, each at its own pace.
pub(crate) fn split(f: Series) -> (Series, Series) {
    let (a, left) = chan!(Rational);
    let (b, right) = chan!(Rational);
    let (ask, asked) = chan!(());
    let (answer, answers) = chan!(Rational);
    go!(fetch(f, asked, answer));
    go!(share(ask, answers, a, b));
    (left, right)
}

/// Takes a coefficient whenever it is asked to. `share` cannot do so itself: whoever takes from a process that
/// computes on demand has to wait until it has computed, and `share` has another reader to serve meanwhile.
#[process]
fn fetch(f: Series, asked: Receiver<()>, answer: Sender<Rational>) {
    for () in asked {
        answer.send(f.recv()?)?;
    }
}

/// Gives every coefficient to `a` and to `b`; asks for one when the first of them wants it. When one reader has gone it
/// ends: in a series that is defined by itself the other reader is the series, which would wait for itself.
#[process]
fn share(ask: Sender<()>, answers: Series, a: Sender<Rational>, b: Sender<Rational>) -> Option<()> {
    let (mut for_a, mut for_b) = (VecDeque::new(), VecDeque::new());
    loop {
        select! {
            sent = a.send(match for_a.pop_front() {
                Some(c) => c,
                None if a.is_closed() => return None,
                None => next(&ask, &answers, &b, &mut for_b).await?,
            }) => sent.ok()?,
            sent = b.send(match for_b.pop_front() {
                Some(c) => c,
                None if b.is_closed() => return None,
                None => next(&ask, &answers, &a, &mut for_a).await?,
            }) => sent.ok()?,
        }
    }
}

/// The next coefficient. While it is being computed the other reader gets what it has not had yet: in a series
/// that is defined by itself, that is what the computation waits for.
#[process]
fn next(
    ask: &Sender<()>,
    answers: &Series,
    other: &Sender<Rational>,
    unread: &mut VecDeque<Rational>,
) -> Option<Rational> {
    ask.send(())?;
    let c = loop {
        select! {
            c = <-answers => break c,
            other <- unread.pop_front()? if !unread.is_empty() => {}
        }
    };
    unread.push_back(c);
    Some(c)
}
