//! The first hundred primes, by a pipeline that grows one process for each prime found.
use csp::prelude::*;

/// Sends 2, 3, 4, ... for as long as somebody listens.
#[process]
fn generate(out: Sender<u64>) {
    for n in 2.. {
        out.send(n)?;
    }
}

/// Passes on what `prime` does not divide.
#[process]
fn filter(input: Receiver<u64>, out: Sender<u64>, prime: u64) {
    for n in input {
        if n % prime != 0 {
            out.send(n)?;
        }
    }
}

#[process]
fn main() {
    let (out, mut input) = chan!(u64);
    go!(generate(out));
    for _ in 0..100 {
        let prime = input.recv()?;
        println!("{prime}");
        let (out, next) = chan!(u64);
        go!(filter(input, out, prime));
        input = next;
    }
}
