//! The language, rule by rule: programs in it, run on the real runtime; those with several processes are explored as well.
#![allow(clippy::all)]

mod arms;
mod choosing;
mod closing;
mod errors;
mod explored;
mod futures;
mod given;
mod limits;
mod processes;
mod turns;
mod verbs;

fn run<P: IntoFuture>(p: P) -> P::Output {
    csp::block_on(p.into_future())
}
