use csp::prelude::*;

#[derive(Clone, Copy, Default)]
struct Stats {
    seen: u32,
}

fn start() {
    let mut stats = Stats::default();
    go! {
        stats.seen += 1;
    };
    println!("{}", stats.seen);
}

fn main() {}
