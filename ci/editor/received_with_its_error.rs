//@ shows let job: Result<u64, RecvError>
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>) {
    select! {
        job/*|*/ = jobs.recv() => drop(job),
    }
}
