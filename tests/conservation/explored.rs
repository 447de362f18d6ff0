//! The parties of `stress`, few of them and for few rounds, under exploration. `exhaustive` walks over all orders itself, and threads
//! have no schedule that could be explored.

use csp::explore::Explore;
use csp::prelude::*;

use crate::ledger::Token;
use crate::stress::{Books, Dice, Ending, drains, receiver, sender};

const ROUNDS: usize = 6;

/// Two channels, two parties on each side, of which one is cancelled.
#[process]
fn episode(capacity: Option<usize>, ending: Ending, seed: u64) {
    let mut dice = Dice::new(seed);
    let books = Books::new(2 * ROUNDS);
    let channel = || match capacity {
        Some(n) => chan!(Token; n),
        None => chan!(Token; ..),
    };
    let ((tx, rx), (tx2, rx2)) = (channel(), channel());
    let (a, b) = (dice.below(1 << 40), dice.below(1 << 40));
    let mut parties = vec![go!(sender(tx.clone(), tx2.clone(), books.clone(), a, ROUNDS))];
    let victim = go!(sender(tx2.clone(), tx.clone(), books.clone(), b, ROUNDS));
    let patient = ending != Ending::Abandoned;
    let (a, b) = (dice.below(1 << 40), dice.below(1 << 40));
    parties.push(go!(receiver(rx.clone(), rx2.clone(), books.clone(), a, ROUNDS, patient)));
    let other_victim = go!(receiver(rx2.clone(), rx.clone(), books.clone(), b, ROUNDS, patient));
    if patient {
        parties.push(go!(drains(rx.clone(), books.clone())));
        parties.push(go!(drains(rx2.clone(), books.clone())));
    }
    let close = (tx.clone(), rx2.clone());
    // What a receive that is cut off had been handed may come back when everybody else has gone.
    let rest = patient.then(|| [rx.clone(), rx2.clone()]);
    drop((tx, rx, tx2, rx2));
    for _ in 0..dice.below(4) {
        csp::yield_now().await;
    }
    if ending == Ending::Closed {
        close.0.close();
        close.1.close();
    }
    drop(close);
    victim.cancel();
    other_victim.cancel();
    for party in parties {
        party.await.unwrap();
    }
    for victim in [victim, other_victim] {
        assert!(victim.await.map_or_else(|error| error.is_cancelled(), |()| true));
    }
    for token in rest.iter().flatten().flat_map(Receiver::try_iter) {
        token.receive();
    }
    drop(rest);
    books.ledger.settle(patient, (capacity, ending, seed));
}

fn explore(ending: Ending) {
    for capacity in [Some(0), Some(1), Some(3), None] {
        for seed in 0..10 {
            let explored = Explore::new().seed(seed).run(|| episode(capacity, ending, seed));
            explored.unwrap_or_else(|failure| {
                panic!("{capacity:?}, seed {seed}: {failure}\n{}", failure.trace())
            });
        }
    }
}

#[test]
fn values_are_conserved_when_senders_leave() {
    explore(Ending::Drained);
}

#[test]
fn values_are_conserved_when_channels_are_closed() {
    explore(Ending::Closed);
}

#[test]
fn values_are_conserved_when_receivers_leave() {
    explore(Ending::Abandoned);
}
