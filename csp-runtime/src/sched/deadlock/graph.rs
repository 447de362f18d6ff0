//! Which processes will never go on: the greatest set of which each waits for something that only members of it could do.

use std::collections::HashMap;

use crate::chan::shared::Side;

/// A channel, by its number.
pub(super) type Channel = usize;
/// A process, by its number.
pub(super) type Process = usize;

/// What a process waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// To receive, or to send: on all of these, and whichever comes first will do.
    Any(Vec<(Side, Channel)>),
    /// The end of a process.
    End(Process),
}

/// A process that waits.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) need: Need,
    /// The ends in its frame.
    pub(super) ends: Vec<(Side, Channel)>,
    /// Somebody has its handle, and may cancel it, unless whoever waits for its end is in the set.
    pub(super) kept: bool,
    /// It has the handle of the process that it waits for in its frame.
    pub(super) owns: bool,
}

/// How many ends a channel has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) senders: u32,
    pub(super) receivers: u32,
}

impl Ends {
    pub(super) fn of(self, side: Side) -> u32 {
        match side {
            Side::Sender => self.senders,
            Side::Receiver => self.receivers,
        }
    }

    fn count(&mut self, side: Side) {
        match side {
            Side::Sender => self.senders += 1,
            Side::Receiver => self.receivers += 1,
        }
    }
}

/// Says of each process whether it is in the set. Whoever has an end could close the channel, so that all ends of all channels that a
/// member waits on must be held by members; an end that nobody is known to hold counts as alive.
pub(super) fn stuck(nodes: &[Node], channels: &[Ends]) -> Vec<bool> {
    let mut member = vec![true; nodes.len()];
    loop {
        let held = held(nodes, channels.len(), &member);
        let mut joined = vec![false; nodes.len()];
        for (node, _) in nodes.iter().zip(&member).filter(|(node, member)| **member && node.owns) {
            if let Need::End(other) = node.need {
                joined[other] = true;
            }
        }
        let mut changed = false;
        for at in 0..nodes.len() {
            let node = &nodes[at];
            let stays = (!node.kept || joined[at])
                && match &node.need {
                    Need::Any(on) => !on.is_empty() && on.iter().all(|(_, c)| held[*c] == channels[*c]),
                    Need::End(other) => member[*other],
                };
            if member[at] && !stays {
                (member[at], changed) = (false, true);
            }
        }
        if !changed {
            return member;
        }
    }
}

/// How many ends of each channel members hold.
fn held(nodes: &[Node], channels: usize, member: &[bool]) -> Vec<Ends> {
    let mut held = vec![Ends::default(); channels];
    for (node, _) in nodes.iter().zip(member).filter(|(_, member)| **member) {
        node.ends.iter().for_each(|(side, channel)| held[*channel].count(*side));
    }
    held
}

/// For whom the process waits: those that hold the other ends, or the one whose end it waits for. Each once.
pub(super) fn waits_for(nodes: &[Node], member: &[bool], at: Process) -> Vec<Process> {
    match &nodes[at].need {
        Need::End(other) => vec![*other],
        Need::Any(on) => {
            let mut holders: Vec<_> = on
                .iter()
                .flat_map(|(side, channel)| holders(nodes, member, other(*side), *channel))
                .collect();
            holders.sort_unstable();
            holders.dedup();
            holders
        }
    }
}

/// The members that hold such an end. Each once.
pub(super) fn holders(nodes: &[Node], member: &[bool], side: Side, channel: Channel) -> Vec<Process> {
    (0..nodes.len()).filter(|&at| member[at] && nodes[at].ends.contains(&(side, channel))).collect()
}

pub(super) fn other(side: Side) -> Side {
    match side {
        Side::Sender => Side::Receiver,
        Side::Receiver => Side::Sender,
    }
}

/// The members in groups that have nothing to do with each other.
pub(super) fn groups(nodes: &[Node], member: &[bool]) -> Vec<Vec<Process>> {
    let mut group: Vec<usize> = (0..nodes.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    for at in (0..nodes.len()).filter(|at| member[*at]) {
        for other in waits_for(nodes, member, at) {
            let (a, b) = (root(&mut group, at), root(&mut group, other));
            group[a.max(b)] = a.min(b);
        }
    }
    let mut groups: HashMap<usize, Vec<Process>> = HashMap::new();
    for at in (0..nodes.len()).filter(|at| member[*at]) {
        groups.entry(root(&mut group, at)).or_default().push(at);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_unstable();
    groups
}

/// A short cycle in a group: each waits for the next, and the last for the first. One that waits for itself is the cycle only if there
/// is no other: who waits for a lock has an end to give it back.
pub(super) fn cycle(nodes: &[Node], member: &[bool], group: &[Process]) -> Vec<Process> {
    let mut best: Vec<Process> = Vec::new();
    // Enough to find a short one in any group that somebody would read.
    for &start in group.iter().take(64) {
        let mut from: HashMap<Process, Process> = HashMap::new();
        let mut row = std::collections::VecDeque::from([start]);
        'search: while let Some(at) = row.pop_front() {
            for next in waits_for(nodes, member, at).into_iter().filter(|next| *next != at) {
                if next == start {
                    let mut way = vec![at];
                    while way[way.len() - 1] != start {
                        way.push(from[&way[way.len() - 1]]);
                    }
                    way.reverse();
                    if best.is_empty() || way.len() < best.len() {
                        best = way;
                    }
                    break 'search;
                }
                if let std::collections::hash_map::Entry::Vacant(place) = from.entry(next) {
                    place.insert(at);
                    row.push_back(next);
                }
            }
        }
    }
    if best.is_empty() {
        best.extend(group.iter().find(|at| waits_for(nodes, member, **at).contains(at)));
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const TX: Side = Side::Sender;
    const RX: Side = Side::Receiver;

    fn node(on: &[(Side, Channel)], ends: &[(Side, Channel)]) -> Node {
        Node { need: Need::Any(on.to_vec()), ends: ends.to_vec(), kept: false, owns: false }
    }

    const ONE_EACH: Ends = Ends { senders: 1, receivers: 1 };

    #[test]
    fn a_cycle_of_two_is_a_set_and_one_that_waits_for_a_stranger_is_not() {
        let nodes = [
            node(&[(RX, 0)], &[(RX, 0), (TX, 1)]),
            node(&[(RX, 1)], &[(RX, 1), (TX, 0)]),
            node(&[(RX, 2)], &[(RX, 2)]),
        ];
        let member = stuck(&nodes, &[ONE_EACH; 3]);
        assert_eq!(member, [true, true, false]);
        assert_eq!(groups(&nodes, &member), [vec![0, 1]]);
        assert_eq!(cycle(&nodes, &member, &[0, 1]), [0, 1]);
    }

    #[test]
    fn an_end_that_nobody_is_known_to_hold_keeps_the_whole_chain_alive() {
        let nodes = [node(&[(RX, 0)], &[(RX, 0), (TX, 1)]), node(&[(RX, 1)], &[(RX, 1), (TX, 0)])];
        assert_eq!(stuck(&nodes, &[ONE_EACH, Ends { senders: 2, receivers: 1 }]), [false, false]);
        assert_eq!(stuck(&nodes, &[ONE_EACH, Ends { senders: 1, receivers: 2 }]), [false, false]);
    }

    #[test]
    fn a_select_is_alive_by_one_arm() {
        let mut nodes =
            [node(&[(RX, 0), (RX, 2)], &[(RX, 0), (RX, 2), (TX, 1)]), node(&[(RX, 1)], &[(RX, 1), (TX, 0)])];
        assert_eq!(stuck(&nodes, &[ONE_EACH; 3]), [false, false]);
        nodes[1].ends.push((TX, 2));
        assert_eq!(stuck(&nodes, &[ONE_EACH; 3]), [true, true]);
    }

    #[test]
    fn who_can_be_cancelled_is_alive_unless_whoever_waits_for_it_is_stuck() {
        let mut nodes = [
            node(&[(RX, 0)], &[(RX, 0)]),
            Node { need: Need::End(0), ends: vec![(TX, 0)], kept: false, owns: true },
        ];
        nodes[0].kept = true;
        assert_eq!(stuck(&nodes, &[ONE_EACH]), [true, true]);
        nodes[1].owns = false;
        assert_eq!(stuck(&nodes, &[ONE_EACH]), [false, false]);
    }

    #[test]
    fn a_process_that_waits_for_itself_is_a_cycle_of_one() {
        let nodes = [node(&[(TX, 0)], &[(TX, 0), (RX, 0)])];
        let member = stuck(&nodes, &[ONE_EACH]);
        assert_eq!((member[0], cycle(&nodes, &member, &[0])), (true, vec![0]));
    }
}
