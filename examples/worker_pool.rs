//! A pool of workers: many receivers take from one channel, many senders give to another.
use csp::prelude::*;

/// How many steps of `n/2` or `3n+1` lead from `n` to 1.
fn collatz(mut n: u64) -> u32 {
    let mut steps = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

/// Works until there are no more jobs, then tells how many it did.
#[process]
fn worker(jobs: Receiver<u64>, results: Sender<(u64, u32)>) -> Option<usize> {
    let mut done = 0;
    for n in jobs {
        results.send((n, collatz(n)))?;
        done += 1;
    }
    Some(done)
}

#[process]
fn main() -> Result<(), ProcessError> {
    let (jobs, todo) = chan!(u64; 16);
    let (results, answers) = chan!((u64, u32); 16);

    let workers: Vec<_> = (0..4).map(|_| go!(worker(todo.clone(), results.clone()))).collect();
    drop((todo, results)); // The workers hold the only ends now: when they end, `answers` closes.

    go! {
        for n in 1..=1000 {
            jobs <- n;
        }
    };

    let (mut longest, mut steps) = (1, 0);
    for (n, s) in answers {
        if (s, longest) > (steps, n) {
            (longest, steps) = (n, s);
        }
    }

    let mut done = 0;
    for worker in workers {
        done += worker.await?.unwrap_or(0);
    }
    println!("{done} jobs; the longest way to 1 from below 1001 starts at {longest}: {steps} steps");
    Ok(())
}
