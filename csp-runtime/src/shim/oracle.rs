//! Who decides on a thread that explores a program: what else chance, the clock and the budget decide.
//!
//! Everywhere else there is no oracle, and asking whether there is costs the reading of a thread's own cell, in places that are
//! cold or dear anyway.

use std::cell::Cell;
use std::panic::Location;

#[cfg(not(loom))]
use super::choice;

/// The reading that says: ask the machine's clock.
pub(crate) const REAL: u64 = u64::MAX;

/// Decides, and is told what an exploration wants to know.
pub(crate) trait Oracle: Sync {
    /// A number below `n`, which is at least 2.
    fn below(&self, n: u32) -> u32;

    /// Whether the running process goes on with its next communication; else it gives up its turn.
    fn goes_on(&self) -> bool;

    /// The running process did something with the channel at this address, or looked at it.
    fn touched_channel(&self, address: usize);

    /// It asked whether the process at this address is over, or cancelled it.
    fn touched_process(&self, address: usize);

    /// It looked at a source of time that others may look at.
    fn touched_time(&self);

    /// It did what may concern all others.
    fn touched_all(&self);

    /// The running process was polled and waits for what it said last.
    fn still_waits(&self);

    /// A channel was made, and has this address while it lives.
    fn made_channel(&self, address: usize, at: &'static Location<'static>);
}

thread_local! {
    static ORACLE: Cell<Option<&'static dyn Oracle>> = const { Cell::new(None) };
    static NOW: Cell<u64> = const { Cell::new(REAL) };
    /// The oracle wants to know what processes touch.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// This thread's oracle.
#[inline]
pub(crate) fn current() -> Option<&'static dyn Oracle> {
    ORACLE.get()
}

/// Whether this thread's oracle is told what processes touch.
#[inline]
pub(crate) fn is_told() -> bool {
    TOLD.get()
}

/// From here on it is, or is not.
#[cfg(not(loom))]
pub(crate) fn set_told(told: bool) {
    TOLD.set(told);
}

/// The running process touched what `tell` says, where somebody wants to know.
#[inline(always)]
fn touched(tell: impl FnOnce(&'static dyn Oracle)) {
    #[cold]
    #[inline(never)]
    fn told(tell: impl FnOnce(&'static dyn Oracle)) {
        if let Some(oracle) = current() {
            tell(oracle);
        }
    }
    if is_told() {
        told(tell);
    }
}

/// The running process did something with the channel at this address, or looked at it.
#[inline]
pub(crate) fn touched_channel(address: usize) {
    touched(|oracle| oracle.touched_channel(address));
}

/// It looked at the process at this address, or cancelled it.
#[inline]
pub(crate) fn touched_process(address: usize) {
    touched(|oracle| oracle.touched_process(address));
}

/// It looked at a source of time.
#[inline]
pub(crate) fn touched_time() {
    touched(|oracle| oracle.touched_time());
}

/// It did what may concern all others.
#[inline]
pub(crate) fn touched_all() {
    touched(|oracle| oracle.touched_all());
}

/// Whether the time on this thread is an oracle's.
#[inline]
pub(crate) fn has_time() -> bool {
    NOW.get() != REAL
}

/// A channel was made and stays where it is. Nothing, where `has_time` says no.
#[cold]
pub(crate) fn made_channel(address: usize, at: &'static Location<'static>) {
    if let Some(oracle) = current() {
        oracle.made_channel(address, at);
    }
}

/// A process was polled for no reason of its own and goes on to wait: what it waits for is on record.
#[cold]
#[inline(never)]
pub(crate) fn still_waits() {
    if let Some(oracle) = current() {
        oracle.still_waits();
    }
}

/// The time on this thread, or `REAL`.
#[inline]
pub(crate) fn now() -> u64 {
    NOW.get()
}

/// Sets the time of a thread that has an oracle.
#[cfg(not(loom))]
pub(crate) fn set_now(now: u64) {
    debug_assert!(ORACLE.get().is_some());
    NOW.set(now);
}

/// What names this thread among those that live.
#[cfg(not(loom))]
pub(crate) fn thread() -> usize {
    NOW.with(|cell| std::ptr::from_ref(cell).addr())
}

/// While it lives, `oracle` decides on this thread, where time begins at 0.
#[cfg(not(loom))]
pub(crate) fn install(oracle: &'static dyn Oracle) -> Installed {
    let before = (ORACLE.replace(Some(oracle)), NOW.replace(0));
    Installed { before, chance: choice::suspend() }
}

#[cfg(not(loom))]
pub(crate) struct Installed {
    before: (Option<&'static dyn Oracle>, u64),
    chance: u64,
}

#[cfg(not(loom))]
impl Drop for Installed {
    fn drop(&mut self) {
        ORACLE.set(self.before.0);
        NOW.set(self.before.1);
        TOLD.set(false);
        choice::resume(self.chance);
    }
}
