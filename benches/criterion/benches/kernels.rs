//! csp's own kernels, to be compared with themselves before a change: `cargo bench -p csp-bench [-- NAME]`. The peers are
//! in `csp-compare`, counts of instructions in `ci/gates.sh`.

#[path = "../../kernels/join.rs"]
mod join;
#[path = "../../kernels/messages.rs"]
mod messages;
#[path = "../../kernels/select64.rs"]
mod select64;
#[path = "../../kernels/selects.rs"]
mod selects;
#[path = "../../kernels/started.rs"]
mod started;

use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use csp::prelude::*;

/// Makes so many operations; how long they took.
type Kernel = fn(&Runtime, u64) -> Duration;

const KERNELS: [(&str, Kernel); 10] = [
    ("rendezvous", |r, n| timed(r, messages::stream(0, 1, 1, n))),
    ("buffered", |r, n| timed(r, messages::stream(128, 1, 1, n))),
    ("pingpong", |r, n| timed(r, messages::pingpong(n))),
    ("spawn", |r, n| timed(r, started::spawn(n, 1000))),
    ("join", |r, n| timed(r, join::join(n))),
    ("yield", |r, n| timed(r, started::yields(n, 1))),
    ("select2", |r, n| timed(r, selects::select2(n))),
    ("select8", |r, n| timed(r, selects::select8(n))),
    ("select64", |r, n| timed(r, select64::select64(n))),
    ("timer", |r, n| timed(r, started::timers(n))),
];

fn timed(runtime: &Runtime, kernel: Process<impl Future<Output = u64> + Send + 'static>) -> Duration {
    let start = Instant::now();
    runtime.go(kernel).join().expect("the kernel checks its result");
    start.elapsed()
}

fn kernels(criterion: &mut Criterion) {
    for workers in [1, 2] {
        let mut group = criterion.benchmark_group(format!("{workers}"));
        group.sample_size(20).warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for (name, kernel) in KERNELS {
            let runtime = Runtime::builder().workers(workers).build().expect("threads for the runtime");
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|operations| kernel(&runtime, operations))
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
