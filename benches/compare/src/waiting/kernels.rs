//! Which kernels a peer has, by what its channels can do.

use super::{Chan, Exec, Keeps, networks, processes, resident, selects, timed};
use crate::kernels::{RING, Run};

/// Those that need an executor, and no channel of a peer.
pub fn of_executor<E: Exec>(name: &str) -> Option<Run> {
    Some(match name {
        "spawn" => |w, n| E::run(w, timed(processes::spawn::<E>(n))),
        "join" => |w, n| E::run(w, timed(processes::join::<E>(n))),
        "yield" => |w, n| E::run(w, timed(processes::yields::<E>(n))),
        "sleepers" => |w, n| E::run(w, timed(processes::sleepers::<E>(n))),
        "timers" => |w, n| E::run(w, timed(processes::timers::<E>(n))),
        "mutex" => |w, n| E::run(w, timed(processes::mutex::<E>(n))),
        _ => return None,
    })
}

/// Those of one sender and one receiver.
pub fn of_two_ends<E: Exec, C: Chan>(name: &str) -> Option<Run> {
    Some(match name {
        "pingpong" => |w, n| E::run(w, timed(networks::pingpong::<E, C>(n))),
        "spsc0" => |w, n| E::run(w, timed(networks::one_to_one::<E, C>(0, n))),
        "spsc128" => |w, n| E::run(w, timed(networks::one_to_one::<E, C>(128, n))),
        "commstime" => |w, n| E::run(w, timed(networks::commstime::<E, C>(n))),
        "ring" => |w, n| E::run(w, timed(networks::ring::<E, C>(RING, n))),
        "sieve" => |w, n| E::run(w, timed(networks::sieve::<E, C>(n))),
        "stages" => |w, n| E::run(w, timed(networks::stages::<E, C>(n))),
        "close" => |w, n| E::run(w, timed(networks::close::<C>(n))),
        _ => return None,
    })
}

/// Those of one receiver.
pub fn of_one_receiver<E: Exec, C: Chan<Tx: Clone>>(name: &str) -> Option<Run> {
    Some(match name {
        "mpsc128" => |w, n| E::run(w, timed(networks::many_to_one::<E, C>(128, n))),
        "skynet" => |w, n| E::run(w, timed(networks::skynet::<E, C>(n))),
        "mutex_chan" => |w, n| E::run(w, timed(networks::many_to_one::<E, C>(0, n))),
        "parked_own" => |w, n| E::run(w, resident::parked_own::<E, C>(n)),
        _ => return of_two_ends::<E, C>(name),
    })
}

/// Selects that make new receives in each turn of their loop.
pub fn of_fresh_selects<E: Exec, C: Chan>(name: &str) -> Option<Run> {
    Some(match name {
        "select2" => |w, n| E::run(w, timed(selects::fresh2::<E, C>(n))),
        "select8" => |w, n| E::run(w, timed(selects::fresh8::<E, C>(n))),
        "select64" => |w, n| E::run(w, timed(selects::fresh64::<E, C>(n))),
        _ => return None,
    })
}

/// All of a channel that can do everything; its selects keep their receives.
pub fn of_channel<E: Exec, C: Keeps<Tx: Clone, Rx: Clone>>(name: &str) -> Option<Run> {
    Some(match name {
        "mpmc0" => |w, n| E::run(w, timed(networks::many_to_many::<E, C>(0, n))),
        "mpmc128" => |w, n| E::run(w, timed(networks::many_to_many::<E, C>(128, n))),
        "select2" => |w, n| E::run(w, timed(selects::kept2::<E, C>(n))),
        "select8" => |w, n| E::run(w, timed(selects::kept8::<E, C>(n))),
        "select64" => |w, n| E::run(w, timed(selects::kept64::<E, C>(n))),
        "parked" => |w, n| E::run(w, resident::parked::<E, C>(n)),
        _ => return of_one_receiver::<E, C>(name),
    })
}
