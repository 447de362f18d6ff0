//! What is printed: a table for readers, or a line of JSON for each of its rows.

use crate::kernels::{KERNELS, Kernel};
use crate::measure::Runs;
use crate::peers::{Entry, Meets};

/// A kernel on so many workers, by everybody who takes part; csp comes first.
pub struct Row {
    pub kernel: &'static Kernel,
    pub workers: usize,
    pub runs: Vec<Runs>,
}

/// The better of the peers: who, and its figure.
type Best = (&'static str, f64);

impl Row {
    pub fn csp(&self) -> Option<f64> {
        self.runs[0].median()
    }

    /// The best of all others, Go and those with a mark included.
    pub fn best(&self, entries: &[Entry]) -> Option<Best> {
        let others = entries.iter().zip(&self.runs).skip(1);
        others
            .filter_map(|(entry, runs)| Some((entry.peer.name, runs.median()?)))
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    pub fn to_best(&self, entries: &[Entry]) -> Option<f64> {
        Some(self.csp()? / self.best(entries)?.1)
    }

    pub fn to_go(&self, entries: &[Entry]) -> Option<f64> {
        let go = entries.iter().position(|entry| entry.peer.name == "go")?;
        Some(self.csp()? / self.runs[go].median()?)
    }
}

const NAME: usize = 11;
const CELL: usize = 11;

pub fn print_head(entries: &[Entry]) {
    print!("{:<NAME$}{:>2}", "kernel", "w");
    entries.iter().for_each(|entry| print!("{:>CELL$}", entry.peer.name));
    println!("{:>CELL$}{:>9}{:>9}", "best peer", "csp/best", "csp/go");
}

pub fn print_row(row: &Row, entries: &[Entry]) {
    print!("{:<NAME$}{:>2}", row.kernel.name, row.workers);
    for (entry, runs) in entries.iter().zip(&row.runs) {
        let cell = match (runs.median(), &runs.failure) {
            (Some(figure), _) => format!("{}{}", short(figure), entry.peer.mark(row.kernel)),
            (None, Some(_)) => "failed".into(),
            (None, None) => "-".into(),
        };
        print!("{cell:>CELL$}");
    }
    let ratio = |r: Option<f64>| r.map_or("-".into(), |r| format!("{r:.2}"));
    println!(
        "{:>CELL$}{:>9}{:>9}",
        row.best(entries).map_or("-", |(name, _)| name),
        ratio(row.to_best(entries)),
        ratio(row.to_go(entries))
    );
}

/// Three digits are more than the machine can repeat.
fn short(figure: f64) -> String {
    match figure {
        f if f.abs() < 99.95 => format!("{f:.1}"),
        f => format!("{f:.0}"),
    }
}

/// What the signs in the table mean, and what failed.
pub fn print_notes(rows: &[Row], entries: &[Entry]) {
    println!(
        "\nNanoseconds an operation (bytes for `parked`), medians. A ratio below 1: csp is faster, or smaller."
    );
    if entries.iter().any(|entry| entry.peer.meets == Meets::InABufferOfOne) {
        println!("* a channel of capacity 1 where the kernel has a rendezvous: this peer has none");
    }
    if entries.iter().any(|entry| entry.peer.meets == Meets::Never) {
        println!("~ a channel that is never full where the kernel has a rendezvous: this peer has no other");
    }
    println!("- this peer cannot do it; --help tells why");
    for row in rows {
        for (entry, runs) in entries.iter().zip(&row.runs) {
            if let Some(failure) = &runs.failure {
                println!("failed: {} {} {}: {failure}", entry.peer.name, row.kernel.name, row.workers);
            }
        }
    }
}

/// One object: the figures of all rounds, lowest first, and the medians.
pub fn print_json(row: &Row, entries: &[Entry]) {
    let number = |n: Option<f64>| n.map_or("null".into(), |n| format!("{n:.3}"));
    let peers: Vec<String> = entries
        .iter()
        .zip(&row.runs)
        .filter(|(_, runs)| !runs.figures.is_empty() || runs.failure.is_some())
        .map(|(entry, runs)| {
            let figures: Vec<_> = runs.figures.iter().map(|f| format!("{f:.3}")).collect();
            format!(
                "{}:{{\"median\":{},\"figures\":[{}],\"mark\":{},\"failure\":{}}}",
                quoted(entry.peer.name),
                number(runs.median()),
                figures.join(","),
                quoted(entry.peer.mark(row.kernel)),
                runs.failure.as_deref().map_or("null".into(), quoted),
            )
        })
        .collect();
    println!(
        "{{\"kernel\":{},\"workers\":{},\"unit\":{},\"count\":{},\"peers\":{{{}}},\"best\":{},\"csp_to_best\":{},\"csp_to_go\":{}}}",
        quoted(row.kernel.name),
        row.workers,
        quoted(row.kernel.unit.name()),
        row.kernel.count,
        peers.join(","),
        row.best(entries).map_or("null".into(), |(name, _)| quoted(name)),
        number(row.to_best(entries)),
        number(row.to_go(entries)),
    );
}

/// As a string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

pub fn print_kernels() {
    for kernel in &KERNELS {
        println!("  {:<NAME$} {:>9} x {}", kernel.name, kernel.count, kernel.what);
    }
}
