//! Sums, products and integrals of series: one process each.
use crate::Series;
use crate::rational::Rational;
use crate::split::split;
use csp::prelude::*;

/// Sends `head`, then zeros.
#[process]
pub(crate) fn polynomial(head: Vec<i64>, out: Sender<Rational>) {
    for c in head.into_iter().chain(std::iter::repeat(0)) {
        select! { out <- Rational::from(c) => {} }
    }
}

#[process]
pub(crate) fn add(f: Series, g: Series, out: Sender<Rational>) {
    loop {
        select! { out <- f.recv()? + g.recv()? => {} }
    }
}

#[process]
fn scale(c: Rational, f: Series, out: Sender<Rational>) {
    loop {
        select! { out <- c * f.recv()? => {} }
    }
}

/// The integral of `f` whose value at 0 is `c`.
#[process]
pub(crate) fn integrate(c: Rational, f: Series, out: Sender<Rational>) {
    select! { out <- c => {} }
    for n in 1.. {
        select! { out <- f.recv()? / Rational::from(n) => {} }
    }
}

/// With f = f0 + x F and g = g0 + x G, the product f g is f0 g0 + x (f0 G + F g).
#[process]
pub(crate) fn multiply(f: Series, g: Series, out: Sender<Rational>) {
    let (g, rest) = split(g);
    let f0;
    select! {
        out <- { f0 = f.recv()?; f0 * rest.recv()? } => {}
    }
    let (to, scaled) = chan!(Rational);
    go!(scale(f0, rest, to));
    let (to, product) = chan!(Rational);
    go!(multiply(f, g, to));
    add(scaled, product, out).await
}
