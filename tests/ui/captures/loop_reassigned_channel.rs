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
    let mut ch = chan!(u64);
    go! {
        for n in 2.. {
            ch.0 <- n;
        }
    };
    for _ in 0..10 {
        let prime = ch.1.recv()?;
        println!("{prime}");
        let ch1 = chan!(u64);
        go!(filter(ch.1, ch1.0.clone(), prime));
        ch = ch1;
    }
}

fn main() {}
