//@ shows let both: (u64, Result<bool, RecvError>)
use csp::prelude::*;

#[process]
fn work(jobs: Receiver<u64>, flags: Receiver<bool>) -> u64 {
    let both/*|*/ = par!({ <-jobs }, { flags.recv() });
    both.0
}
