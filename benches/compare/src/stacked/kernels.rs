//! Which kernels a peer has, by what its channels and processes can do.

use super::{Stacks, networks, processes, timed};
use crate::kernels::{RING, Run};

/// Networks that a few tokens go through, and what needs no bound.
pub fn of_token<S: Stacks<Tx: Clone>>(name: &str) -> Option<Run> {
    Some(match name {
        "pingpong" => |w, n| S::run(w, move || timed(|| networks::pingpong::<S>(n))),
        "commstime" => |w, n| S::run(w, move || timed(|| networks::commstime::<S>(n))),
        "ring" => |w, n| S::run(w, move || timed(|| networks::ring::<S>(RING, n))),
        "skynet" => |w, n| S::run(w, move || timed(|| networks::skynet::<S>(n))),
        "close" => |w, n| S::run(w, move || timed(|| networks::close::<S>(n))),
        "mutex" => |w, n| S::run(w, move || timed(|| processes::mutex::<S>(n))),
        "parked_own" => |w, n| S::run(w, move || processes::parked_own::<S>(n)),
        _ => return None,
    })
}

/// Senders that a full channel has to hold back.
pub fn of_bounded<S: Stacks<Tx: Clone>>(name: &str) -> Option<Run> {
    Some(match name {
        "spsc0" => |w, n| S::run(w, move || timed(|| networks::to_one::<S>(0, 1, n))),
        "spsc128" => |w, n| S::run(w, move || timed(|| networks::to_one::<S>(128, 1, n))),
        "mpsc128" => |w, n| S::run(w, move || timed(|| networks::to_one::<S>(128, 4, n))),
        "mutex_chan" => |w, n| S::run(w, move || timed(|| networks::to_one::<S>(0, 4, n))),
        "sieve" => |w, n| S::run(w, move || timed(|| networks::sieve::<S>(n))),
        "stages" => |w, n| S::run(w, move || timed(|| networks::stages::<S>(n))),
        _ => return None,
    })
}

/// Several receivers of one channel.
pub fn of_many<S: Stacks<Tx: Clone, Rx: Clone>>(name: &str) -> Option<Run> {
    Some(match name {
        "mpmc0" => |w, n| S::run(w, move || timed(|| networks::many_to_many::<S>(0, n))),
        "mpmc128" => |w, n| S::run(w, move || timed(|| networks::many_to_many::<S>(128, n))),
        "parked" => |w, n| S::run(w, move || processes::parked::<S>(n)),
        _ => return None,
    })
}

/// Processes that are started by the million.
pub fn of_processes<S: Stacks>(name: &str) -> Option<Run> {
    Some(match name {
        "spawn" => |w, n| S::run(w, move || timed(|| processes::spawn::<S>(n))),
        "join" => |w, n| S::run(w, move || timed(|| processes::join::<S>(n))),
        "yield" => |w, n| S::run(w, move || timed(|| processes::yields::<S>(n))),
        "sleepers" => |w, n| S::run(w, move || timed(|| processes::sleepers::<S>(n))),
        _ => return None,
    })
}
