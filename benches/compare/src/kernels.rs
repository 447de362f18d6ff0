//! What is measured: one list for csp, its peers and Go.

/// A run of a kernel: how many workers, how many operations; it gives the figure, after it checked the result.
pub type Run = fn(workers: usize, count: u64) -> f64;

pub struct Kernel {
    pub name: &'static str,
    /// What one operation is.
    pub what: &'static str,
    /// How many operations a run makes, the same for everybody.
    pub count: u64,
    pub unit: Unit,
    /// Whether its channels are rendezvous, which some peers have to replace by a buffer of one.
    pub rendezvous: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Unit {
    Nanoseconds,
    Bytes,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Nanoseconds => "ns",
            Unit::Bytes => "bytes",
        }
    }
}

const fn timed(name: &'static str, count: u64, what: &'static str) -> Kernel {
    Kernel { name, what, count, unit: Unit::Nanoseconds, rendezvous: false }
}

const fn meeting(name: &'static str, count: u64, what: &'static str) -> Kernel {
    Kernel { name, what, count, unit: Unit::Nanoseconds, rendezvous: true }
}

const fn sized(name: &'static str, count: u64, what: &'static str) -> Kernel {
    Kernel { name, what, count, unit: Unit::Bytes, rendezvous: true }
}

pub const KERNELS: [Kernel; 24] = [
    meeting("pingpong", 1_000_000, "two rendezvous, there and back"),
    meeting("spsc0", 2_000_000, "a rendezvous message"),
    timed("spsc128", 8_000_000, "a message through a buffer of 128"),
    timed("mpsc128", 8_000_000, "the same from 4 senders"),
    meeting("mpmc0", 2_000_000, "a rendezvous message, 4 to 4"),
    timed("mpmc128", 8_000_000, "a message through a buffer of 128, 4 to 4"),
    meeting("commstime", 300_000, "an iteration of 4 rendezvous"),
    meeting("ring", 3_000_000, "a hop in a ring of 503"),
    meeting("sieve", 1_000, "a prime, of the first 1000"),
    timed("skynet", 1_000_000, "a process of a tree of 1,111,111"),
    timed("stages", 20_000, "an item through 4 stages, each of which computes for about 10 microseconds"),
    timed("spawn", 1_000_000, "a process started, all of them awaited at the end"),
    timed("join", 1_000_000, "a process started and awaited, one at a time"),
    timed("yield", 4_000_000, "a yield, 4 processes"),
    meeting("select2", 1_000_000, "a message through a select over 2 rendezvous"),
    meeting("select8", 1_000_000, "the same over 8"),
    meeting("select64", 1_000_000, "the same over 64"),
    timed("close", 1_000_000, "a channel opened, used for one message, closed, and drained"),
    timed("sleepers", 200_000, "a process that sleeps 0 to 99 ms"),
    timed("timers", 1_000_000, "a timer of a minute, armed and dropped"),
    timed("mutex", 8_000_000, "a step of a counter behind a lock, 4 processes"),
    meeting(
        "mutex_chan",
        2_000_000,
        "a step of a counter that a process owns, asked for by rendezvous, 4 processes",
    ),
    sized("parked", 1_000_000, "resident bytes of a process parked on a shared channel"),
    sized("parked_own", 1_000_000, "the same on a channel of its own"),
];

/// Processes that share a channel, a lock, or their turns.
pub const CROWD: u64 = 4;

/// Processes in the ring.
pub const RING: usize = 503;

/// Some ten microseconds of computing: each step needs the one before. Go's twin counts the same steps.
pub fn work(seed: u64) -> u64 {
    let mut x = seed;
    for _ in 0..5_000 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    x
}

/// How many items at the beginning of `stages` are compared with what they have to be; all are counted.
pub const SAMPLE: u64 = 8;

/// What the first items are after four stages, summed.
pub fn staged() -> u64 {
    (0..SAMPLE).map(|n| work(work(work(work(n))))).fold(0, u64::wrapping_add)
}

/// The last of the first `count` primes, found without processes.
pub fn prime(count: u64) -> u64 {
    let mut primes = Vec::new();
    let mut n = 2;
    while (primes.len() as u64) < count {
        if primes.iter().all(|p| n % p != 0) {
            primes.push(n);
        }
        n += 1;
    }
    primes.pop().expect("at least one")
}

/// The sum of `0..count`.
pub fn triangle(count: u64) -> u64 {
    count * (count - 1) / 2
}
