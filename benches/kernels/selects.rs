//! Selects over rendezvous channels, until all are closed.

use csp::prelude::*;

use super::messages::produce;

/// As many channels as there are arms, each with a process that sends its part of the messages.
#[process]
pub(crate) fn producers<const ARMS: usize>(messages: u64) -> [Receiver<u64>; ARMS] {
    let (each, more) = (messages / ARMS as u64, (messages % ARMS as u64) as usize);
    std::array::from_fn(|i| {
        let (tx, rx) = chan!(u64);
        go!(produce(tx, each + u64::from(i < more)));
        rx
    })
}

#[process]
pub(crate) fn select2(messages: u64) -> u64 {
    let [a0, a1] = producers(messages).await;
    let mut count = 0;
    loop {
        select! {
            _n = <-a0 => count += 1,
            _n = <-a1 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
    messages
}

#[process]
pub(crate) fn select8(messages: u64) -> u64 {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = producers(messages).await;
    let mut count = 0;
    loop {
        select! {
            _n = <-a0 => count += 1,
            _n = <-a1 => count += 1,
            _n = <-a2 => count += 1,
            _n = <-a3 => count += 1,
            _n = <-a4 => count += 1,
            _n = <-a5 => count += 1,
            _n = <-a6 => count += 1,
            _n = <-a7 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
    messages
}
