//! The same work in csp-rs and in its peers, in one run: `cargo run --release -p csp-compare -- --help`.
//!
//! Each figure is measured in a fresh process; rounds of all implementations are interleaved; medians are printed, as
//! nanoseconds an operation, with the ratio of csp to the best peer.

mod kernels_csp;
mod kernels_kanal;
mod memory;

use std::process::Command;
use std::time::{Duration, Instant};

/// What one measured run did: its operations, and whether the result was right.
pub struct Done {
    pub operations: u64,
    pub elapsed: Duration,
}

/// Times `work`, which gives its number of operations after it checked its result.
pub fn timed(work: impl FnOnce() -> u64) -> Done {
    let start = Instant::now();
    let operations = work();
    Done { operations, elapsed: start.elapsed() }
}

type Kernel = fn(workers: usize) -> f64;

struct Peer {
    name: &'static str,
    kernel: fn(&str) -> Option<Kernel>,
}

const PEERS: [Peer; 2] = [
    Peer { name: "csp", kernel: kernels_csp::kernel },
    Peer { name: "tokio+kanal", kernel: kernels_kanal::kernel },
];

const KERNELS: [(&str, &str); 17] = [
    ("pingpong", "two rendezvous, there and back"),
    ("spsc0", "a rendezvous message"),
    ("spsc128", "a buffered message"),
    ("mpsc128", "a buffered message, 4 senders"),
    ("mpmc0", "a rendezvous message, 4 to 4"),
    ("mpmc128", "a buffered message, 4 to 4"),
    ("select2", "a message through a select over 2 rendezvous"),
    ("select8", "a message through a select over 8 rendezvous"),
    ("commstime", "an iteration of 4 rendezvous"),
    ("ring", "a hop in a ring of 503"),
    ("sieve", "a prime, of the first 1000"),
    ("skynet", "a process of 1,111,111"),
    ("spawn", "a process of 10^6 started, then awaited"),
    ("join", "a process started and awaited, one at a time"),
    ("sleepers", "a sleeper of 200,000, 0 to 99 ms"),
    ("parked", "bytes of a process parked on a shared channel"),
    ("parked_own", "bytes of a process parked on a channel of its own"),
];

const HELP: &str = "\
usage: csp-compare [--kernel K]... [--workers 1,2] [--rounds N] [--peer P]... [--json]

Runs each kernel in csp and in its peers, each run in a fresh process, rounds interleaved, and prints
medians in nanoseconds an operation (bytes for `parked`), and the ratio of csp to the best peer.";

struct Options {
    kernels: Vec<String>,
    peers: Vec<String>,
    workers: Vec<usize>,
    rounds: usize,
    json: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, peer, kernel, workers] = &arguments[..]
        && flag == "--one"
    {
        let peer = PEERS.iter().find(|p| p.name == peer).expect("a peer of the list");
        let kernel = (peer.kernel)(kernel).expect("a kernel of the peer");
        println!("{}", kernel(workers.parse().expect("a number of workers")));
        return;
    }
    match parse(arguments) {
        Ok(options) => compare(&options),
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    }
}

fn parse(arguments: Vec<String>) -> Result<Options, String> {
    let mut options =
        Options { kernels: Vec::new(), peers: Vec::new(), workers: vec![1, 2], rounds: 5, json: false };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{HELP}"));
        match argument.as_str() {
            "--kernel" => options.kernels.push(value()?),
            "--peer" => options.peers.push(value()?),
            "--workers" => {
                let list: Result<_, _> = value()?.split(',').map(str::parse).collect();
                options.workers = list.map_err(|e| format!("--workers: {e}"))?;
            }
            "--rounds" => options.rounds = value()?.parse().map_err(|e| format!("--rounds: {e}"))?,
            "--json" => options.json = true,
            "--help" | "-h" => {
                println!("{HELP}\n\nkernels:");
                KERNELS.iter().for_each(|(name, what)| println!("  {name:<11}{what}"));
                std::process::exit(0);
            }
            other => return Err(format!("{other}: not an option\n{HELP}")),
        }
    }
    if let Some(unknown) = options.kernels.iter().find(|k| KERNELS.iter().all(|(name, _)| name != k)) {
        return Err(format!("{unknown}: not a kernel; see --help"));
    }
    if options.rounds == 0 || options.workers.contains(&0) {
        return Err("rounds and workers must be at least 1".into());
    }
    Ok(options)
}

fn compare(options: &Options) {
    let wanted = |list: &[String], name: &str| list.is_empty() || list.iter().any(|w| w == name);
    let peers: Vec<_> = PEERS.iter().filter(|p| p.name == "csp" || wanted(&options.peers, p.name)).collect();
    if !options.json {
        print!("{:<12}{:>8}", "kernel", "workers");
        peers.iter().for_each(|p| print!("{:>14}", p.name));
        println!("{:>10}", "ratio");
    }
    for (name, _) in KERNELS.iter().filter(|(name, _)| wanted(&options.kernels, name)) {
        for &workers in &options.workers {
            let mut figures: Vec<Vec<f64>> = vec![Vec::new(); peers.len()];
            for _ in 0..options.rounds {
                for (peer, figures) in peers.iter().zip(&mut figures) {
                    if (peer.kernel)(name).is_some() {
                        figures.push(run_one(peer.name, name, workers));
                    }
                }
            }
            report(name, workers, &peers, &mut figures, options.json);
        }
    }
}

/// A fresh process: no figure is warmed up, or littered, by another.
fn run_one(peer: &str, kernel: &str, workers: usize) -> f64 {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .args(["--one", peer, kernel, &workers.to_string()])
        .output()
        .expect("this program starts again");
    if !output.status.success() {
        eprintln!("{peer} {kernel} {workers}: {}", String::from_utf8_lossy(&output.stderr));
        return f64::NAN;
    }
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

fn report(name: &str, workers: usize, peers: &[&Peer], figures: &mut [Vec<f64>], json: bool) {
    let medians: Vec<Option<f64>> = figures.iter_mut().map(|f| median(f)).collect();
    let best = medians[1..].iter().flatten().copied().reduce(f64::min);
    let ratio = medians[0].zip(best).map(|(csp, best)| csp / best);
    if json {
        let cells: Vec<_> = peers
            .iter()
            .zip(&medians)
            .filter_map(|(p, m)| m.map(|m| format!("\"{}\":{m:.2}", p.name)))
            .collect();
        let ratio = ratio.map_or("null".into(), |r| format!("{r:.3}"));
        println!("{{\"kernel\":\"{name}\",\"workers\":{workers},{},\"ratio\":{ratio}}}", cells.join(","));
        return;
    }
    print!("{name:<12}{workers:>8}");
    for median in &medians {
        match median {
            Some(figure) => print!("{figure:>14.1}"),
            None => print!("{:>14}", "-"),
        }
    }
    println!("{:>10}", ratio.map_or("-".into(), |r| format!("{r:.2}")));
}

fn median(figures: &mut [f64]) -> Option<f64> {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// The figure of a run: nanoseconds an operation.
pub fn figure(done: &Done) -> f64 {
    done.elapsed.as_nanos() as f64 / done.operations as f64
}
