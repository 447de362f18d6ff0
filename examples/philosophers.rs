//! The dining philosophers. A fork is a process, and lends itself to one neighbour at a time.
use csp::prelude::*;

const SEATS: usize = 5;
const MEALS: usize = 1000;

/// What a philosopher hands to a fork: an end that closes when the fork is put down.
type Held = Receiver<()>;

/// Accepts a neighbour, then waits until that neighbour lets go.
#[process]
fn fork(neighbours: Receiver<Held>) {
    for held in neighbours {
        let _ = held.recv(); // Nothing is ever sent: it ends when the other end is dropped.
    }
}

/// Returns when the fork is ours. Dropping the value puts it down.
#[process]
fn pick_up(fork: &Sender<Held>) -> Option<Sender<()>> {
    let (mine, held) = chan!(());
    fork.send(held)?; // A rendezvous: done when the fork has taken it.
    Some(mine)
}

#[process]
fn philosopher(first: Sender<Held>, second: Sender<Held>) -> Option<usize> {
    let mut meals = 0;
    while meals < MEALS {
        let _one = pick_up(&first).await?;
        let _other = pick_up(&second).await?;
        meals += 1;
    }
    Some(meals)
}

#[process]
fn main() -> Result<(), ProcessError> {
    let mut forks = Vec::new();
    for _ in 0..SEATS {
        let (lend, neighbours) = chan!(Held);
        go!(fork(neighbours));
        forks.push(lend);
    }

    // Each takes the fork with the lower number first, so no circle of waiting can close.
    let mut guests = Vec::new();
    for seat in 0..SEATS {
        let (left, right) = (seat, (seat + 1) % SEATS);
        let first = forks[left.min(right)].clone();
        let second = forks[left.max(right)].clone();
        guests.push(go!(philosopher(first, second)));
    }

    for (seat, guest) in guests.into_iter().enumerate() {
        println!("philosopher {seat} ate {} times", guest.await?.unwrap_or(0));
    }
    Ok(())
}
