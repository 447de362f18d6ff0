//! Selects over rendezvous channels, by `tokio::select!`, which runs on any executor.
//!
//! Two ways to write the loop. `kept` keeps each channel's receive until it is done; that is the faster way, and kanal's
//! only one: its receives that lose after the value was handed over drop it. `fresh` makes new receives in each turn, which
//! is how receivers that need `&mut` are used.

use std::pin::pin;

use super::networks::produce;
use super::{Chan, Exec, Keeps, Outcome};

/// As many channels as there are arms, each with a process that sends.
fn producers<E: Exec, C: Chan, const ARMS: usize>(messages: u64) -> [C::Rx; ARMS] {
    std::array::from_fn(|_| {
        let (tx, rx) = C::bounded(0);
        E::start(produce::<C>(tx, messages / ARMS as u64));
        rx
    })
}

macro_rules! select_loops {
    ($kept:ident, $fresh:ident, $arms:literal: $($i:literal $arm:ident)*) => {
        pub async fn $kept<E: Exec, C: Keeps>(messages: u64) -> u64 {
            let receivers = producers::<E, C, $arms>(messages);
            $(let mut $arm = pin!(C::recv_shared(&receivers[$i]));)*
            let (mut count, mut open, mut left) = (0, [true; $arms], $arms);
            while left > 0 {
                tokio::select! {
                    $(n = &mut $arm, if open[$i] => {
                        if n.good() {
                            count += 1;
                            $arm.set(C::recv_shared(&receivers[$i]));
                        } else {
                            open[$i] = false;
                            left -= 1;
                        }
                    })*
                }
            }
            assert_eq!(count, messages);
            messages
        }

        pub async fn $fresh<E: Exec, C: Chan>(messages: u64) -> u64 {
            let [$(mut $arm),*] = producers::<E, C, $arms>(messages);
            let (mut count, mut open, mut left) = (0, [true; $arms], $arms);
            while left > 0 {
                tokio::select! {
                    $(n = C::recv(&mut $arm), if open[$i] => {
                        if n.good() {
                            count += 1;
                        } else {
                            open[$i] = false;
                            left -= 1;
                        }
                    })*
                }
            }
            assert_eq!(count, messages);
            messages
        }
    };
}

select_loops!(kept2, fresh2, 2: 0 a0 1 a1);
select_loops!(kept8, fresh8, 8: 0 a0 1 a1 2 a2 3 a3 4 a4 5 a5 6 a6 7 a7);
select_loops!(kept64, fresh64, 64:
    0 a0 1 a1 2 a2 3 a3 4 a4 5 a5 6 a6 7 a7
    8 a8 9 a9 10 a10 11 a11 12 a12 13 a13 14 a14 15 a15
    16 a16 17 a17 18 a18 19 a19 20 a20 21 a21 22 a22 23 a23
    24 a24 25 a25 26 a26 27 a27 28 a28 29 a29 30 a30 31 a31
    32 a32 33 a33 34 a34 35 a35 36 a36 37 a37 38 a38 39 a39
    40 a40 41 a41 42 a42 43 a43 44 a44 45 a45 46 a46 47 a47
    48 a48 49 a49 50 a50 51 a51 52 a52 53 a53 54 a54 55 a55
    56 a56 57 a57 58 a58 59 a59 60 a60 61 a61 62 a62 63 a63);
