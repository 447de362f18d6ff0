//! Which processes will never go on: the greatest set of which each waits for something that only members of it could do.
//!
//! Everything here takes time in proportion to the ends that the processes hold: there may be some ten thousand.

use super::rows::Rows;
use crate::chan::shared::Side;

/// A channel, by its number.
pub(super) type Channel = usize;
/// A process, by its number.
pub(super) type Process = usize;

/// Processes that wait, the ends in their frames, and what they wait for.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    /// The ends in the frame of each.
    pub(super) ends: Rows<(Side, Channel)>,
    /// What each waits on, to receive or to send: whichever comes first will do.
    pub(super) needs: Rows<(Side, Channel)>,
    /// How many ends each channel has.
    pub(super) channels: Vec<Ends>,
}

/// A process that waits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    /// The process whose end it waits for. Without one, and without needs, nobody knows what it waits for: it is alive.
    pub(super) awaits: Option<Process>,
    /// So many of its needs may be no needs at all.
    pub(super) doubts: usize,
    /// Somebody has its handle, and may cancel it, unless whoever waits for its end is in the set.
    pub(super) kept: bool,
    /// Something else may wake it: it is alive.
    pub(super) stray: bool,
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

pub(super) fn other(side: Side) -> Side {
    match side {
        Side::Sender => Side::Receiver,
        Side::Receiver => Side::Sender,
    }
}

/// A side of a channel, as a number.
fn number((side, channel): (Side, Channel)) -> usize {
    2 * channel + side as usize
}

/// Those that left the set, and what that breaks.
struct Leaving {
    member: Vec<bool>,
    left: Vec<Process>,
    /// Of each channel, whether all its ends are held by members.
    whole: Vec<bool>,
    broken: Vec<Channel>,
}

impl Leaving {
    fn leave(&mut self, at: Process) {
        if std::mem::replace(&mut self.member[at], false) {
            self.left.push(at);
        }
    }

    fn breaks(&mut self, channel: Channel) {
        if std::mem::replace(&mut self.whole[channel], false) {
            self.broken.push(channel);
        }
    }
}

impl Graph {
    /// Says of each process whether it is in the set. Whoever has an end could close the channel, so that all ends of all channels that
    /// a member waits on must be held by members; an end that nobody is known to hold counts as alive.
    pub(super) fn stuck(&self) -> Vec<bool> {
        let (count, channels) = (self.nodes.len(), self.channels.len());
        let waiters = self.needs.inverse(channels, |_| true, |(_, channel)| channel);
        let mut awaits = Rows::default();
        self.nodes.iter().for_each(|node| awaits.push(node.awaits));
        let joiners = awaits.inverse(count, |_| true, |other| other);
        let mut doubts: Vec<usize> = self.nodes.iter().map(|node| node.doubts).collect();
        let mut set = Leaving {
            member: vec![true; count],
            left: Vec::new(),
            whole: vec![true; channels],
            broken: Vec::new(),
        };
        let mut held = vec![Ends::default(); channels];
        self.ends.items().iter().for_each(|(side, channel)| held[*channel].count(*side));
        (0..channels).filter(|c| held[*c] != self.channels[*c]).for_each(|c| set.breaks(c));
        for (at, node) in self.nodes.iter().enumerate() {
            let owned = || joiners.row(at).iter().any(|joiner| self.nodes[*joiner].owns);
            let unknown = node.awaits.is_none() && self.needs.row(at).is_empty();
            if node.stray || unknown || node.kept && !owned() {
                set.leave(at);
            }
        }
        loop {
            if let Some(channel) = set.broken.pop() {
                for &at in waiters.row(channel) {
                    match doubts[at].checked_sub(1) {
                        Some(left) => doubts[at] = left,
                        None => set.leave(at),
                    }
                }
            } else if let Some(at) = set.left.pop() {
                self.ends.row(at).iter().for_each(|(_, channel)| set.breaks(*channel));
                joiners.row(at).iter().for_each(|joiner| set.leave(*joiner));
                let Node { awaits, owns, .. } = self.nodes[at];
                if let Some(other) = awaits.filter(|other| owns && self.nodes[*other].kept) {
                    set.leave(other);
                }
            } else {
                return set.member;
            }
        }
    }
}

/// Who waits for whom in a set.
pub(super) struct Web<'g> {
    graph: &'g Graph,
    member: &'g [bool],
    /// The members that hold an end, by `number`.
    holders: Rows<Process>,
}

impl<'g> Web<'g> {
    pub(super) fn of(graph: &'g Graph, member: &'g [bool]) -> Self {
        let holders = graph.ends.inverse(2 * graph.channels.len(), |at| member[at], number);
        Self { graph, member, holders }
    }

    /// The members that hold such an end. Each once.
    pub(super) fn holders(&self, side: Side, channel: Channel) -> Vec<Process> {
        let mut holders = self.holders.row(number((side, channel))).to_vec();
        holders.dedup();
        holders
    }

    /// The sides whose holders the process waits for.
    fn waits_for(&self, at: Process) -> impl Iterator<Item = usize> {
        self.graph.needs.row(at).iter().map(|(side, channel)| number((other(*side), *channel)))
    }

    /// The members in groups that have nothing to do with each other.
    pub(super) fn groups(&self) -> Vec<Vec<Process>> {
        let count = self.member.len();
        let members = || (0..count).filter(|at| self.member[*at]);
        // Processes, and behind them the sides of channels.
        let mut group: Vec<usize> = (0..count + 2 * self.graph.channels.len()).collect();
        fn root(group: &mut [usize], mut at: usize) -> usize {
            while group[at] != at {
                group[at] = group[group[at]];
                at = group[at];
            }
            at
        }
        let mut join = |a: usize, b: usize| {
            let (a, b) = (root(&mut group, a), root(&mut group, b));
            group[a.max(b)] = a.min(b);
        };
        for at in members() {
            for side in self.waits_for(at) {
                self.holders.row(side).iter().for_each(|holder| join(*holder, count + side));
                join(at, count + side);
            }
            self.graph.nodes[at].awaits.iter().for_each(|other| join(at, *other));
        }
        let mut groups: Vec<(usize, Process)> = members().map(|at| (root(&mut group, at), at)).collect();
        groups.sort_unstable();
        groups.chunk_by(|a, b| a.0 == b.0).map(|group| group.iter().map(|(_, at)| *at).collect()).collect()
    }

    /// A short cycle in a group: each waits for the next, and the last for the first. One that waits for itself is the cycle only if
    /// there is no other: who waits for a lock has an end to give it back.
    pub(super) fn cycle(&self, group: &[Process]) -> Vec<Process> {
        let mut best: Vec<Process> = Vec::new();
        // Enough to find a short one in any group that somebody would read.
        for &start in group.iter().take(64) {
            if let Some(way) = self.way_back(start).filter(|way| best.is_empty() || way.len() < best.len()) {
                best = way;
            }
        }
        if best.is_empty() {
            let waits_for_itself =
                |at: &&Process| self.waits_for(**at).any(|side| self.holders.row(side).contains(at));
            best.extend(group.iter().find(waits_for_itself));
        }
        best
    }

    /// The shortest way from a process over others back to it.
    fn way_back(&self, start: Process) -> Option<Vec<Process>> {
        let mut from: Vec<Option<Process>> = vec![None; self.member.len()];
        let mut seen = vec![false; 2 * self.graph.channels.len()];
        let mut row = std::collections::VecDeque::from([start]);
        while let Some(at) = row.pop_front() {
            // All that hold a side are in the row after the first look at it, but for the start, if it was that which looked.
            let sides = self.waits_for(at).filter(|side| !std::mem::replace(&mut seen[*side], at != start));
            let next = sides.flat_map(|side| self.holders.row(side)).chain(&self.graph.nodes[at].awaits);
            for &next in next.filter(|next| **next != at) {
                if next == start {
                    let before = |at: &Process| from[*at].filter(|_| *at != start);
                    let mut way: Vec<_> = std::iter::successors(Some(at), before).collect();
                    way.reverse();
                    return Some(way);
                }
                if from[next].is_none() {
                    from[next] = Some(at);
                    row.push_back(next);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TX: Side = Side::Sender;
    const RX: Side = Side::Receiver;

    impl Graph {
        fn of(channels: &[Ends]) -> Self {
            Self { channels: channels.to_vec(), ..Self::default() }
        }

        fn waits(&mut self, on: &[(Side, Channel)], ends: &[(Side, Channel)]) -> &mut Node {
            self.needs.push(on.iter().copied());
            self.ends.push(ends.iter().copied());
            self.nodes.push(Node::default());
            self.nodes.last_mut().unwrap()
        }
    }

    const ONE_EACH: Ends = Ends { senders: 1, receivers: 1 };

    #[test]
    fn a_cycle_of_two_is_a_set_and_one_that_waits_for_a_stranger_is_not() {
        let mut graph = Graph::of(&[ONE_EACH; 3]);
        graph.waits(&[(RX, 0)], &[(RX, 0), (TX, 1)]);
        graph.waits(&[(RX, 1)], &[(RX, 1), (TX, 0)]);
        graph.waits(&[(RX, 2)], &[(RX, 2)]);
        let member = graph.stuck();
        assert_eq!(member, [true, true, false]);
        let web = Web::of(&graph, &member);
        assert_eq!(web.groups(), [vec![0, 1]]);
        assert_eq!(web.cycle(&[0, 1]), [0, 1]);
    }

    #[test]
    fn an_end_that_nobody_is_known_to_hold_keeps_the_whole_chain_alive() {
        for (ends, stuck) in [((1, 1), true), ((2, 1), false), ((1, 2), false)] {
            let (senders, receivers) = ends;
            let mut graph = Graph::of(&[ONE_EACH, Ends { senders, receivers }]);
            graph.waits(&[(RX, 0)], &[(RX, 0), (TX, 1)]);
            graph.waits(&[(RX, 1)], &[(RX, 1), (TX, 0)]);
            assert_eq!(graph.stuck(), [stuck; 2]);
        }
    }

    #[test]
    fn a_select_is_alive_by_one_arm() {
        for (held, stuck) in [(&[(RX, 1), (TX, 0)][..], false), (&[(RX, 1), (TX, 0), (TX, 2)], true)] {
            let mut graph = Graph::of(&[ONE_EACH; 3]);
            graph.waits(&[(RX, 0), (RX, 2)], &[(RX, 0), (RX, 2), (TX, 1)]);
            graph.waits(&[(RX, 1)], held);
            assert_eq!(graph.stuck(), [stuck; 2]);
        }
    }

    #[test]
    fn of_needs_in_doubt_one_that_holds_is_enough() {
        for (held, stuck) in [(&[(RX, 1), (TX, 0)][..], true), (&[(RX, 1)], false)] {
            let mut graph = Graph::of(&[ONE_EACH; 3]);
            graph.waits(&[(RX, 0), (RX, 2)], &[(RX, 0), (RX, 2), (TX, 1)]).doubts = 1;
            graph.waits(&[(RX, 1)], held);
            assert_eq!(graph.stuck(), [stuck; 2]);
        }
    }

    #[test]
    fn who_can_be_cancelled_is_alive_unless_whoever_waits_for_it_is_stuck() {
        for owns in [true, false] {
            let mut graph = Graph::of(&[ONE_EACH]);
            graph.waits(&[(RX, 0)], &[(RX, 0)]).kept = true;
            *graph.waits(&[], &[(TX, 0)]) = Node { awaits: Some(0), owns, ..Node::default() };
            assert_eq!(graph.stuck(), [owns; 2]);
        }
    }

    #[test]
    fn a_process_that_waits_for_itself_is_a_cycle_of_one() {
        let mut graph = Graph::of(&[ONE_EACH]);
        graph.waits(&[(TX, 0)], &[(TX, 0), (RX, 0)]);
        let member = graph.stuck();
        assert_eq!((member[0], Web::of(&graph, &member).cycle(&[0])), (true, vec![0]));
    }

    /// Both hold what both wait for: each could go on by the other, and the way back is over the same side.
    #[test]
    fn a_way_back_may_lead_over_the_side_that_it_began_with() {
        let mut graph = Graph::of(&[Ends { senders: 2, receivers: 2 }]);
        graph.waits(&[(RX, 0)], &[(TX, 0), (RX, 0)]);
        graph.waits(&[(RX, 0)], &[(TX, 0), (RX, 0)]);
        let member = graph.stuck();
        assert_eq!(Web::of(&graph, &member).cycle(&[0, 1]), [0, 1]);
    }

    /// A chain that falls one by one, and as long a ring that does not.
    #[test]
    fn many_take_no_longer_than_they_are_many() {
        const MANY: usize = 100_000;
        for ring in [false, true] {
            let mut graph = Graph::of(&vec![ONE_EACH; MANY]);
            for at in 0..MANY {
                let next = (TX, (at + 1) % MANY);
                let held = [(RX, at), next];
                graph.waits(&[(RX, at)], &held[..if ring || at > 0 { 2 } else { 1 }]);
            }
            let member = graph.stuck();
            assert!(member.iter().all(|member| *member == ring));
            let web = Web::of(&graph, &member);
            let groups = web.groups();
            assert_eq!(groups.len(), usize::from(ring));
            if ring {
                assert_eq!(web.cycle(&groups[0]).len(), MANY);
            }
        }
    }
}
