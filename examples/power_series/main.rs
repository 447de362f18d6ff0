//! Power series as streams of coefficients, after M. D. McIlroy, "Squinting at power series" (1990).
//!
//! A series is the receiving end of a channel. A process computes a coefficient only when somebody takes
//! it, because `select!` evaluates the value of a send arm after the arm was chosen. So a product may
//! begin with a product of the same kind, and `exp` and `tan` may be defined by themselves.
use csp::prelude::*;

mod algebra;
mod rational;
mod split;
use algebra::{add, integrate, multiply, polynomial};
use rational::Rational;
use split::split;

type Series = Receiver<Rational>;

/// exp = 1 + the integral of exp
fn exp() -> Series {
    let (out, exp) = chan!(Rational);
    let (exp, again) = split(exp);
    go!(integrate(Rational::from(1), again, out));
    exp
}

/// tan = the integral of 1 + tan²
fn tan() -> Series {
    let (out, tan) = chan!(Rational);
    let (tan, again) = split(tan);
    let (left, right) = split(again);
    let (to, square) = chan!(Rational);
    go!(multiply(left, right, to));
    let (to, one) = chan!(Rational);
    go!(polynomial(vec![1], to));
    let (to, sum) = chan!(Rational);
    go!(add(one, square, to));
    go!(integrate(Rational::from(0), sum, out));
    tan
}

/// Prints the first twelve coefficients.
#[process]
fn show(name: &str, series: Series) {
    print!("{name:>4}:");
    for _ in 0..12 {
        print!(" {}", series.recv()?);
    }
    println!();
}

#[process]
fn main() {
    show("exp", exp()).await;
    show("tan", tan()).await;
    // The square of exp is exp(2x): its coefficients are 2ⁿ/n!.
    let (left, right) = split(exp());
    let (to, square) = chan!(Rational);
    go!(multiply(left, right, to));
    show("exp²", square).await;
}
