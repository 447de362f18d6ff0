//! Messages through one channel, and there and back.
//!
//! What is in this directory is timed beside the peers (`benches/compare`), timed by criterion (`benches/criterion`), and partly
//! counted under callgrind (`benches/gates.rs`): the same code each time, included by its path, so that no package has to be
//! built for it. It names the prelude and its neighbours only. A kernel checks its result and gives the number of its operations.

use csp::prelude::*;

#[process]
pub(crate) fn produce(out: Sender<u64>, count: u64) {
    for n in 0..count {
        out.send(n)?;
    }
}

#[process]
pub(crate) fn total(numbers: Receiver<u64>) -> u64 {
    let mut sum = 0;
    for n in numbers {
        sum += n;
    }
    sum
}

/// A message through a channel with room for `capacity`.
#[process]
pub(crate) fn stream(capacity: usize, senders: u64, receivers: u64, messages: u64) -> u64 {
    let (tx, rx) = chan!(u64; capacity);
    for _ in 0..senders {
        go!(produce(tx.clone(), messages / senders));
    }
    drop(tx);
    let sums: Vec<_> = (0..receivers).map(|_| go!(total(rx.clone()))).collect();
    drop(rx);
    let mut sum = 0;
    for part in sums {
        sum += part.await.unwrap();
    }
    let each = messages / senders;
    assert_eq!(sum, senders * (each * each.saturating_sub(1) / 2));
    messages
}

/// A message there and one back.
#[process]
pub(crate) fn pingpong(rounds: u64) -> u64 {
    let (ping, pings) = chan!(u64);
    let (pong, pongs) = chan!(u64);
    go! {
        for n in pings {
            pong <- n + 1;
        }
    };
    let mut n = 0;
    for _ in 0..rounds {
        ping.send(n).unwrap();
        n = pongs.recv().unwrap();
    }
    assert_eq!(n, rounds);
    rounds
}
