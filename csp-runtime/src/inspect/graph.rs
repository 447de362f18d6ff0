//! The network of processes and channels as nodes and edges, small enough to be drawn.
//!
//! Where many processes were started at one place, or many channels made, they are one node with a number; so are processes of one
//! place that meet at the same side of a channel, as workers do that share their jobs. Edges are drawn from use: who waits at a
//! channel, and who was seen there last; and from what processes say that they hold. Who has the other ends is not known; it is guessed
//! that those do who were started at the place of one that was seen, if there are ends enough for all of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::Location;

use super::text::{fill, number};
use super::{ChannelInfo, ProcessInfo, ProcessState, Side, SideInfo, Snapshot};

/// More alike than this are one node.
const MOST_ALIKE: usize = 6;

pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Process,
    Channel,
}

pub(super) struct Node {
    pub(super) kind: Kind,
    /// How many they are.
    pub(super) count: usize,
    pub(super) lines: Vec<String>,
    /// Processes: some of them run or are ready. Channels: values are held.
    pub(super) busy: bool,
}

/// From a process to a channel, from a channel to a process, or from a process to the one whose end it waits for.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: String,
    pub(super) look: Look,
}

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It was used.
    Used,
    /// An end is held there, and was not seen in use.
    Held,
    /// Somebody waits here.
    Waits,
    /// One process waits for the end of another.
    Joins,
    /// Others from the same place used it.
    Guessed,
}

/// What an edge is made from.
#[derive(Default)]
struct Use {
    users: usize,
    waiting: usize,
    holders: usize,
}

type Place = &'static Location<'static>;

impl Graph {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut graph = Self { nodes: Vec::new(), edges: Vec::new() };
        let processes = graph.processes(&snapshot.processes, &snapshot.channels);
        let used: Vec<&ChannelInfo> = snapshot.channels.iter().collect();
        let channels = graph.channels(&used);
        let mut uses: BTreeMap<(usize, usize, Side), Use> = BTreeMap::new();
        let alike = Alike::of(&snapshot.processes);
        for channel in &used {
            let node = channels[&channel.id];
            for side in [Side::Send, Side::Receive] {
                let at = channel.side(side);
                for id in alike.like(at) {
                    uses.entry((processes[&id], node, side)).or_default();
                }
                let mut count = |ids: &[u64], in_: fn(&mut Use) -> &mut usize| {
                    for process in ids.iter().filter_map(|id| processes.get(id)) {
                        *in_(uses.entry((*process, node, side)).or_default()) += 1;
                    }
                };
                count(&at.users, |use_| &mut use_.users);
                count(&at.waiting, |use_| &mut use_.waiting);
                count(&at.holders, |use_| &mut use_.holders);
            }
        }
        graph.connect(&uses, &traffic(&used, &channels));
        let mut joins: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for process in &snapshot.processes {
            let other = process.wait.as_ref().and_then(|wait| wait.process);
            if let (Some(from), Some(to)) =
                (processes.get(&process.id), other.and_then(|id| processes.get(&id)))
            {
                *joins.entry((*from, *to)).or_default() += 1;
            }
        }
        for ((from, to), count) in joins {
            let label = if count == 1 { "awaits".into() } else { format!("{} await", number(count as u64)) };
            graph.edges.push(Edge { from, to, label, look: Look::Joins });
        }
        graph
    }

    /// A node for each process, or for those of one place.
    fn processes(&mut self, all: &[ProcessInfo], channels: &[ChannelInfo]) -> HashMap<u64, usize> {
        let mut meets: HashMap<u64, Vec<(u64, Side)>> = HashMap::new();
        for channel in channels {
            for side in [Side::Send, Side::Receive] {
                for user in &channel.side(side).users {
                    meets.entry(*user).or_default().push((channel.id, side));
                }
            }
        }
        let mut groups: BTreeMap<(Place, &str, Option<usize>), Vec<&ProcessInfo>> = BTreeMap::new();
        for process in all {
            groups.entry(place_of(process)).or_default().push(process);
        }
        let mut nodes = HashMap::new();
        for members in groups.values() {
            for alike in peers(members, &meets) {
                let first = alike[0];
                let mut lines = vec![first.name.clone(), short(first.started)];
                let in_state = |state| alike.iter().filter(|process| process.state == state).count();
                let awake = alike.len() - in_state(ProcessState::Parked);
                if alike.len() == 1 {
                    lines.extend(doing(first));
                } else if awake > 0 {
                    lines.push(format!("{} awake", number(awake as u64)));
                }
                nodes.extend(alike.iter().map(|process| (process.id, self.nodes.len())));
                self.nodes.push(Node { kind: Kind::Process, count: alike.len(), lines, busy: awake > 0 });
            }
        }
        nodes
    }

    /// A node for each channel, or for those that were made at one place.
    fn channels(&mut self, all: &[&ChannelInfo]) -> HashMap<u64, usize> {
        let mut groups: BTreeMap<(Place, &str), Vec<&ChannelInfo>> = BTreeMap::new();
        for channel in all {
            groups.entry((channel.made, &channel.type_name)).or_default().push(channel);
        }
        let mut nodes = HashMap::new();
        for members in groups.values() {
            for alike in together(members) {
                let first = alike[0];
                let mut lines = vec![first.type_name.clone(), short(first.made)];
                let held: usize = alike.iter().map(|channel| channel.len).sum();
                if alike.len() == 1 {
                    lines.push(if first.closed { format!("{}, closed", fill(first)) } else { fill(first) });
                    lines.extend(outside(&first.senders, "send"));
                    lines.extend(outside(&first.receivers, "receive"));
                } else if held > 0 {
                    lines.push(format!("{} held", number(held as u64)));
                }
                nodes.extend(alike.iter().map(|channel| (channel.id, self.nodes.len())));
                self.nodes.push(Node { kind: Kind::Channel, count: alike.len(), lines, busy: held > 0 });
            }
        }
        nodes
    }

    /// Edges, with what passed: at the edge if all of it went there, else at the channel.
    fn connect(&mut self, uses: &BTreeMap<(usize, usize, Side), Use>, traffic: &BTreeMap<usize, Traffic>) {
        let mut on_side: HashMap<(usize, Side), Vec<usize>> = HashMap::new();
        for (process, channel, side) in uses.keys() {
            on_side.entry((*channel, *side)).or_default().push(*process);
        }
        let mut alone = HashSet::new();
        for (&(channel, side), processes) in &on_side {
            // A node of several may hold more ends than have been seen in use.
            let [process] = processes[..] else { continue };
            let ends = traffic.get(&channel).map_or(0, |traffic| traffic.ends[side as usize]);
            if ends as usize <= self.nodes[process].count.max(self.nodes[channel].count) {
                alone.insert((channel, side));
            }
        }
        for (&channel, traffic) in traffic {
            if !alone.contains(&(channel, Side::Send)) && !alone.contains(&(channel, Side::Receive)) {
                self.nodes[channel].lines.push(format!("{} passed", number(traffic.passed)));
            }
        }
        for (&(process, channel, side), use_) in uses {
            let mut parts = Vec::new();
            if alone.contains(&(channel, side))
                && let Some(traffic) = traffic.get(&channel)
            {
                let count = if side == Side::Send { traffic.sent } else { traffic.passed };
                // Whoever was not seen to use it has nothing to be counted, unless it is the only one.
                parts.extend((use_.users > 0 || count > 0).then(|| number(count)));
            }
            match use_.waiting {
                0 => {}
                1 if use_.users <= 1 => parts.push("waits".into()),
                1 => parts.push("1 waits".into()),
                waiting => parts.push(format!("{} wait", number(waiting as u64))),
            }
            let (from, to) = if side == Side::Send { (process, channel) } else { (channel, process) };
            let look = match use_ {
                Use { waiting: 1.., .. } => Look::Waits,
                Use { users: 1.., .. } => Look::Used,
                Use { holders: 1.., .. } => Look::Held,
                _ => Look::Guessed,
            };
            self.edges.push(Edge { from, to, label: parts.join(", "), look });
        }
    }
}

/// Processes by where they were started.
struct Alike<'a> {
    by_id: HashMap<u64, &'a ProcessInfo>,
    by_place: HashMap<(Place, &'a str, Option<usize>), Vec<u64>>,
}

impl<'a> Alike<'a> {
    fn of(all: &'a [ProcessInfo]) -> Self {
        let mut by_place: HashMap<_, Vec<u64>> = HashMap::new();
        for process in all {
            by_place.entry(place_of(process)).or_default().push(process.id);
        }
        Self { by_id: all.iter().map(|process| (process.id, process)).collect(), by_place }
    }

    /// Those from the places of the users of a side, if it has ends for all of them, and ends of which nobody said that they hold them.
    fn like(&self, side: &SideInfo) -> Vec<u64> {
        if side.holders.len() >= side.ends as usize {
            return Vec::new();
        }
        let places: HashSet<_> =
            side.users.iter().filter_map(|id| self.by_id.get(id)).map(|user| place_of(user)).collect();
        let all = || places.iter().filter_map(|place| self.by_place.get(place));
        if all().map(Vec::len).sum::<usize>() > side.ends as usize {
            return Vec::new();
        }
        all().flatten().copied().collect()
    }
}

fn place_of(process: &ProcessInfo) -> (Place, &str, Option<usize>) {
    (process.started, &process.name, process.runtime)
}

/// What went through the channels of a node.
#[derive(Default)]
struct Traffic {
    sent: u64,
    passed: u64,
    ends: [u32; 2],
}

fn traffic(channels: &[&ChannelInfo], nodes: &HashMap<u64, usize>) -> BTreeMap<usize, Traffic> {
    let mut traffic: BTreeMap<usize, Traffic> = BTreeMap::new();
    for channel in channels {
        let traffic = traffic.entry(nodes[&channel.id]).or_default();
        traffic.sent += channel.passed + channel.len as u64;
        traffic.passed += channel.passed;
        traffic.ends[0] += channel.senders.ends;
        traffic.ends[1] += channel.receivers.ends;
    }
    traffic
}

/// One by one if they are few, else all together.
fn together<'a, T>(members: &'a [T]) -> std::slice::Chunks<'a, T> {
    members.chunks(if members.len() > MOST_ALIKE { members.len() } else { 1 })
}

/// Processes of one place: together if they are many, or if two of them meet at the same side of a channel; else each alone.
fn peers<'a>(
    members: &[&'a ProcessInfo],
    meets: &HashMap<u64, Vec<(u64, Side)>>,
) -> Vec<Vec<&'a ProcessInfo>> {
    let mut met = HashSet::new();
    let places = members.iter().filter_map(|member| meets.get(&member.id)).flatten();
    if members.len() > MOST_ALIKE || places.into_iter().any(|place| !met.insert(*place)) {
        return vec![members.to_vec()];
    }
    members.iter().map(|member| vec![*member]).collect()
}

/// Those that wait and are no processes of ours.
fn outside(side: &SideInfo, verb: &str) -> Option<String> {
    let many = if side.others_waiting == 1 { "other waits" } else { "others wait" };
    (side.others_waiting > 0).then(|| format!("{} {many} to {verb}", side.others_waiting))
}

/// What a single process does, unless its edges tell.
fn doing(process: &ProcessInfo) -> Option<String> {
    use super::WaitKind::{Blocking, Io, Select, Sleep};
    match process.state {
        ProcessState::Running => return Some("running".into()),
        ProcessState::Ready => return Some("ready".into()),
        ProcessState::Parked => {}
    }
    let wait = process.wait.as_ref()?;
    match wait.kind {
        Sleep => Some("sleeps".into()),
        Blocking => Some("waits for a blocking call".into()),
        Io => Some("waits for the system".into()),
        Select if wait.channels.is_empty() => Some("waits in a select".into()),
        _ => None,
    }
}

/// `main.rs:12`, with the directory if the name alone says little.
fn short(place: Place) -> String {
    let file = place.file();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let says_little = matches!(name, "main.rs" | "mod.rs" | "lib.rs");
    let from = if says_little {
        let directory = file[..file.len() - name.len()].trim_end_matches(['/', '\\']);
        directory.rfind(['/', '\\']).map_or(0, |at| at + 1)
    } else {
        file.len() - name.len()
    };
    format!("{}:{}", &file[from..], place.line())
}

#[cfg(test)]
mod tests {
    use super::super::{Wait, WaitKind};
    use super::*;

    #[track_caller]
    fn process(id: u64, name: &str, on: &[(u64, Side)]) -> ProcessInfo {
        let kind = if on.len() == 1 { WaitKind::Receive } else { WaitKind::Select };
        let wait = Wait { kind, place: None, channels: on.to_vec(), process: None };
        let state = if on.is_empty() { ProcessState::Ready } else { ProcessState::Parked };
        let wait = (!on.is_empty()).then_some(wait);
        ProcessInfo {
            id,
            name: name.into(),
            started: Location::caller(),
            runtime: Some(0),
            state,
            wait,
            holds: Vec::new(),
        }
    }

    #[track_caller]
    fn channel(id: u64, senders: (u32, &[u64]), receivers: (u32, &[u64], &[u64])) -> ChannelInfo {
        let side = |ends, users: &[u64], waiting: &[u64]| SideInfo {
            ends,
            users: users.to_vec(),
            waiting: waiting.to_vec(),
            ..SideInfo::default()
        };
        ChannelInfo {
            id,
            made: Location::caller(),
            type_name: "u64".into(),
            len: 1,
            capacity: Some(4),
            closed: false,
            passed: 20,
            senders: side(senders.0, senders.1, &[]),
            receivers: side(receivers.0, receivers.1, receivers.2),
        }
    }

    /// Edges by the first lines of their nodes.
    fn edges(graph: &Graph) -> Vec<String> {
        let name = |node: usize| &graph.nodes[node].lines[0];
        let edge = |e: &Edge| format!("{} -> {}: {} ({:?})", name(e.from), name(e.to), e.label, e.look);
        let mut edges: Vec<_> = graph.edges.iter().map(edge).collect();
        edges.sort();
        edges
    }

    #[test]
    fn a_pipeline_has_an_edge_for_each_hop() {
        let stages = [(1, "source"), (2, "sink")]
            .map(|(id, name)| process(id, name, &[(9, Side::Receive)][..(id as usize) - 1]));
        let channels = vec![channel(9, (1, &[1]), (1, &[2], &[2]))];
        let seen = Snapshot { runtimes: Vec::new(), processes: stages.to_vec(), channels };
        let graph = Graph::of(&seen);
        assert_eq!(edges(&graph), ["source -> u64: 21 (Used)", "u64 -> sink: 20, waits (Waits)"]);
    }

    #[test]
    fn workers_are_one_node_and_what_they_share_is_not_said_of_one_of_them() {
        let mut processes: Vec<_> = (1..=3).map(|id| process(id, "worker", &[(8, Side::Receive)])).collect();
        processes.push(process(4, "boss", &[]));
        let channels =
            vec![channel(8, (1, &[4]), (3, &[1, 2, 3], &[1, 2, 3])), channel(9, (4, &[2]), (1, &[4], &[]))];
        let graph = Graph::of(&Snapshot { runtimes: Vec::new(), processes, channels });
        assert_eq!(graph.nodes.iter().filter(|node| node.lines[0] == "worker").count(), 1);
        let expected = [
            "boss -> u64: 21 (Used)",
            "u64 -> boss: 20 (Used)",
            "u64 -> worker: 20, 3 wait (Waits)",
            "worker -> u64:  (Used)",
        ];
        assert_eq!(edges(&graph), expected);
    }

    #[test]
    fn an_end_that_is_held_is_an_edge_and_leaves_nothing_to_guess() {
        let mut processes = vec![process(1, "guest", &[(8, Side::Receive)])];
        processes.extend((2..=3).map(|id| process(id, "guest", &[])));
        for process in &mut processes {
            process.started = Location::caller();
        }
        let mut channels = vec![channel(9, (3, &[1]), (1, &[], &[]))];
        channels[0].senders.holders = vec![1, 2, 3];
        channels[0].receivers.holders = vec![4];
        processes.push(process(4, "room", &[]));
        let graph = Graph::of(&Snapshot { runtimes: Vec::new(), processes, channels });
        let expected = [
            "guest -> u64:  (Held)",
            "guest -> u64:  (Held)",
            "guest -> u64:  (Used)",
            "u64 -> room: 20 (Held)",
        ];
        assert_eq!(edges(&graph), expected);
    }

    #[test]
    fn who_was_started_with_a_sender_is_taken_for_one_if_there_are_ends() {
        for (ends, guesses) in [(3, 2), (2, 0)] {
            let mut processes: Vec<_> =
                (1..=3).map(|id| process(id, "guest", &[(10 + id, Side::Receive)])).collect();
            processes.push(process(4, "room", &[(9, Side::Receive)]));
            let channels = vec![channel(9, (ends, &[1]), (1, &[4], &[4]))];
            let graph = Graph::of(&Snapshot { runtimes: Vec::new(), processes, channels });
            let guessed = graph.edges.iter().filter(|edge| edge.look == Look::Guessed);
            assert_eq!(guessed.count(), guesses);
        }
    }
}
