//! The peers' executors as `Exec`.

use std::future::Future;
use std::thread;
use std::time::Duration;

use super::Exec;

pub struct Tokio;

impl Exec for Tokio {
    type Handle = tokio::task::JoinHandle<u64>;

    fn run(workers: usize, work: impl Future<Output = f64> + Send + 'static) -> f64 {
        // On one worker the current thread's scheduler is the faster one in most kernels.
        let runtime = match workers {
            1 => tokio::runtime::Builder::new_current_thread().enable_all().build(),
            _ => tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build(),
        };
        // On a worker, as the kernels of csp are: the thread of `block_on` is not one.
        let work = async move { tokio::spawn(work).await.expect("the kernel checks its result") };
        runtime.expect("threads for the runtime").block_on(work)
    }

    fn spawn(work: impl Future<Output = u64> + Send + 'static) -> Self::Handle {
        tokio::spawn(work)
    }

    fn start(work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(work);
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        tokio::time::sleep(duration)
    }

    fn yield_now() -> impl Future + Send {
        tokio::task::yield_now()
    }
}

pub struct Smol;

static SMOL: smol::Executor<'static> = smol::Executor::new();

impl Exec for Smol {
    type Handle = smol::Task<u64>;

    fn run(workers: usize, work: impl Future<Output = f64> + Send + 'static) -> f64 {
        for _ in 1..workers {
            thread::spawn(|| smol::block_on(SMOL.run(std::future::pending::<()>())));
        }
        smol::block_on(SMOL.run(async { SMOL.spawn(work).await }))
    }

    fn spawn(work: impl Future<Output = u64> + Send + 'static) -> Self::Handle {
        SMOL.spawn(work)
    }

    fn start(work: impl Future<Output = ()> + Send + 'static) {
        SMOL.spawn(work).detach();
    }

    fn sleep(duration: Duration) -> impl Future + Send {
        smol::Timer::after(duration)
    }

    fn yield_now() -> impl Future + Send {
        smol::future::yield_now()
    }
}
