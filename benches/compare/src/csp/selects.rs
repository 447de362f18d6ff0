//! Selects over rendezvous channels.

use csp::prelude::*;

use super::networks::produce;

/// As many channels as there are arms, each with a process that sends.
#[process]
fn producers<const ARMS: usize>(messages: u64) -> [Receiver<u64>; ARMS] {
    std::array::from_fn(|_| {
        let (tx, rx) = chan!(u64);
        go!(produce(tx, messages / ARMS as u64));
        rx
    })
}

#[process]
pub fn select2(messages: u64) -> u64 {
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
pub fn select8(messages: u64) -> u64 {
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

#[process]
pub fn select64(messages: u64) -> u64 {
    let [
        a0,
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
        a8,
        a9,
        a10,
        a11,
        a12,
        a13,
        a14,
        a15,
        a16,
        a17,
        a18,
        a19,
        a20,
        a21,
        a22,
        a23,
        a24,
        a25,
        a26,
        a27,
        a28,
        a29,
        a30,
        a31,
        a32,
        a33,
        a34,
        a35,
        a36,
        a37,
        a38,
        a39,
        a40,
        a41,
        a42,
        a43,
        a44,
        a45,
        a46,
        a47,
        a48,
        a49,
        a50,
        a51,
        a52,
        a53,
        a54,
        a55,
        a56,
        a57,
        a58,
        a59,
        a60,
        a61,
        a62,
        a63,
    ] = producers(messages).await;
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
            _n = <-a8 => count += 1,
            _n = <-a9 => count += 1,
            _n = <-a10 => count += 1,
            _n = <-a11 => count += 1,
            _n = <-a12 => count += 1,
            _n = <-a13 => count += 1,
            _n = <-a14 => count += 1,
            _n = <-a15 => count += 1,
            _n = <-a16 => count += 1,
            _n = <-a17 => count += 1,
            _n = <-a18 => count += 1,
            _n = <-a19 => count += 1,
            _n = <-a20 => count += 1,
            _n = <-a21 => count += 1,
            _n = <-a22 => count += 1,
            _n = <-a23 => count += 1,
            _n = <-a24 => count += 1,
            _n = <-a25 => count += 1,
            _n = <-a26 => count += 1,
            _n = <-a27 => count += 1,
            _n = <-a28 => count += 1,
            _n = <-a29 => count += 1,
            _n = <-a30 => count += 1,
            _n = <-a31 => count += 1,
            _n = <-a32 => count += 1,
            _n = <-a33 => count += 1,
            _n = <-a34 => count += 1,
            _n = <-a35 => count += 1,
            _n = <-a36 => count += 1,
            _n = <-a37 => count += 1,
            _n = <-a38 => count += 1,
            _n = <-a39 => count += 1,
            _n = <-a40 => count += 1,
            _n = <-a41 => count += 1,
            _n = <-a42 => count += 1,
            _n = <-a43 => count += 1,
            _n = <-a44 => count += 1,
            _n = <-a45 => count += 1,
            _n = <-a46 => count += 1,
            _n = <-a47 => count += 1,
            _n = <-a48 => count += 1,
            _n = <-a49 => count += 1,
            _n = <-a50 => count += 1,
            _n = <-a51 => count += 1,
            _n = <-a52 => count += 1,
            _n = <-a53 => count += 1,
            _n = <-a54 => count += 1,
            _n = <-a55 => count += 1,
            _n = <-a56 => count += 1,
            _n = <-a57 => count += 1,
            _n = <-a58 => count += 1,
            _n = <-a59 => count += 1,
            _n = <-a60 => count += 1,
            _n = <-a61 => count += 1,
            _n = <-a62 => count += 1,
            _n = <-a63 => count += 1,
            closed => break,
        }
    }
    assert_eq!(count, messages);
    messages
}
