//! The same work in csp-rs, in its peers and in Go, in one run: `cargo run --release -p csp-compare -- --help`.
//!
//! Each figure is measured in a fresh process; rounds of all implementations are interleaved; medians are printed, as
//! nanoseconds an operation, with the ratio of csp to the best peer and to Go.
// `tokio::select!` with 64 arms.
#![recursion_limit = "256"]

mod csp;
mod go;
mod kernels;
mod measure;
mod memory;
mod options;
mod peers;
mod plot;
mod report;
#[cfg(feature = "peers")]
mod stacked;
#[cfg(feature = "peers")]
mod waiting;

use std::process::ExitCode;
use std::time::Duration;

use kernels::KERNELS;
use measure::Runs;
use options::Options;
use peers::{Code, Entry, PEERS};
use report::Row;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, peer, kernel, workers, count] = &arguments[..]
        && flag == "--one"
    {
        println!("{}", one(peer, kernel, workers, count));
        return ExitCode::SUCCESS;
    }
    if let [flag, seconds] = &arguments[..]
        && flag == "--idle"
        && let Ok(seconds) = seconds.parse()
    {
        println!("{:.3}", csp::idle(Duration::from_secs(seconds)));
        return ExitCode::SUCCESS;
    }
    match Options::parse(arguments).and_then(|options| compare(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// What a fresh process does.
fn one(peer: &str, kernel: &str, workers: &str, count: &str) -> f64 {
    let peer = PEERS.iter().find(|p| p.name == peer).expect("a peer of the list");
    let Code::Here(find) = peer.code else { panic!("{} has a program of its own", peer.name) };
    let run = find(kernel).expect("a kernel of the peer");
    run(workers.parse().expect("a number of workers"), count.parse().expect("a number of operations"))
}

fn compare(options: &Options) -> Result<(), String> {
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut entries = Vec::new();
    for peer in PEERS.iter().filter(|peer| options.wants_peer(peer.name)) {
        match peer.code {
            Code::Here(_) => entries.push(Entry { peer, program: this.clone() }),
            Code::Go => match go::build() {
                Ok(program) => entries.push(Entry { peer, program }),
                Err(why) => eprintln!("without Go: {why}"),
            },
        }
    }
    if !options.json {
        report::print_head(&entries);
    }
    let mut rows = Vec::new();
    for kernel in KERNELS.iter().filter(|kernel| options.wants_kernel(kernel.name)) {
        for &workers in &options.workers {
            let mut runs: Vec<Runs> = entries.iter().map(|_| Runs::default()).collect();
            for _ in 0..options.rounds {
                for (entry, runs) in entries.iter().zip(&mut runs) {
                    // What failed once is not asked again.
                    if entry.peer.has(kernel) && runs.failure.is_none() {
                        runs.add(measure::run(entry, kernel, workers));
                    }
                }
            }
            let row = Row { kernel, workers, runs };
            match options.json {
                true => report::print_json(&row, &entries),
                false => report::print_row(&row, &entries),
            }
            rows.push(row);
        }
    }
    if !options.json {
        report::print_notes(&rows, &entries);
    }
    match &options.svg {
        Some(file) => plot::draw(file, &rows, &entries),
        None => Ok(()),
    }
}
