//! All randomness of the runtime comes through here, so that one oracle can own every choice.

use std::cell::Cell;

use super::oracle;

thread_local! {
    /// 0: nobody seeded this thread, or an oracle chooses for it.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// A sequence of choices of its own: the same for the same seed, on every machine.
#[cfg(not(loom))]
#[derive(Clone, Debug)]
pub(crate) struct Stream(u64);

#[cfg(not(loom))]
impl Stream {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed).max(1))
    }

    pub(crate) fn next(&mut self) -> u32 {
        let (state, drawn) = step(self.0);
        self.0 = state;
        drawn
    }

    /// As [`below`].
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        scaled(self.next(), n)
    }
}

/// Seeds this thread's choices; a worker does it once with its index.
pub(crate) fn seed(seed: u64) {
    STATE.with(|s| s.set(mix(seed).max(1)));
}

/// A number below `n`, each as likely as the others up to `n / 2^32`; 0 when `n` is 0 or 1.
///
/// A model must make the same choices in every run of it, so there it is always 0.
#[inline]
pub(crate) fn below(n: u32) -> u32 {
    if n < 2 || cfg!(loom) {
        return 0;
    }
    match STATE.get() {
        0 => unseeded(n),
        state => drawn(state, n),
    }
}

#[inline]
fn drawn(state: u64, n: u32) -> u32 {
    let (state, drawn) = step(state);
    STATE.set(state);
    scaled(drawn, n)
}

#[inline]
fn scaled(drawn: u32, n: u32) -> u32 {
    ((u64::from(drawn) * u64::from(n)) >> 32) as u32
}

/// xorshift64*: small, no tables, good enough for fairness; never for secrets. Gives the next state, and what it draws.
#[inline]
fn step(mut x: u64) -> (u64, u32) {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    (x, (x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) as u32)
}

#[cold]
fn unseeded(n: u32) -> u32 {
    match oracle::current() {
        Some(oracle) => oracle.below(n),
        None => drawn(first_seed(), n),
    }
}

/// The thread's state, which is left as if nobody had seeded it.
#[cfg(not(loom))]
pub(super) fn suspend() -> u64 {
    STATE.replace(0)
}

#[cfg(not(loom))]
pub(super) fn resume(state: u64) {
    STATE.set(state);
}

/// A thread that nobody seeded takes the address of its own state and the hasher's per-process keys.
#[cold]
fn first_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let here = STATE.with(|s| std::ptr::from_ref(s) as u64);
    mix(RandomState::new().hash_one(here)).max(1)
}

/// splitmix64's finalizer.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(all(test, not(loom)))]
mod tests {
    #[test]
    fn every_choice_is_about_as_likely() {
        super::seed(7);
        let mut hits = [0u32; 5];
        for _ in 0..100_000 {
            hits[super::below(5) as usize] += 1;
        }
        assert!(hits.iter().all(|&h| (19_000..21_000).contains(&h)), "{hits:?}");
    }
}
