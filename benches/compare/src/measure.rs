//! One run in a fresh process, and the medians of many.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::kernels::Kernel;
use crate::memory;
use crate::peers::{Code, Entry};

/// How long a run may take, and how much memory it may hold: what needs more has failed.
const TIME: Duration = Duration::from_secs(60);
const MEMORY: u64 = 8 << 30;

/// The runs of a peer in a kernel.
#[derive(Default)]
pub struct Runs {
    pub figures: Vec<f64>,
    /// Why the last one that failed did.
    pub failure: Option<String>,
}

impl Runs {
    pub fn add(&mut self, run: Result<f64, String>) {
        match run {
            Ok(figure) => {
                let place = self.figures.partition_point(|f| *f < figure);
                self.figures.insert(place, figure);
            }
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// None if any run failed: a figure that cannot be had again is no figure.
    pub fn median(&self) -> Option<f64> {
        if self.failure.is_some() {
            return None;
        }
        let upper = *self.figures.get(self.figures.len() / 2)?;
        let lower = self.figures[(self.figures.len() - 1) / 2];
        Some((lower + upper) / 2.0)
    }
}

/// A fresh process: no figure is warmed up, or littered, by another.
pub fn run(entry: &Entry, kernel: &Kernel, workers: usize) -> Result<f64, String> {
    let mut command = Command::new(&entry.program);
    if let Code::Here(_) = entry.peer.code {
        command.args(["--one", entry.peer.name]);
    }
    let child = command
        .args([kernel.name, &workers.to_string(), &(kernel.count / entry.peer.share).to_string()])
        // go-lib reads it where other libraries take an argument.
        .env("GOMAXPROCS", workers.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    watch(child)
}

fn watch(mut child: Child) -> Result<f64, String> {
    let number = child.id().to_string();
    let out = child.stdout.take().expect("a pipe");
    let err = child.stderr.take().expect("a pipe");
    let (out, err) = (thread::spawn(|| read(out)), thread::spawn(|| read(err)));
    let start = Instant::now();
    let mut stopped = None;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(e) => return Err(e.to_string()),
        }
        if start.elapsed() > TIME {
            stopped = Some(format!("takes longer than {} s", TIME.as_secs()));
        } else if memory::resident(&number).is_some_and(|bytes| bytes > MEMORY) {
            stopped = Some(format!("takes more than {} GiB", MEMORY >> 30));
        }
        if stopped.is_some() {
            // It may have ended by itself meanwhile.
            let _ = child.kill();
        }
        thread::sleep(Duration::from_millis(20));
    };
    let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
    if let Some(why) = stopped {
        return Err(why);
    }
    if !status.success() {
        let first: Vec<_> = err.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
        return Err(format!("{status}: {}", first.join(" | ")));
    }
    out.trim().parse().map_err(|e| format!("{e}: {}", out.trim()))
}

/// What comes through, up to some length; the rest is read and dropped, so that nobody waits for a full pipe.
fn read(from: impl Read) -> String {
    let mut from = from;
    let mut bytes = Vec::new();
    let _ = (&mut from).take(64 << 10).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut from, &mut std::io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}
