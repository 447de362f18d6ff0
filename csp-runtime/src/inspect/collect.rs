//! Looks at all channels, then at all processes, and puts the two together.

use std::collections::{HashMap, HashSet};

use super::{ChannelInfo, ProcessInfo, ProcessState, RuntimeInfo, Side, SideInfo, Snapshot, Wait, WaitKind};
use crate::chan::look::{self, Seen, each_end};
use crate::chan::shared;
use crate::sched::deadlock;
use crate::sched::pool::Pool;
use crate::task::reason::Waits;
use crate::task::{Standing, TaskRef, TaskTag, slab};
use crate::util::names;
use crate::wait::who::Waiting;

/// A channel, and whom it knows.
struct RawChannel {
    info: ChannelInfo,
    waiting: [Vec<Waiting>; 2],
    last: [TaskTag; 2],
}

/// A process, and what it said that it waits for.
struct RawProcess {
    info: ProcessInfo,
    task: TaskRef,
    tag: TaskTag,
    waits_on: usize,
}

/// Processes of which one after the other is asked what it holds, before others who want to look get their turn.
const BATCH: usize = 256;

const SIDES: [Side; 2] = [Side::Send, Side::Receive];

pub(super) fn collect(only: Option<&'static Pool>) -> Snapshot {
    // Whoever waits in a queue that is looked at now is most likely still there when the processes are.
    let channels = channels();
    let pools = only.map_or_else(Pool::all, |pool| vec![pool]);
    let mut processes = processes(&pools, only.is_some());
    ask(&mut processes);
    let mut snapshot = join(channels, processes);
    if only.is_some() {
        let known = |side: &SideInfo| !side.users.is_empty() || !side.holders.is_empty();
        snapshot.channels.retain(|channel| known(&channel.senders) || known(&channel.receivers));
    }
    snapshot.runtimes = runtimes(&pools, &snapshot.processes);
    snapshot
}

fn id_of(task: TaskRef) -> u64 {
    task.as_ptr().addr() as u64
}

fn channels() -> Vec<RawChannel> {
    let mut channels = Vec::new();
    let mut types = Names::default();
    look::each(|seen: &Seen, queues| {
        let side = |ends: u32, side: usize| SideInfo {
            ends,
            more_waiting: queues[side].more,
            ..SideInfo::default()
        };
        channels.push(RawChannel {
            info: ChannelInfo {
                id: seen.address as u64,
                made: seen.made,
                type_name: types.of(seen.type_name, names::shorten),
                len: seen.len,
                capacity: (seen.capacity != usize::MAX).then_some(seen.capacity),
                closed: seen.closed,
                passed: seen.passed,
                senders: side(seen.senders, 0),
                receivers: side(seen.receivers, 1),
            },
            waiting: [queues[0].waiting().to_vec(), queues[1].waiting().to_vec()],
            last: seen.users,
        });
    });
    channels
}

fn processes(pools: &[&'static Pool], only: bool) -> Vec<RawProcess> {
    let mut processes = Vec::new();
    let mut types = Names::default();
    slab::each(|task| {
        let Some(standing) = task.sight() else { return };
        let runtime = pools.iter().position(|pool| task.is_of(pool.face()));
        if only && runtime.is_none() {
            return;
        }
        let (what, waits_on, place) = task.waiting();
        let state = match standing {
            Standing::Ready => ProcessState::Ready,
            Standing::Parked => ProcessState::Parked,
        };
        let wait = kind(what).filter(|_| state == ProcessState::Parked).map(|kind| Wait {
            kind,
            place,
            channels: Vec::new(),
            process: (kind == WaitKind::Join).then_some(waits_on as u64),
        });
        processes.push(RawProcess {
            info: ProcessInfo {
                id: id_of(task),
                name: types.of(task.type_name(), names::of_process),
                started: task.started(),
                runtime,
                state,
                wait,
                holds: Vec::new(),
            },
            task,
            tag: task.tag(),
            waits_on,
        });
    });
    // Afterwards: who has a turn now was queued or parked before.
    let running: HashSet<u64> = pools.iter().flat_map(|pool| pool.running()).map(id_of).collect();
    for process in &mut processes {
        if process.info.state == ProcessState::Ready && running.contains(&process.info.id) {
            process.info.state = ProcessState::Running;
        }
    }
    processes
}

/// Asks the parked processes what they hold. Each is kept from its next turn for as long as it takes to read that, and one that runs is
/// not asked at all.
fn ask(processes: &mut [RawProcess]) {
    // Others than pools, which explore a program, decide themselves who is kept.
    let asked = |p: &RawProcess| p.info.state == ProcessState::Parked && p.info.runtime.is_some();
    for batch in processes.chunks_mut(BATCH) {
        let _looks = deadlock::looks();
        for process in batch.iter_mut().filter(|p| asked(p) && p.task.has_something()) {
            let parked = process.task.parked().filter(|_| process.task.tag() == process.tag);
            let Some(token) = parked.and_then(|sight| process.task.seize(sight)) else { continue };
            each_end(&token, |end| {
                let side = if end.side == shared::Side::Sender { Side::Send } else { Side::Receive };
                process.info.holds.push((end.address() as u64, side));
            });
        }
    }
}

fn kind(what: Waits) -> Option<WaitKind> {
    Some(match what {
        Waits::Nothing => return None,
        Waits::Send => WaitKind::Send,
        Waits::Recv => WaitKind::Receive,
        Waits::Select => WaitKind::Select,
        Waits::Join => WaitKind::Join,
        Waits::Sleep => WaitKind::Sleep,
        Waits::Blocking => WaitKind::Blocking,
        Waits::Io => WaitKind::Io,
    })
}

/// Puts processes at the sides of the channels.
fn join(channels: Vec<RawChannel>, mut processes: Vec<RawProcess>) -> Snapshot {
    let by_id: HashMap<u64, usize> = index(&processes, |process| Some(process.info.id));
    let by_tag = index(&processes, |process| Some(process.tag));
    let by_select = index(&processes, |process| {
        let selects = process.info.wait.as_ref().is_some_and(|wait| wait.kind == WaitKind::Select);
        selects.then_some(process.waits_on)
    });
    // Plain waits, from the processes' side: all of them, however long the queue.
    let mut plain: HashMap<(u64, Side), Vec<usize>> = HashMap::new();
    for (index, process) in processes.iter().enumerate() {
        let side = match process.info.wait.as_ref().map(|wait| wait.kind) {
            Some(WaitKind::Send) => Side::Send,
            Some(WaitKind::Receive) => Side::Receive,
            _ => continue,
        };
        plain.entry((process.waits_on as u64, side)).or_default().push(index);
    }
    let mut holders: HashMap<(u64, Side), Vec<u64>> = HashMap::new();
    for process in &processes {
        for end in &process.info.holds {
            holders.entry(*end).or_default().push(process.info.id);
        }
    }
    let mut done = Vec::with_capacity(channels.len());
    for RawChannel { mut info, waiting, last } in channels {
        for side in SIDES {
            let mut meeting = Meeting::default();
            for index in plain.remove(&(info.id, side)).unwrap_or_default() {
                meeting.waits(index, &mut processes, info.id, side);
            }
            for waiting in &waiting[side as usize] {
                match *waiting {
                    // It left the queue meanwhile, or has a promise.
                    Waiting::Nobody => {}
                    Waiting::Process(task) => {
                        if let Some(&index) = by_id.get(&id_of(task)) {
                            meeting.waits(index, &mut processes, info.id, side);
                        }
                    }
                    Waiting::Select(block) => match by_select.get(&block) {
                        Some(&index) => meeting.waits(index, &mut processes, info.id, side),
                        None => meeting.others += 1,
                    },
                    Waiting::Other => meeting.others += 1,
                }
            }
            if let Some(&index) = by_tag.get(&last[side as usize]) {
                meeting.uses(index, &processes);
            }
            let at = if side == Side::Send { &mut info.senders } else { &mut info.receivers };
            (at.waiting, at.users, at.others_waiting) = (meeting.waiting, meeting.users, meeting.others);
            at.holders = holders.remove(&(info.id, side)).unwrap_or_default();
        }
        done.push(info);
    }
    done.sort_by_key(|channel| (channel.made.file(), channel.made.line(), channel.made.column(), channel.id));
    let mut processes: Vec<_> = processes.into_iter().map(|process| process.info).collect();
    processes.sort_by_key(|p| (p.started.file(), p.started.line(), p.started.column(), p.id));
    Snapshot { runtimes: Vec::new(), processes, channels: done }
}

/// Who meets on one side of a channel.
#[derive(Default)]
struct Meeting {
    waiting: Vec<u64>,
    users: Vec<u64>,
    others: usize,
    known: HashSet<usize>,
}

impl Meeting {
    /// A process uses the side.
    fn uses(&mut self, index: usize, processes: &[RawProcess]) -> bool {
        let new = self.known.insert(index);
        if new {
            self.users.push(processes[index].info.id);
        }
        new
    }

    /// A process waits here, if it is parked by now.
    fn waits(&mut self, index: usize, processes: &mut [RawProcess], channel: u64, side: Side) {
        if !self.uses(index, processes) {
            return;
        }
        if let Some(wait) = &mut processes[index].info.wait {
            wait.channels.push((channel, side));
            self.waiting.push(processes[index].info.id);
        }
    }
}

fn index<K: std::hash::Hash + Eq>(
    processes: &[RawProcess],
    key: impl Fn(&RawProcess) -> Option<K>,
) -> HashMap<K, usize> {
    processes.iter().enumerate().filter_map(|(index, process)| Some((key(process)?, index))).collect()
}

fn runtimes(pools: &[&'static Pool], processes: &[ProcessInfo]) -> Vec<RuntimeInfo> {
    let of = |(index, pool): (usize, &&'static Pool)| {
        let mine = || processes.iter().filter(|process| process.runtime == Some(index));
        let count = |state| mine().filter(|process| process.state == state).count() as u64;
        let (started, ended) = pool.counted();
        let (blocking, queued) = pool.blocking.counted();
        let threads = pool.threads_alive();
        let counters = vec![
            ("workers", pool.workers as u64),
            ("threads", threads as u64),
            ("spare_threads", threads.saturating_sub(pool.workers) as u64),
            ("threads_sleeping", pool.idle.sleeping() as u64),
            ("threads_searching", pool.idle.searching() as u64),
            ("processes_started", started),
            ("processes_ended", ended),
            ("processes_running", count(ProcessState::Running)),
            ("processes_ready", count(ProcessState::Ready)),
            ("processes_parked", count(ProcessState::Parked)),
            ("blocking_threads", blocking as u64),
            ("blocking_queued", queued as u64),
        ];
        RuntimeInfo { name: pool.config().name.clone(), counters }
    };
    pools.iter().enumerate().map(of).collect()
}

/// Names that were made before.
#[derive(Default)]
struct Names(HashMap<(usize, usize), String>);

impl Names {
    fn of(&mut self, name: &'static str, make: fn(&str) -> String) -> String {
        self.0.entry((name.as_ptr().addr(), name.len())).or_insert_with(|| make(name)).clone()
    }
}
