//! Check: a consumer stays a consumer. Here are the rules that need to know which `chan!` an end came from; what types
//! tell, the compiler tells.

use super::names::{Names, Use, What, exclusive};
use super::value::{End, Role, Value};
use super::{Faults, messages};
use std::collections::BTreeSet;

pub(super) fn check(names: &Names, faults: &mut Faults) {
    let communications: Vec<(&Use, End, usize)> = names
        .uses
        .iter()
        .filter(|used| matches!(used.what, What::Sent | What::Received))
        .filter_map(|used| match used.value {
            Value::End(end) => Some((used, end, end.chan?)),
            _ => None,
        })
        .collect();
    names_each_end(names, faults);
    uses_its_own_end(names, &communications, faults);
    has_one_end(names, &communications, faults);
}

fn is_right(used: &Use, end: End) -> bool {
    (used.what == What::Sent) == (end.role == Role::Sender)
}

/// What `chan!` returns is a tuple of two ends, and no channel to communicate on.
fn names_each_end(names: &Names, faults: &mut Faults) {
    for used in &names.uses {
        let Value::Tuple(values) = &used.value else { continue };
        if let ([Value::End(end), Value::End(_)], What::Sent | What::Received) = (&values[..], used.what)
            && let Some(chan) = end.chan
        {
            let message = messages::both_ends_in_one_name(&used.text);
            faults.add(names.chans[chan].level, &used.tokens, message);
        }
    }
}

/// Nobody sends on a receiver or receives from a sender.
fn uses_its_own_end(names: &Names, communications: &[(&Use, End, usize)], faults: &mut Faults) {
    for (used, end, chan) in communications {
        if !is_right(used, *end) {
            let message = match end.role {
                Role::Receiver => messages::send_on_receiver(&used.text),
                Role::Sender => messages::receive_on_sender(&used.text),
            };
            faults.add(names.chans[*chan].level, &used.tokens, message);
        }
    }
}

/// No process is both the producer and the consumer of a channel.
fn has_one_end(names: &Names, communications: &[(&Use, End, usize)], faults: &mut Faults) {
    let mut told = BTreeSet::new();
    let known = communications
        .iter()
        .filter(|(used, end, _)| is_right(used, *end) && !names.bindings[used.binding].is_assigned);
    let known: Vec<_> = known.collect();
    for (at, (used, end, chan)) in known.iter().enumerate() {
        let made = &names.chans[*chan];
        let other = known[..at].iter().find(|(before, other, other_chan)| {
            chan == other_chan
                && other.role != end.role
                && before.process == used.process
                && !exclusive(&made.path, &before.path, &used.path)
        });
        let Some((before, ..)) = other else { continue };
        if told.insert((*chan, used.process)) {
            let (sender, receiver) = if end.role == Role::Sender { (used, before) } else { (before, used) };
            let message = messages::both_ends(&sender.text, &receiver.text, made.is_buffered);
            faults.add(made.level, &used.tokens, message);
        }
    }
}
