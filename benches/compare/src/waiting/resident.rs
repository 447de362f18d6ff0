//! Memory of processes that wait.

use std::time::Duration;

use super::{Chan, Exec, Outcome};
use crate::memory;

/// A process that waits until the channel closes.
async fn wait<C: Chan>(mut gate: C::Rx) -> u64 {
    assert!(!C::recv(&mut gate).await.good());
    1
}

/// Until all that was started has parked: when this process runs again after many turns, the others have run.
async fn settle<E: Exec>() {
    for _ in 0..20 {
        E::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn parked<E: Exec, C: Chan<Rx: Clone>>(count: u64) -> f64 {
    let (open, gate) = C::bounded(0);
    let mut handles = memory::room(count);
    let before = memory::mine();
    for _ in 0..count {
        handles.push(E::spawn(wait::<C>(gate.clone())));
    }
    settle::<E>().await;
    let bytes = memory::mine() - before;
    drop(open);
    ended::<E>(handles, count).await;
    bytes / count as f64
}

pub async fn parked_own<E: Exec, C: Chan>(count: u64) -> f64 {
    let mut handles = memory::room(count);
    let mut gates = memory::room(count);
    let before = memory::mine();
    for _ in 0..count {
        let (open, gate) = C::bounded(0);
        gates.push(open);
        handles.push(E::spawn(wait::<C>(gate)));
    }
    settle::<E>().await;
    let bytes = memory::mine() - before;
    drop(gates);
    ended::<E>(handles, count).await;
    bytes / count as f64
}

async fn ended<E: Exec>(handles: Vec<E::Handle>, count: u64) {
    let mut ends = 0;
    for handle in handles {
        ends += handle.await.number().expect("a process ends");
    }
    assert_eq!(ends, count);
}
