//! The language, rule by rule: programs in it, run on the real runtime.
#![allow(clippy::all)]

mod choosing;
mod processes;
mod turns;
mod verbs;

fn run<P: IntoFuture>(p: P) -> P::Output {
    csp::block_on(p.into_future())
}
