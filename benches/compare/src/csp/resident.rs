//! Memory of processes that wait.

use csp::prelude::*;

use crate::memory;

/// Waits until the channel closes.
#[process]
fn wait(gate: Receiver<u64>) -> u64 {
    assert!(gate.recv().is_err());
    1
}

/// Until all that was started has parked: when this process runs again after many turns, the others have run.
#[process]
fn settle() {
    for _ in 0..20 {
        sleep(Duration::from_millis(20)).await;
    }
}

#[process]
pub fn parked(count: u64) -> f64 {
    let (open, gate) = chan!(u64);
    let mut handles = memory::room(count);
    let before = memory::mine();
    for _ in 0..count {
        handles.push(go!(wait(gate.clone())));
    }
    settle().await;
    let bytes = memory::mine() - before;
    drop(open);
    ended(handles, count).await;
    bytes / count as f64
}

#[process]
pub fn parked_own(count: u64) -> f64 {
    let mut handles = memory::room(count);
    let mut gates = memory::room(count);
    let before = memory::mine();
    for _ in 0..count {
        let (open, gate) = chan!(u64);
        gates.push(open);
        handles.push(go!(wait(gate)));
    }
    settle().await;
    let bytes = memory::mine() - before;
    drop(gates);
    ended(handles, count).await;
    bytes / count as f64
}

#[process]
fn ended(handles: Vec<Handle<u64>>, count: u64) {
    let mut ends = 0;
    for handle in handles {
        ends += handle.await.unwrap();
    }
    assert_eq!(ends, count);
}
