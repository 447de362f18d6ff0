//! A whole program under exploration, unchanged.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::process::{ExitCode, Termination};

use super::on_stage;
use crate::rt;
use crate::sched::sim::guide::Guide;
use crate::sched::sim::{Limits, Timers};
use crate::shim::plain::{Arc, Mutex, lock};
use crate::util::ended::whole;

/// What makes the future of `main`. Method resolution asks whether that future is `Send`: `Main::of(main).run(workers)` finds the method
/// of `Main` if it is, else that of what it dereferences to.
pub struct Main<G, F>(LocalMain<G, F>);

/// The same of a future that may not be `Send`.
pub struct LocalMain<G, F>(G, PhantomData<fn() -> F>);

impl<G: Fn() -> F, F: Future> Main<G, F> {
    /// Of this function.
    pub fn of(make: G) -> Self {
        Self(LocalMain(make, PhantomData))
    }
}

impl<G, F> Deref for Main<G, F> {
    type Target = LocalMain<G, F>;

    fn deref(&self) -> &LocalMain<G, F> {
        &self.0
    }
}

impl<G: Fn() -> F, F> Main<G, F>
where
    F: Future + Send + 'static,
{
    /// Runs `main` as a process of the default runtime; or, where the environment variable `CSP_EXPLORE` has a number, in this thread
    /// under the random schedule of that number. Then a panic that nobody asks for, a deadlock and an escape end the program with
    /// status 101 and their report.
    #[track_caller]
    pub fn run(&self, workers: Option<usize>)
    where
        F: Future<Output = ()>,
    {
        run_main(whole((self.0.0)()), workers, Location::caller());
    }

    /// The same, for a `main` whose value cannot leave its thread, such as a `Result<(), Box<dyn Error>>`: it is reported there, as the
    /// standard library does.
    #[track_caller]
    pub fn report(&self, workers: Option<usize>) -> ExitCode
    where
        F::Output: Termination,
    {
        run_main(reporting((self.0.0)()), workers, Location::caller())
    }
}

impl<G: Fn() -> F, F: Future> LocalMain<G, F> {
    /// Runs `main` on this thread, which is none of the default runtime's, and everything that it starts on the runtime.
    pub fn run(&self, workers: Option<usize>)
    where
        F: Future<Output = ()>,
    {
        run_here(whole((self.0)()), workers);
    }

    /// The same, with the value reported.
    pub fn report(&self, workers: Option<usize>) -> ExitCode
    where
        F::Output: Termination,
    {
        run_here((self.0)(), workers).report()
    }
}

async fn reporting<F>(main: F) -> ExitCode
where
    F: Future,
    F::Output: Termination,
{
    main.await.report()
}

fn run_main<F>(main: F, workers: Option<usize>, at: &'static Location<'static>) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match seed() {
        Some(seed) => explored(seed, main, at),
        None => rt::run_main(workers, main, at),
    }
}

fn run_here<F: Future>(main: F, workers: Option<usize>) -> F::Output {
    if seed().is_some() {
        eprintln!(
            "csp: `CSP_EXPLORE` needs a `main` that is `Send`, and this one holds something while it waits that is not"
        );
        std::process::exit(2);
    }
    rt::run_main_here(workers, main)
}

/// The number of the schedule that `CSP_EXPLORE` asks for.
fn seed() -> Option<u64> {
    let number = std::env::var_os("CSP_EXPLORE")?;
    let seed = number.to_str().and_then(|number| number.trim().parse().ok());
    if seed.is_none() {
        eprintln!(
            "csp: `CSP_EXPLORE` is {number:?}; it must be the number of a schedule, from 0 to {}, or unset",
            u64::MAX
        );
        std::process::exit(2);
    }
    seed
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

#[cfg(test)]
mod tests {
    use std::any::{type_name, type_name_of_val};
    use std::future::{Ready, ready};

    use crate::util::names::inside;

    #[test]
    fn what_the_runtime_puts_around_a_process_is_left_out_of_its_name() {
        let written = type_name::<Ready<()>>();
        assert_eq!(inside(type_name_of_val(&super::reporting(ready(())))), written);
        assert_eq!(inside(type_name_of_val(&super::whole(ready(())))), written);
        assert_eq!(inside(type_name_of_val(&crate::rt::process(ready(())))), written);
    }
}
