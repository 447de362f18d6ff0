//! Who holds the ends of channels, as far as processes say so.

use std::sync::atomic::{AtomicBool, Ordering};

use csp::inspect::Side;
use csp::prelude::*;
use serde_json::Value;

use super::{runtime, when_all_wait};

fn made_at(seen: &csp::inspect::Snapshot, line: u32) -> &csp::inspect::ChannelInfo {
    seen.channels.iter().find(|c| c.made.line() == line && c.made.file() == file!()).expect("it is seen")
}

/// Says of its ends that it never gives them away.
#[process]
fn keeps(out: Sender<u8>, spare: Sender<u8>, input: Receiver<u16>) {
    input.recv()?;
    out.send(1)?;
    spare.send(1)?;
}

/// Gives its end away later.
#[process]
fn passes_on(out: Sender<u8>, input: Receiver<u16>) {
    input.recv()?;
    drop(out);
}

#[test]
fn who_holds_an_end_without_having_used_it() {
    let runtime = runtime();
    let _here = runtime.enter();
    let line = line!();
    let (out, _results) = chan!(u8; 4);
    let (start, input) = chan!(u16);
    for _ in 0..2 {
        go!(keeps(out.clone(), out.clone(), input.clone()));
    }
    go!(passes_on(out.clone(), input.clone()));
    let seen = when_all_wait(&runtime, 3);
    let (results, inputs) = (made_at(&seen, line + 1), made_at(&seen, line + 2));
    let mut keepers: Vec<u64> = seen.processes.iter().filter(|p| p.name == "keeps").map(|p| p.id).collect();
    for process in seen.processes.iter().filter(|p| p.name == "keeps") {
        let mut holds = process.holds.clone();
        holds.sort();
        let mut expected = [(results.id, Side::Send), (results.id, Side::Send), (inputs.id, Side::Receive)];
        expected.sort();
        assert_eq!(holds, expected);
    }
    keepers = [keepers.clone(), keepers].concat();
    keepers.sort();
    let mut holders = results.senders.holders.clone();
    holders.sort();
    assert_eq!(holders, keepers, "once for each end");
    assert!(results.senders.users.is_empty() && results.receivers.holders.is_empty());

    let text = seen.to_string();
    let place = seen.processes.iter().find(|p| p.name == "keeps").unwrap().started;
    assert!(text.contains(&format!("senders: 4 with keeps, started at {place}; 2 elsewhere")), "{text}");
    let json: Value = serde_json::from_str(&seen.to_json()).unwrap();
    let channel = json["channels"].as_array().unwrap().iter().find(|c| c["type"] == "u8").unwrap();
    assert_eq!(channel["senders"]["holders"].as_array().unwrap().len(), 4);
    assert!(seen.to_mermaid().contains(" --o n") && seen.to_dot().contains("color=gray70"));
    drop(start);
}

#[process]
fn answers(input: Receiver<u32>, out: Sender<u32>) {
    for n in input {
        out.send(n + 1)?;
    }
}

/// Whoever is asked what it holds just as it is woken goes on all the same.
#[test]
fn nobody_is_lost_for_having_been_asked() {
    let runtime = runtime();
    let (ask, asked) = csp::bounded(0);
    let (answer, answered) = csp::bounded(0);
    drop(runtime.go(answers(asked, answer)));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                runtime.snapshot();
            }
        });
        for n in 0..10_000 {
            ask.send_blocking(n).unwrap();
            assert_eq!(answered.recv_blocking(), Ok(n + 1));
        }
        over.store(true, Ordering::Relaxed);
    });
}
