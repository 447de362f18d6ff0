//! What reduction leaves out is nothing that a program can tell: small programs, drawn at random, come to the same ends with it as
//! under all schedules.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use csp::explore::{Explore, Policy};
use csp::prelude::*;
use csp::time::settled;

/// What a process does next, with the channel of this number.
#[derive(Clone, Copy, Debug)]
enum Op {
    Send(usize),
    Recv(usize),
    TrySend(usize),
    TryRecv(usize),
    Len(usize),
    IsClosed(usize),
    Close(usize),
    DropSender(usize),
    DropReceiver(usize),
    /// Polls two receives; the one that is not ready first is dropped, whatever it was handed meanwhile.
    Race(usize),
    /// Receives from both.
    Select,
    /// Receives from one, sends to the other.
    Cross(usize),
    /// Receives from one if it can now.
    Default(usize),
    /// A receive with a deadline.
    Timed(usize),
    Sleep,
    /// Waits for the one value of a source of time that all share.
    Alarm,
    IsFinished,
    /// Whether the first process is over, as an arm.
    Over,
    /// Waits for the first process, or a message.
    Join(usize),
}

const OPS: usize = 19;

/// A program of more schedules is left out.
const MOST: u64 = 600;

fn op(kind: usize, channel: usize) -> Op {
    match kind {
        0 => Op::Send(channel),
        1 => Op::Recv(channel),
        2 => Op::TrySend(channel),
        3 => Op::TryRecv(channel),
        4 => Op::Len(channel),
        5 => Op::IsClosed(channel),
        6 => Op::Close(channel),
        7 => Op::DropSender(channel),
        8 => Op::DropReceiver(channel),
        9 => Op::Race(channel),
        10 => Op::Select,
        11 => Op::Cross(channel),
        12 => Op::Default(channel),
        13 => Op::Timed(channel),
        14 => Op::Sleep,
        15 => Op::Alarm,
        16 => Op::IsFinished,
        17 => Op::Over,
        _ => Op::Join(channel),
    }
}

#[derive(Clone, Debug)]
struct Program {
    capacities: [usize; 2],
    /// Whether the body keeps the sender or the receiver of a channel, by which it closes the channel in the end.
    keeps_sender: [bool; 2],
    processes: Vec<(Holds, Vec<Op>)>,
}

/// Whether a process holds a sender and a receiver, of each channel.
type Holds = [(bool, bool); 2];

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// Half of them are what makes others come to different ends.
    fn op(&mut self) -> Op {
        let kind = if self.below(2) == 0 { self.below(OPS) } else { [0, 1, 2, 3, 10, 12][self.below(6)] };
        op(kind, self.below(2))
    }

    fn program(&mut self) -> Program {
        let processes = 2 + self.below(2);
        let mut process = |_| {
            let ops = 4 - processes + self.below(2);
            let holds =
                [(); 2].map(|()| [(true, true), (true, true), (true, false), (false, true)][self.below(4)]);
            (holds, (0..ops).map(|_| self.op()).collect())
        };
        let processes = (0..processes).map(&mut process).collect();
        Program {
            capacities: [self.below(2), self.below(3)],
            keeps_sender: [self.below(2) == 0, self.below(2) == 0],
            processes,
        }
    }
}

type Ends = [(Option<Sender<usize>>, Option<Receiver<usize>>); 2];

/// Does `op` and says what came of it.
async fn perform(
    op: Op,
    me: usize,
    ends: &mut Ends,
    first: Option<&Handle<()>>,
    alarm: &csp::After,
) -> String {
    let (tx, rx) = {
        let tx = |channel: usize| ends[channel].0.clone();
        let rx = |channel: usize| ends[channel].1.clone();
        match op {
            Op::Send(c) | Op::TrySend(c) => (tx(c), rx(c)),
            Op::Cross(c) => (tx(1 - c), rx(c)),
            Op::Select => (None, None),
            Op::Recv(c) | Op::TryRecv(c) | Op::Len(c) | Op::IsClosed(c) | Op::Close(c) => (None, rx(c)),
            Op::Race(c) | Op::Default(c) | Op::Timed(c) | Op::Join(c) => (None, rx(c)),
            _ => (None, None),
        }
    };
    match (op, &tx, &rx, first) {
        (Op::Send(_), Some(tx), ..) => format!("{:?}", tx.send(me).await.is_ok()),
        (Op::TrySend(_), Some(tx), ..) => format!("{:?}", tx.try_send(me)),
        (Op::Recv(_), _, Some(rx), _) => format!("{:?}", rx.recv().await),
        (Op::TryRecv(_), _, Some(rx), _) => format!("{:?}", rx.try_recv()),
        (Op::Len(_), _, Some(rx), _) => format!("{:?}", rx.len()),
        (Op::IsClosed(_), _, Some(rx), _) => format!("{:?}", rx.is_closed()),
        (Op::Close(_), _, Some(rx), _) => {
            rx.close();
            String::new()
        }
        (Op::DropSender(c), ..) => format!("{}", ends[c].0.take().is_some()),
        (Op::DropReceiver(c), ..) => format!("{}", ends[c].1.take().is_some()),
        (Op::Race(c), _, Some(rx), _) => {
            let Some(other) = ends[1 - c].1.clone() else { return String::new() };
            let (mut one, mut two) = (pin!(rx.recv()), pin!(other.recv()));
            let race = poll_fn(|cx| match one.as_mut().poll(cx) {
                Poll::Ready(value) => Poll::Ready((1, value)),
                Poll::Pending => two.as_mut().poll(cx).map(|value| (2, value)),
            });
            format!("{:?}", race.await)
        }
        (Op::Select, ..) => match (ends[0].1.clone(), ends[1].1.clone()) {
            (Some(a), Some(b)) => csp::select! {
                n = <-a => format!("a{n}"),
                n = <-b => format!("b{n}"),
                closed => "closed".into(),
            },
            _ => String::new(),
        },
        (Op::Cross(_), Some(tx), Some(rx), _) => csp::select! {
            n = <-rx => format!("got {n}"),
            r = tx.send(me) => format!("sent {}", r.is_ok()),
            closed => "closed".into(),
        },
        (Op::Default(_), _, Some(rx), _) => csp::select! {
            n = <-rx => format!("{n}"),
            default => "default".into(),
        },
        (Op::Timed(_), _, Some(rx), _) => {
            format!("{:?}", timeout(Duration::from_nanos(1), rx.recv()).await)
        }
        (Op::Sleep, ..) => {
            sleep(Duration::from_nanos(1)).await;
            String::new()
        }
        (Op::Alarm, ..) => format!("{:?}", alarm.recv().await.is_ok()),
        (Op::IsFinished, _, _, Some(first)) => format!("{:?}", first.is_finished()),
        (Op::Over, _, _, Some(first)) => csp::select! {
            r = first.recv() => format!("{}", r.is_ok()),
            default => "default".into(),
        },
        (Op::Join(_), _, Some(rx), Some(first)) => csp::select! {
            n = <-rx => format!("{n}"),
            r = first.recv() => format!("over {}", r.is_ok()),
        },
        _ => String::new(),
    }
}

/// All ends that a program can come to, if they can be had in so many schedules, and how many it took.
fn ends_of(program: &Program, reduced: bool) -> Option<(BTreeSet<Vec<String>>, u64)> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let explore = Explore::new().policy(Policy::Dfs).schedules(MOST).reduced(reduced);
    let report = explore.run(|| {
        let (program, seen) = (program.clone(), seen.clone());
        async move {
            // Each process writes its own line, which no other reads.
            let lines: Arc<Vec<_>> =
                Arc::new(program.processes.iter().map(|_| Mutex::new(String::new())).collect());
            let (a, from_a) = csp::bounded(program.capacities[0]);
            let (b, from_b) = csp::bounded(program.capacities[1]);
            let alarm = Arc::new(after(Duration::from_nanos(1)));
            let mut first: Option<Arc<Handle<()>>> = None;
            let mut others = Vec::new();
            for (me, (holds, ops)) in program.processes.clone().into_iter().enumerate() {
                let own = |(sends, receives): (bool, bool), tx: &Sender<_>, rx: &Receiver<_>| {
                    (sends.then(|| tx.clone()), receives.then(|| rx.clone()))
                };
                let mut ends: Ends = [own(holds[0], &a, &from_a), own(holds[1], &b, &from_b)];
                let (lines, alarm, theirs) = (lines.clone(), alarm.clone(), first.clone());
                let handle = csp::go!(async move {
                    for op in ops {
                        let came = perform(op, me, &mut ends, theirs.as_deref(), &alarm).await;
                        let mut line = lines[me].lock().unwrap();
                        line.push_str(&came);
                        line.push(';');
                    }
                });
                match first {
                    None => first = Some(Arc::new(handle)),
                    Some(_) => others.push(handle),
                }
            }
            let keep = |keeps: bool, tx, rx| if keeps { (Some(tx), None) } else { (None, Some(rx)) };
            let kept = [keep(program.keeps_sender[0], a, from_a), keep(program.keeps_sender[1], b, from_b)];
            settled().await;
            for (tx, rx) in kept {
                tx.iter().for_each(Sender::close);
                rx.iter().for_each(Receiver::close);
            }
            for other in others {
                other.await.unwrap();
            }
            let _ = first.unwrap().recv().await;
            let lines = lines.iter().map(|line| line.lock().unwrap().clone()).collect();
            seen.lock().unwrap().insert(lines);
        }
    });
    let report = report.unwrap_or_else(|failure| panic!("{program:?}: {failure}"));
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    report.is_complete().then(|| (seen, report.schedules()))
}

/// Compares the ends; gives how many there are, and the schedules with and without reduction. `None`: the program is too large.
fn compare(program: &Program) -> Option<[u64; 3]> {
    let (all, many) = ends_of(program, false)?;
    let (reduced, few) =
        ends_of(program, true).unwrap_or_else(|| panic!("more schedules than {many}: {program:?}"));
    assert_eq!(reduced, all, "{program:?}");
    Some([all.len() as u64, few, many])
}

#[test]
fn which_end_is_the_last_depends_on_the_order() {
    let program = Program {
        capacities: [1, 1],
        keeps_sender: [false, true],
        processes: vec![
            ([(true, false), (false, false)], vec![Op::DropSender(0)]),
            ([(true, false), (true, false)], vec![Op::TrySend(1), Op::DropSender(0)]),
            ([(false, true), (false, true)], vec![Op::TryRecv(1), Op::IsClosed(0)]),
        ],
    };
    // Whether the message is there and whether the channel is closed: all but closed without the message.
    assert_eq!(compare(&program).expect("a small program")[0], 3);
}

#[test]
fn programs_come_to_the_same_ends_with_and_without_reduction() {
    let number = |name, without| std::env::var(name).map_or(without, |n| n.parse().expect("a number"));
    let (mut draw, programs) = (Draw(number("CSP_SEED", 1)), number("CSP_PROGRAMS", 200));
    let (mut compared, mut ends, mut many, mut few) = (0, 0, 0, 0);
    for _ in 0..programs {
        let Some(counts) = compare(&draw.program()) else { continue };
        compared += 1;
        ends += counts[0];
        few += counts[1];
        many += counts[2];
    }
    println!("{compared} of {programs} programs, {ends} ends, {many} schedules, {few} with reduction");
    assert!(compared * 2 > programs, "{compared} of {programs} programs could be compared");
    assert!(4 * ends > 5 * compared, "{ends} ends of {compared} programs");
    assert!(few < many, "{few} of {many}");
}
