//! Many producers, one consumer: through one shared channel, by `select!`, and by `any`.
use csp::prelude::*;

#[process]
fn count_to(n: u64, step: u64, out: Sender<u64>) {
    for i in (step..=n).step_by(step as usize) {
        out.send(i)?;
    }
}

/// One channel, a sender for each producer. It closes when the last of them is done.
#[process]
fn shared() -> u64 {
    let (out, numbers) = chan!(u64);
    for step in 1..=3 {
        go!(count_to(30, step, out.clone()));
    }
    drop(out);
    let mut sum = 0;
    for n in numbers {
        sum += n;
    }
    sum
}

/// Two channels of different types: a closed one is left alone, `closed` says that both are.
#[process]
fn selected() -> (u64, usize) {
    let (out, numbers) = chan!(u64);
    go!(count_to(100, 7, out));
    let (out, names) = chan!(String);
    go! {
        for name in ["ada", "grace", "barbara"] {
            out <- name.to_string();
        }
    };
    let (mut sum, mut letters) = (0, 0);
    loop {
        select! {
            n = <-numbers => sum += n,
            name = <-names => letters += name.len(),
            closed => return (sum, letters),
        }
    }
}

/// As many channels as there are at run time: `any` tells which of them had the value.
#[process]
fn indexed(producers: u64) -> Vec<u64> {
    let mut inputs = Vec::new();
    for step in 1..=producers {
        let (out, input) = chan!(u64);
        go!(count_to(12, step, out));
        inputs.push(input);
    }
    let mut sums = vec![0; inputs.len()];
    for (i, n) in any(&inputs) {
        sums[i] += n;
    }
    sums
}

#[process]
fn main() {
    println!("shared:   {}", shared().await);
    println!("selected: {:?}", selected().await);
    println!("indexed:  {:?}", indexed(5).await);
}
