//! What is known of some suspects, and which of them are stuck.

use std::borrow::Borrow;

use super::graph::{Ends, Graph, Node};
use super::rows::Rows;
use super::{MOST_WAITING, Suspect};
use crate::chan::look::{End, Queue, each_end};
use crate::chan::shared::Side;
use crate::task::reason::Waits as Why;
use crate::task::{Place, Seized};
use crate::wait::who::Waiting;

/// What a process said that it waits for: why, on what, and where.
pub(super) type Wait = (Why, usize, Option<Place>);

pub(super) struct Found {
    pub(super) waits: Vec<Wait>,
    pub(super) graph: Graph,
    /// Where each channel was made, and its address; by the latter in order.
    pub(super) channels: Vec<(usize, Place)>,
    /// The suspects by their slots, in order.
    slots: Vec<(usize, usize)>,
}

/// An end that somebody holds, and what its channel looked like.
struct Held {
    channel: usize,
    side: Side,
    counts: Ends,
    made: Place,
}

impl Found {
    /// Reads what the suspects hold and wait for. `token` gives the token of each, which may have become
    /// somebody else's. What a select waits on is not known so far; it is some of what it holds.
    pub(super) fn among<T: Borrow<Seized>>(
        suspects: &[Suspect],
        mut token: impl FnMut(usize) -> Option<T>,
    ) -> Self {
        let mut nobody = [(); 2].map(|()| Queue::with_room(0));
        let (mut held, mut ends, mut waits) = (Vec::new(), Vec::with_capacity(suspects.len()), Vec::new());
        let mut owns = Vec::new();
        for (at, suspect) in suspects.iter().enumerate() {
            let mut wait = (Why::Nothing, 0, None);
            if let Some(token) = token(at) {
                each_end(token.borrow(), |end| {
                    let Some(seen) = end.look(&mut nobody) else { return };
                    let counts = Ends { senders: seen.senders, receivers: seen.receivers };
                    held.push(Held { channel: end.address(), side: end.side, counts, made: seen.made });
                });
                wait = suspect.task.waiting();
                owns.push(suspect.task.owns_awaited());
            }
            waits.push(wait);
            owns.resize(at + 1, false);
            ends.push(held.len());
        }
        let mut channels: Vec<_> = held.iter().map(|held| (held.channel, held.made, held.counts)).collect();
        channels.sort_unstable_by_key(|(channel, ..)| *channel);
        channels.dedup_by_key(|(channel, ..)| *channel);
        let mut found = Self {
            waits,
            graph: Graph {
                channels: channels.iter().map(|(.., counts)| *counts).collect(),
                ..Graph::default()
            },
            channels: channels.into_iter().map(|(channel, made, _)| (channel, made)).collect(),
            slots: index(suspects.iter().map(Suspect::slot)),
        };
        let mut from = 0;
        for (at, suspect) in suspects.iter().enumerate() {
            let mine: Vec<_> = held[from..ends[at]]
                .iter()
                .filter_map(|held| Some((held.side, found.number(held.channel)?)))
                .collect();
            from = ends[at];
            let (why, on, _) = found.waits[at];
            let mut node = Node { kept: suspect.is_kept(), ..Node::default() };
            let mut needs = Vec::new();
            match why {
                Why::Recv => needs.extend(found.number(on).map(|number| (Side::Receiver, number))),
                Why::Send => needs.extend(found.number(on).map(|number| (Side::Sender, number))),
                Why::Select => {
                    needs.clone_from(&mine);
                    node.doubts = mine.len().saturating_sub(1);
                }
                Why::Join => {
                    node.awaits = find(&found.slots, on);
                    node.owns = owns[at];
                }
                _ => {}
            }
            found.graph.nodes.push(node);
            found.graph.needs.push(needs);
            found.graph.ends.push(mine);
        }
        found
    }

    /// The number of the channel at an address, if somebody holds an end of it.
    fn number(&self, address: usize) -> Option<usize> {
        self.channels.binary_search_by_key(&address, |(channel, _)| *channel).ok()
    }

    /// Sets what each process waits for to what the queues say; who is not in as many as it said is alive.
    pub(super) fn enter_queues(&mut self, suspects: &[Suspect], tokens: &[Seized]) {
        // Selects, by their blocks.
        let block = |(why, on, _): &Wait| if *why == Why::Select { *on } else { 0 };
        let selects = index(self.waits.iter().map(block));
        let mut queued: Vec<(usize, (Side, usize))> = Vec::new();
        let mut looked = vec![false; self.channels.len()];
        for token in tokens {
            each_end(token, |end| {
                let Some(number) = self.number(end.address()) else { return };
                if std::mem::replace(&mut looked[number], true) {
                    return;
                }
                let queues = queues(end);
                for side in [Side::Sender, Side::Receiver] {
                    let who = queues[side as usize].waiting().iter().filter_map(|waiting| match waiting {
                        Waiting::Process(task) => {
                            let at = find(&self.slots, task.as_ptr().addr())?;
                            matches!(self.waits[at].0, Why::Send | Why::Recv).then_some(at)
                        }
                        Waiting::Select(block) => find(&selects, *block),
                        Waiting::Nobody | Waiting::Other => None,
                    });
                    queued.extend(who.map(|at| (at, (side, number))));
                }
            });
        }
        queued.sort_by_key(|(at, _)| *at);
        let mut rest = &queued[..];
        let mut needs = Rows::default();
        for (at, suspect) in suspects.iter().enumerate() {
            let (mine, others) = rest.split_at(rest.partition_point(|(of, _)| *of == at));
            rest = others;
            let all = mine.len() == suspect.task.queues() as usize;
            needs.push(mine.iter().filter(|_| all).map(|(_, need)| *need));
            self.graph.nodes[at].doubts = 0;
        }
        self.graph.needs = needs;
    }
}

/// Addresses in order, each with its number.
fn index(addresses: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut index: Vec<_> = addresses.zip(0..).collect();
    index.sort_unstable();
    index
}

fn find(index: &[(usize, usize)], address: usize) -> Option<usize> {
    let at = index.binary_search_by_key(&address, |(address, _)| *address).ok()?;
    Some(index[at].1)
}

/// Who waits in the channel, all of them.
fn queues(end: End<'_>) -> [Queue; 2] {
    let mut room = 16;
    loop {
        let mut queues = [(); 2].map(|()| Queue::with_room(room));
        let _ = end.look(&mut queues);
        if room >= MOST_WAITING || !queues.iter().any(|queue| queue.more) {
            return queues;
        }
        room *= 8;
    }
}
