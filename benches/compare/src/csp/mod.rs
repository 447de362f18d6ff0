//! The kernels in csp-rs, as a user would write them.

mod idle;
mod networks;
mod processes;
mod resident;

#[path = "../../../kernels/join.rs"]
mod join;
#[path = "../../../kernels/messages.rs"]
mod messages;
#[path = "../../../kernels/select64.rs"]
mod select64;
#[path = "../../../kernels/selects.rs"]
mod selects;
#[path = "../../../kernels/started.rs"]
mod started;

use std::time::Instant;

use csp::prelude::*;

pub use idle::idle;

use crate::kernels::{CROWD, RING, Run};

pub fn kernel(name: &str) -> Option<Run> {
    Some(match name {
        "pingpong" => |w, n| timed(w, messages::pingpong(n)),
        "spsc0" => |w, n| timed(w, messages::stream(0, 1, 1, n)),
        "spsc128" => |w, n| timed(w, messages::stream(128, 1, 1, n)),
        "mpsc128" => |w, n| timed(w, messages::stream(128, CROWD, 1, n)),
        "mpmc0" => |w, n| timed(w, messages::stream(0, CROWD, CROWD, n)),
        "mpmc128" => |w, n| timed(w, messages::stream(128, CROWD, CROWD, n)),
        "commstime" => |w, n| timed(w, networks::commstime(n)),
        "ring" => |w, n| timed(w, networks::ring(RING, n)),
        "sieve" => |w, n| timed(w, networks::sieve(n)),
        "skynet" => |w, n| timed(w, networks::skynet(n)),
        "stages" => |w, n| timed(w, networks::stages(n)),
        "spawn" => |w, n| timed(w, started::spawn(n, n)),
        "join" => |w, n| timed(w, join::join(n)),
        "yield" => |w, n| timed(w, started::yields(n, CROWD)),
        "select2" => |w, n| timed(w, selects::select2(n)),
        "select8" => |w, n| timed(w, selects::select8(n)),
        "select64" => |w, n| timed(w, select64::select64(n)),
        "close" => |w, n| timed(w, networks::close(n)),
        "sleepers" => |w, n| timed(w, processes::sleepers(n)),
        "timers" => |w, n| timed(w, started::timers(n)),
        "mutex" => |w, n| timed(w, processes::mutex(n)),
        "mutex_chan" => |w, n| timed(w, messages::stream(0, CROWD, 1, n)),
        "parked" => |w, n| measured(w, resident::parked(n)),
        "parked_own" => |w, n| measured(w, resident::parked_own(n)),
        _ => return None,
    })
}

fn runtime(workers: usize) -> Runtime {
    Runtime::builder().workers(workers).build().expect("threads for the runtime")
}

/// Runs a process that gives its number of operations, as nanoseconds an operation.
fn timed(workers: usize, process: Process<impl Future<Output = u64> + Send + 'static>) -> f64 {
    let runtime = runtime(workers);
    let start = Instant::now();
    let operations = runtime.go(process).join().expect("the kernel checks its result");
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// Runs a process that gives the figure itself.
fn measured(workers: usize, process: Process<impl Future<Output = f64> + Send + 'static>) -> f64 {
    runtime(workers).go(process).join().expect("the kernel checks its result")
}
