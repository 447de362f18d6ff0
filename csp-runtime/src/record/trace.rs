//! Events as a trace in Chrome's JSON format: processes and workers are tracks, turns are slices, values are arrows between them.
//!
//! A value that goes to or comes from a process that waits is told by its peer, between two turns of the process. The arrow then
//! begins at the end of the last turn before, or ends at the beginning of the next turn after.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::ring::{Event, What};
use super::{ChannelTag, Process};
use crate::util::json::Quoted;
use crate::util::names;

/// The tracks of processes, and those of workers.
const PROCESSES: u32 = 1;
const WORKERS: u32 = 2;

/// What is written, in order.
pub(super) struct Trace {
    tracks: Vec<Track>,
    entries: Vec<Entry>,
}

struct Track {
    group: u32,
    number: u64,
    name: String,
}

struct Entry {
    at: u64,
    group: u32,
    track: u64,
    what: Shown,
}

enum Shown {
    Begin(String),
    End(&'static str),
    /// A point within a slice: its name, and its arguments as JSON.
    Point(String, String),
    /// An arrow begins, or ends.
    Arrow {
        ends: bool,
        number: usize,
        name: String,
    },
}

/// One turn of a process.
struct Turn {
    begin: u64,
    end: u64,
    how: &'static str,
    worker: usize,
    within: Vec<(u64, Shown)>,
}

/// A side of a value's way.
#[derive(Clone, Copy)]
struct Side {
    at: u64,
    process: u64,
}

#[derive(Default)]
struct Way {
    channel: Option<ChannelTag>,
    sent: Option<Side>,
    received: Option<Side>,
}

/// What became of one process.
#[derive(Default)]
struct Life {
    name: Option<String>,
    turns: Vec<Turn>,
    /// Points to be put into turns.
    points: Vec<(u64, Shown)>,
}

impl Trace {
    pub(super) fn of(rings: Vec<(String, Vec<Event>)>, now: u64) -> Self {
        let mut lives: BTreeMap<u64, Life> = BTreeMap::new();
        let mut ways: BTreeMap<(u64, u64), Way> = BTreeMap::new();
        let mut tracks = Vec::new();
        for (worker, (name, events)) in rings.into_iter().enumerate() {
            read_turns(&events, worker, now, &mut lives);
            for event in &events {
                read(event, &mut lives, &mut ways);
            }
            tracks.push(Track { group: WORKERS, number: worker as u64 + 1, name });
        }
        for life in lives.values_mut() {
            life.turns.sort_by_key(|turn| turn.begin);
            for (at, point) in std::mem::take(&mut life.points) {
                if let Some((turn, at)) = before(&life.turns, at) {
                    life.turns[turn].within.push((at, point));
                }
            }
        }
        draw_ways(ways, &mut lives);
        let mut entries = Vec::new();
        for (serial, life) in lives {
            let name = life.name.unwrap_or_else(|| format!("process {serial}"));
            tracks.push(Track { group: PROCESSES, number: serial, name: format!("{name} #{serial}") });
            write_turns(life.turns, serial, &name, &mut entries);
        }
        // Stable: what is of one time stays in order on each track.
        entries.sort_by_key(|entry| entry.at);
        Self { tracks, entries }
    }
}

/// Finds the turns that a worker gave. The oldest event may be in the middle of one.
fn read_turns(events: &[Event], worker: usize, now: u64, lives: &mut BTreeMap<u64, Life>) {
    let mut open: Option<(u64, u64)> = None;
    let mut close = |open: Option<(u64, u64)>, end: u64, how| {
        if let Some((process, begin)) = open {
            let turn = Turn { begin, end, how, worker, within: Vec::new() };
            lives.entry(process).or_default().turns.push(turn);
        }
    };
    for event in events {
        let Some(process) = event.process else { continue };
        match event.what {
            What::Turn => {
                close(open, event.at, "cut");
                open = Some((process.serial, event.at));
            }
            What::Pause(how) => close(open.take(), event.at, how),
            _ => {}
        }
    }
    close(open, now, "running");
}

fn read(event: &Event, lives: &mut BTreeMap<u64, Life>, ways: &mut BTreeMap<(u64, u64), Way>) {
    let side = event.process.map(|process| Side { at: event.at, process: process.serial });
    if let Some(process) = event.process {
        let life = lives.entry(process.serial).or_default();
        life.name.get_or_insert_with(|| name_of(&process));
    }
    let mut point = |of: u64, name: &str, arguments: String| {
        lives.entry(of).or_default().points.push((event.at, Shown::Point(name.into(), arguments)));
    };
    match event.what {
        What::Started(Some(by)) | What::Woken(Some(by)) => {
            let name = if matches!(event.what, What::Started(_)) { "starts" } else { "wakes" };
            if let Some(side) = side {
                point(by, name, format!("{{\"process\":{}}}", side.process));
            }
        }
        What::Panicked => {
            if let Some(side) = side {
                point(side.process, "panics", "{}".into());
            }
        }
        What::Sent(channel, number) | What::Received(channel, number) => {
            let sent = matches!(event.what, What::Sent(..));
            let way = ways.entry((channel.serial, number)).or_default();
            way.channel = Some(channel);
            *if sent { &mut way.sent } else { &mut way.received } = side;
        }
        What::Started(None) | What::Woken(None) | What::Turn | What::Pause(_) => {}
    }
}

/// Puts each value's way into the turns at its two ends, if both are known.
fn draw_ways(ways: BTreeMap<(u64, u64), Way>, lives: &mut BTreeMap<u64, Life>) {
    let mut number = 0;
    let mut names: HashMap<u64, String> = HashMap::new();
    for ((serial, value), way) in ways {
        let Some(channel) = way.channel else { continue };
        let name = names.entry(serial).or_insert_with(|| name_of_channel(&channel));
        let arguments = format!("{{\"channel\":{},\"value\":{value}}}", Quoted(name));
        let from = way.sent.and_then(|side| locate(lives, side, before));
        let to = way.received.and_then(|side| locate(lives, side, after));
        let both = from.is_some() && to.is_some();
        number += usize::from(both);
        for (side, place, ends) in [(way.sent, from, false), (way.received, to, true)] {
            let (Some(side), Some((turn, at))) = (side, place) else { continue };
            let Some(life) = lives.get_mut(&side.process) else { continue };
            let verb = if ends { "receives" } else { "sends" };
            let within = &mut life.turns[turn].within;
            within.push((at, Shown::Point(verb.into(), arguments.clone())));
            if both {
                within.push((at, Shown::Arrow { ends, number, name: name.clone() }));
            }
        }
    }
}

/// A turn by its number, and a time within it.
type Within = Option<(usize, u64)>;

fn locate(lives: &BTreeMap<u64, Life>, side: Side, how: fn(&[Turn], u64) -> Within) -> Within {
    how(&lives.get(&side.process)?.turns, side.at)
}

/// The last turn that had begun.
fn before(turns: &[Turn], at: u64) -> Within {
    let turn = turns.partition_point(|turn| turn.begin <= at).checked_sub(1)?;
    Some((turn, at.min(turns[turn].end)))
}

/// The first turn that had not ended.
fn after(turns: &[Turn], at: u64) -> Within {
    let turn = turns.partition_point(|turn| turn.end < at);
    Some((turn, at.max(turns.get(turn)?.begin)))
}

fn write_turns(turns: Vec<Turn>, serial: u64, name: &str, entries: &mut Vec<Entry>) {
    // Two turns never overlap; the clock may say the same for the end of one and the beginning of the next.
    let mut least = 0;
    for mut turn in turns {
        let mut push = |at: u64, group, track, what| {
            least = at.max(least);
            entries.push(Entry { at: least, group, track, what });
        };
        let (begin, end, worker) = (turn.begin, turn.end.max(turn.begin), turn.worker as u64 + 1);
        push(begin, WORKERS, worker, Shown::Begin(format!("{name} #{serial}")));
        push(begin, PROCESSES, serial, Shown::Begin("turn".into()));
        turn.within.sort_by_key(|(at, _)| *at);
        for (at, what) in turn.within {
            push(at, PROCESSES, serial, what);
        }
        push(end, PROCESSES, serial, Shown::End(turn.how));
        push(end, WORKERS, worker, Shown::End(turn.how));
    }
}

fn name_of(process: &Process) -> String {
    format!(
        "{} {}",
        names::of_process(process.type_name),
        short(process.started.file(), process.started.line())
    )
}

fn name_of_channel(channel: &ChannelTag) -> String {
    let name = names::shorten((channel.type_name)());
    format!("{name} {} #{}", short(channel.made.file(), channel.made.line()), channel.serial)
}

fn short(file: &str, line: u32) -> String {
    format!("{}:{line}", file.rsplit(['/', '\\']).next().unwrap_or(file))
}

pub(super) fn write(trace: &Trace, mut to: impl Write) -> io::Result<()> {
    write!(to, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    for (group, name) in [(PROCESSES, "processes"), (WORKERS, "workers")] {
        let comma = if group == PROCESSES { "" } else { ",\n" };
        write!(
            to,
            "{comma}{{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{group},\"args\":{{\"name\":\"{name}\"}}}}"
        )?;
    }
    for Track { group, number, name } in &trace.tracks {
        write!(
            to,
            ",\n{{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":{group},\"tid\":{number},\"args\":{{\"name\":{}}}}}",
            Quoted(name)
        )?;
    }
    for Entry { at, group, track, what } in &trace.entries {
        // Microseconds, with the rest behind the point.
        let place = format_args!("\"ts\":{}.{:03},\"pid\":{group},\"tid\":{track}", at / 1_000, at % 1_000);
        writeln!(to, ",")?;
        match what {
            Shown::Begin(name) => write!(to, "{{\"ph\":\"B\",\"name\":{},{place}}}", Quoted(name)),
            Shown::End(how) => write!(to, "{{\"ph\":\"E\",{place},\"args\":{{\"how\":\"{how}\"}}}}"),
            Shown::Point(name, arguments) => {
                write!(
                    to,
                    "{{\"ph\":\"i\",\"s\":\"t\",\"name\":{},{place},\"args\":{arguments}}}",
                    Quoted(name)
                )
            }
            Shown::Arrow { ends, number, name } => {
                let (ph, binds) = if *ends { ("f", ",\"bp\":\"e\"") } else { ("s", "") };
                let name = Quoted(name);
                write!(
                    to,
                    "{{\"ph\":\"{ph}\",\"cat\":\"value\",\"name\":{name},\"id\":{number},{place}{binds}}}"
                )
            }
        }?;
    }
    writeln!(to, "]}}")
}
