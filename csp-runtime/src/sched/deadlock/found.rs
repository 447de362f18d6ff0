//! What is known of some suspects, and which of them are stuck.

use std::borrow::Borrow;

use super::graph::{Ends, Graph, Node};
use super::rows::Rows;
use super::{MOST_WAITING, Suspect};
use crate::chan::look::{End, Queue, each_and_waiters, each_end};
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

/// An end that somebody holds or waits on, and what its channel looked like.
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
        let (mut owns, mut waited_on) = (Vec::new(), Vec::new());
        for (at, suspect) in suspects.iter().enumerate() {
            let mut wait = (Why::Nothing, 0, None);
            if let Some(token) = token(at) {
                let mut add = |to: &mut Vec<Held>, end: End<'_>| {
                    let Some(seen) = end.look(&mut nobody) else { return };
                    let counts = Ends { senders: seen.senders, receivers: seen.receivers };
                    to.push(Held { channel: end.address(), side: end.side, counts, made: seen.made });
                };
                each_end(token.borrow(), |end| add(&mut held, end));
                if let Some(end) = End::waited_on(token.borrow()) {
                    add(&mut waited_on, end);
                }
                wait = suspect.task.waiting();
                owns.push(suspect.task.owns_awaited());
            }
            waits.push(wait);
            owns.resize(at + 1, false);
            ends.push(held.len());
        }
        let mut channels: Vec<_> =
            held.iter().chain(&waited_on).map(|held| (held.channel, held.made, held.counts)).collect();
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

    /// The number of the channel at an address, if somebody holds an end of it or waits on it.
    fn number(&self, address: usize) -> Option<usize> {
        self.channels.binary_search_by_key(&address, |(channel, _)| *channel).ok()
    }

    /// Sets what each process waits for to what the queues of all channels say. Who is not in as many as it said, or is in another as
    /// well, is alive: what it began in an earlier turn, and did not ask since, may wake it.
    pub(super) fn enter_queues(&mut self, suspects: &[Suspect], tokens: &[Seized]) {
        // Selects, by their blocks.
        let block = |(why, on, _): &Wait| if *why == Why::Select { *on } else { 0 };
        let selects = index(self.waits.iter().map(block));
        let mut frames: Vec<_> = tokens.iter().map(Seized::frame).zip(0..).collect();
        frames.sort_unstable_by_key(|(frame, _)| frame.start);
        let frame_with = |address: usize| {
            let (frame, at) =
                &frames[frames.partition_point(|(frame, _)| frame.start <= address).checked_sub(1)?];
            frame.contains(&address).then_some(*at)
        };
        let mut queued: Vec<(usize, (Side, usize))> = Vec::new();
        let mut strays = vec![false; suspects.len()];
        each_and_waiters(MOST_WAITING, |seen, queues| {
            let number = self.number(seen.address);
            for side in [Side::Sender, Side::Receiver] {
                let why = if side == Side::Sender { Why::Send } else { Why::Recv };
                if queues[side as usize].more {
                    strays.fill(true);
                }
                for waiting in queues[side as usize].waiting() {
                    let (at, said) = match *waiting {
                        Waiting::Process(task) => {
                            let Some(at) = find(&self.slots, task.as_ptr().addr()) else { continue };
                            let (what, on, _) = self.waits[at];
                            (at, (what, on) == (why, seen.address))
                        }
                        Waiting::Select(block) => match (find(&selects, block), frame_with(block)) {
                            (Some(at), _) => (at, true),
                            (None, Some(at)) => (at, false),
                            (None, None) => continue,
                        },
                        Waiting::Nobody | Waiting::Other => continue,
                    };
                    strays[at] |= !said;
                    queued.extend(number.filter(|_| said).map(|number| (at, (side, number))));
                }
            }
        });
        queued.sort_by_key(|(at, _)| *at);
        let mut rest = &queued[..];
        let mut needs = Rows::default();
        for (at, suspect) in suspects.iter().enumerate() {
            let (mine, others) = rest.split_at(rest.partition_point(|(of, _)| *of == at));
            rest = others;
            let all = mine.len() == suspect.task.queues() as usize;
            needs.push(mine.iter().filter(|_| all).map(|(_, need)| *need));
            self.graph.nodes[at].doubts = 0;
            self.graph.nodes[at].stray = strays[at];
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
