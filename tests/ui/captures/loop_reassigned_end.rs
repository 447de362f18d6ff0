use csp::prelude::*;

#[process]
fn filter(input: Receiver<u64>, out: Sender<u64>, prime: u64) {
    for n in input {
        if n % prime != 0 {
            out.send(n)?;
        }
    }
}

#[process]
fn sieve() {
    let (mut tx, mut rx) = chan!(u64);
    go! {
        for n in 2.. {
            tx <- n;
        }
    };
    for _ in 0..10 {
        let prime = rx.recv()?;
        println!("{prime}");
        let (tx1, rx1) = chan!(u64);
        go!(filter(rx, tx1.clone(), prime));
        (tx, rx) = (tx1, rx1);
    }
}

fn main() {}
