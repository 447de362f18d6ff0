//! A whole program under exploration, unchanged.

use std::future::Future;
use std::panic::Location;
use std::process::{ExitCode, Termination};

use super::on_stage;
use crate::rt;
use crate::sched::sim::guide::Guide;
use crate::sched::sim::{Limits, Timers};
use crate::shim::plain::{Arc, Mutex, lock};

/// Runs `main` on the default runtime, as `rt::run_main`; or, where the environment variable `CSP_EXPLORE` has a number, in this
/// thread under the random schedule of that number. Then a panic that nobody asks for, a deadlock and an escape end the program with
/// status 101 and their report.
#[track_caller]
pub fn run_main<F>(workers: Option<usize>, main: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let Some(number) = std::env::var_os("CSP_EXPLORE") else { return rt::run_main(workers, main) };
    let Some(seed) = number.to_str().and_then(|number| number.trim().parse().ok()) else {
        eprintln!(
            "csp: `CSP_EXPLORE` is {number:?}; it must be the number of a schedule, from 0 to {}, or unset",
            u64::MAX
        );
        std::process::exit(2);
    };
    explored(seed, main, Location::caller())
}

/// As [`run_main`], for a `main` whose value cannot leave its thread, such as a `Result<(), Box<dyn Error>>`: it is reported
/// there, as the standard library does.
#[track_caller]
pub fn run_main_reporting<F>(workers: Option<usize>, main: F) -> ExitCode
where
    F: Future + Send + 'static,
    F::Output: Termination,
{
    run_main(workers, async move { main.await.report() })
}

fn explored<F>(seed: u64, main: F, at: &'static Location<'static>) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let value = Arc::new(Mutex::new(None));
    let given = Arc::clone(&value);
    // As in an ordinary run, the program ends when `main` does, and may take as long as it takes.
    let limits = Limits { steps: u64::MAX, leaks: true, ends: true };
    let outcome = on_stage(|sim| {
        sim.run(Guide::random(seed), Timers::Wait, limits, false, || {
            let body = async move {
                *lock(&given) = Some(main.await);
                Ok(())
            };
            sim.go(body, at)
        })
    });
    if let Some(found) = outcome.found {
        eprintln!("csp: {}, in the schedule of `CSP_EXPLORE={seed}`: {}", found.kind.title(), found.text);
        std::process::exit(101);
    }
    lock(&value).take().expect("a run without a failure ends with its body")
}
