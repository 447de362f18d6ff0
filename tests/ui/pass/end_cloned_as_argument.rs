// An end is cloned where it is passed.
use csp::prelude::*;

#[process]
fn worker(jobs: Receiver<u32>, out: Sender<u32>) {
    for job in jobs {
        out.send(2 * job)?;
    }
}

#[process]
fn main() {
    let (jobs, input) = chan!(u32);
    let (output, results) = chan!(u32);
    for _ in 0..3 {
        go!(worker(input.clone(), output.clone()));
    }
    drop((input, output));
    go! {
        for job in 0..4 {
            jobs <- job;
        }
    };
    let mut sum = 0;
    for result in results {
        sum += result;
    }
    assert_eq!(sum, 12);
}
