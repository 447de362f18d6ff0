//! The kernels for peers that wait by `.await`: one set for all kinds of channels and executors. All of it is generic
//! and returns the peers' own futures, so that nothing of the harness stands between a peer and its figure.

mod channels;
mod executors;
mod kernels;
mod networks;
mod processes;
mod resident;
mod selects;

use std::future::Future;
use std::time::{Duration, Instant};

pub use channels::{AsyncChannel, CrossfireMpmc, CrossfireMpsc, CrossfireSpsc, Flume, Kanal, TokioMpsc};
pub use executors::{Smol, Tokio};

use crate::kernels::Run;

/// A kind of channel, of numbers.
pub trait Chan: 'static {
    type Tx: Send + 'static;
    type Rx: Send + 'static;

    /// With room for `capacity`; for 0 a rendezvous, or room for one where there is no rendezvous.
    fn bounded(capacity: usize) -> (Self::Tx, Self::Rx);
    fn send(tx: &Self::Tx, value: u64) -> impl Future<Output: Outcome> + Send;
    fn recv(rx: &mut Self::Rx) -> impl Future<Output: Outcome> + Send;
}

/// A kind whose receives need no more than a shared receiver, so that a `select!` can keep them from turn to turn.
pub trait Keeps: Chan {
    fn recv_shared(rx: &Self::Rx) -> impl Future<Output: Outcome> + Send;
}

/// What runs futures.
pub trait Exec: 'static {
    type Handle: Future<Output: Outcome> + Send;

    /// Runs `work` on one of `workers` threads and gives its result.
    fn run(workers: usize, work: impl Future<Output = f64> + Send + 'static) -> f64;
    /// Starts a process to be awaited.
    fn spawn(work: impl Future<Output = u64> + Send + 'static) -> Self::Handle;
    /// Starts a process that nobody awaits.
    fn start(work: impl Future<Output = ()> + Send + 'static);
    fn sleep(duration: Duration) -> impl Future + Send;
    fn yield_now() -> impl Future + Send;
}

/// What comes of waiting: a number, or the news that there is none.
pub trait Outcome: Send {
    fn number(self) -> Option<u64>;

    fn good(self) -> bool
    where
        Self: Sized,
    {
        self.number().is_some()
    }
}

impl Outcome for u64 {
    fn number(self) -> Option<u64> {
        Some(self)
    }
}

impl Outcome for Option<u64> {
    fn number(self) -> Option<u64> {
        self
    }
}

impl<E: Send> Outcome for Result<u64, E> {
    fn number(self) -> Option<u64> {
        self.ok()
    }
}

/// Of a send: that there was somebody is all that counts.
impl<E: Send> Outcome for Result<(), E> {
    fn number(self) -> Option<u64> {
        self.ok().map(|()| 0)
    }
}

/// Nanoseconds an operation of a kernel, which gives the number of its operations.
async fn timed(kernel: impl Future<Output = u64> + Send) -> f64 {
    let start = Instant::now();
    let operations = kernel.await;
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// tokio's own channels.
pub fn tokio(name: &str) -> Option<Run> {
    kernels::of_executor::<Tokio>(name)
        .or_else(|| kernels::of_one_receiver::<Tokio, TokioMpsc>(name))
        .or_else(|| kernels::of_fresh_selects::<Tokio, TokioMpsc>(name))
}

pub fn kanal(name: &str) -> Option<Run> {
    kernels::of_channel::<Tokio, Kanal>(name)
}

/// Its `parked` does not end: each of a million receivers that wait on one channel leaves it by a walk past the others.
pub fn flume(name: &str) -> Option<Run> {
    if name == "parked" {
        return None;
    }
    kernels::of_channel::<Tokio, Flume>(name)
}

pub fn async_channel(name: &str) -> Option<Run> {
    kernels::of_channel::<Tokio, AsyncChannel>(name)
}

/// crossfire has a kind for each number of ends: each kernel takes the one that it can do with.
pub fn crossfire(name: &str) -> Option<Run> {
    kernels::of_two_ends::<Tokio, CrossfireSpsc>(name)
        .or_else(|| kernels::of_one_receiver::<Tokio, CrossfireMpsc>(name))
        .or_else(|| kernels::of_channel::<Tokio, CrossfireMpmc>(name))
}

pub fn smol(name: &str) -> Option<Run> {
    kernels::of_executor::<Smol>(name).or_else(|| kernels::of_channel::<Smol, AsyncChannel>(name))
}

pub fn smol_kanal(name: &str) -> Option<Run> {
    kernels::of_channel::<Smol, Kanal>(name)
}
