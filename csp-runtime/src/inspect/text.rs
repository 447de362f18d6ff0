//! The text of a snapshot, for a person at a terminal: what stands alike is one line.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::{ChannelInfo, ProcessInfo, ProcessState, Side, Snapshot, WaitKind};

/// What stands alike, in order, and how often.
type Groups<K> = BTreeMap<K, usize>;

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_state = |state| self.processes.iter().filter(|process| process.state == state).count();
        writeln!(
            f,
            "{}: {} running, {} ready, {} parked; {}",
            count(self.processes.len(), "process", "processes"),
            in_state(ProcessState::Running),
            in_state(ProcessState::Ready),
            in_state(ProcessState::Parked),
            count(self.channels.len(), "channel", "channels"),
        )?;
        let several = self.runtimes.len() > 1;
        for runtime in &self.runtimes {
            writeln!(f, "runtime `{}`", runtime.name)?;
            for few in runtime.counters.chunks(4) {
                let few: Vec<_> =
                    few.iter().map(|(name, value)| format!("{name} {}", number(*value))).collect();
                writeln!(f, "      {}", few.join(", "))?;
            }
        }
        if !self.processes.is_empty() {
            writeln!(f, "\nprocesses")?;
        }
        let made: HashMap<u64, String> = self.channels.iter().map(|c| (c.id, channel_name(c))).collect();
        let mut groups: BTreeMap<String, Groups<String>> = BTreeMap::new();
        for process in &self.processes {
            let runtime = match process.runtime {
                Some(runtime) if several => format!(" in `{}`", self.runtimes[runtime].name),
                _ => String::new(),
            };
            let group = format!("{}{runtime}", process_name(process));
            *groups.entry(group).or_default().entry(standing(process, &made)).or_default() += 1;
        }
        for (group, standings) in &groups {
            let all = standings.values().sum();
            writeln!(f, "  {}{group}", times(all))?;
            for (standing, members) in standings {
                // One of several that stand apart has a number too.
                let times =
                    if *members == all { String::new() } else { format!("{} × ", number(*members as u64)) };
                writeln!(f, "      {times}{standing}")?;
            }
        }
        if !self.channels.is_empty() {
            writeln!(f, "\nchannels")?;
        }
        let mut groups: BTreeMap<String, Vec<&ChannelInfo>> = BTreeMap::new();
        for channel in &self.channels {
            groups.entry(channel_name(channel)).or_default().push(channel);
        }
        let names: HashMap<u64, String> = self.processes.iter().map(|p| (p.id, process_name(p))).collect();
        for (group, channels) in &groups {
            writeln!(f, "  {}{group}: {}", times(channels.len()), traffic(channels))?;
            for (side, who) in [(Side::Send, "senders"), (Side::Receive, "receivers")] {
                if let Some(holders) = holders(channels, side, &names) {
                    writeln!(f, "      {who}: {holders}")?;
                }
            }
        }
        Ok(())
    }
}

/// `3 × ` before what there are three of.
fn times(count: usize) -> String {
    if count == 1 { String::new() } else { format!("{} × ", number(count as u64)) }
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count as u64), if count == 1 { one } else { many })
}

/// With a comma at the thousands.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn process_name(process: &ProcessInfo) -> String {
    format!("{}, started at {}", process.name, process.started)
}

fn channel_name(channel: &ChannelInfo) -> String {
    format!("{}, made at {}", channel.type_name, channel.made)
}

/// What a process does, and on what it waits.
fn standing(process: &ProcessInfo, made: &HashMap<u64, String>) -> String {
    match process.state {
        ProcessState::Running => return "running".into(),
        ProcessState::Ready => return "ready".into(),
        ProcessState::Parked => {}
    }
    let Some(wait) = &process.wait else { return "parked in a future of another library".into() };
    let at = wait.place.map(|place| format!(" at {place}")).unwrap_or_default();
    let mut channels: Vec<String> = wait
        .channels
        .iter()
        .map(|(id, side)| {
            let verb = if *side == Side::Send { "send on" } else { "receive from" };
            format!("{verb} {}", made.get(id).map_or("a channel", String::as_str))
        })
        .collect();
    channels.sort();
    match wait.kind {
        WaitKind::Send | WaitKind::Receive => {
            let gone = || if wait.kind == WaitKind::Send { "send".into() } else { "receive".into() };
            format!("waits{at} to {}", channels.pop().unwrap_or_else(gone))
        }
        WaitKind::Select if channels.is_empty() => format!("waits in a select{at}"),
        WaitKind::Select => format!("waits in a select{at} to {}", channels.join("; or to ")),
        WaitKind::Join => match wait.place {
            Some(place) => format!("waits for the end of the process started at {place}"),
            None => "waits for the end of a process".into(),
        },
        WaitKind::Sleep => format!("sleeps{at}"),
        WaitKind::Blocking => format!("waits for a blocking call{at}"),
        WaitKind::Io => format!("waits for the system{at}"),
    }
}

/// What a channel holds at most, and how much it holds.
pub(super) fn fill(channel: &ChannelInfo) -> String {
    match (channel.capacity, channel.len) {
        (Some(0), 0) => "rendezvous".into(),
        (Some(capacity), len) => format!("{} of {}", number(len as u64), number(capacity as u64)),
        (None, len) => format!("{}, unbounded", number(len as u64)),
    }
}

/// With whom the ends are, if that is known of some of them.
fn holders(channels: &[&ChannelInfo], side: Side, names: &HashMap<u64, String>) -> Option<String> {
    let mut holders: Groups<&str> = Groups::new();
    for holder in channels.iter().flat_map(|channel| &channel.side(side).holders) {
        *holders.entry(names.get(holder)?).or_default() += 1;
    }
    let ends: usize = channels.iter().map(|channel| channel.side(side).ends as usize).sum();
    let elsewhere = ends.saturating_sub(holders.values().sum());
    let with = |(who, ends)| format!("{} with {who}", number(ends as u64));
    let mut parts: Vec<_> = holders.into_iter().map(with).collect();
    if parts.is_empty() {
        return None;
    }
    if elsewhere > 0 {
        parts.push(format!("{} elsewhere", number(elsewhere as u64)));
    }
    Some(parts.join("; "))
}

/// The numbers of channels that were made at one place.
fn traffic(channels: &[&ChannelInfo]) -> String {
    let sum = |of: fn(&ChannelInfo) -> u64| channels.iter().map(|channel| of(channel)).sum::<u64>();
    let mut parts = vec![match channels {
        [one] => fill(one),
        _ if sum(|c| c.capacity.map_or(1, |capacity| capacity as u64)) == 0 => "rendezvous".into(),
        _ => format!("{} held", number(sum(|c| c.len as u64))),
    }];
    parts.push(format!("{} passed", number(sum(|c| c.passed))));
    parts.push(count(sum(|c| c.senders.ends.into()) as usize, "sender", "senders"));
    parts.push(count(sum(|c| c.receivers.ends.into()) as usize, "receiver", "receivers"));
    for (side, verb) in [(Side::Send, "send"), (Side::Receive, "receive")] {
        let waiting: usize = channels.iter().map(|c| c.side(side).waits()).sum();
        if waiting > 0 {
            let more = channels.iter().any(|c| c.side(side).more_waiting);
            let least = if more { "at least " } else { "" };
            let verb = format!("to {verb}");
            let (one, many) = (format!("waits {verb}"), format!("wait {verb}"));
            parts.push(format!("{least}{}", count(waiting, &one, &many)));
        }
    }
    let closed = channels.iter().filter(|channel| channel.closed).count();
    if closed > 0 {
        parts.push(if channels.len() == 1 { "closed".into() } else { format!("{closed} closed") });
    }
    parts.join(", ")
}

impl super::SideInfo {
    /// How many wait here, as far as is known.
    pub(super) fn waits(&self) -> usize {
        self.waiting.len() + self.others_waiting
    }
}
