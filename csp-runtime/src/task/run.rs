//! One turn of a process, on a worker that holds its token.

use super::header::TaskRef;
use super::state::{Finish, Park, Start};
use super::token::Token;
use super::{budget, cell, owner};
use crate::record;

/// Polls the process, once or twice. `ended` is called when its result is there but nobody can see it yet.
///
/// A token that comes back is of a process that wants another turn, behind the others; else it waits or is over.
#[inline]
pub(crate) fn run(token: Token, ended: impl FnOnce()) -> Option<Token> {
    match turn(token, budget::BUDGET, false, ended) {
        Turned::Yielded(token) | Turned::Woken(token) => Some(token),
        Turned::Parked => None,
    }
}

/// Polls the process once, as `run` does; the oracle is asked before each of its operations.
#[cfg(not(loom))]
pub(crate) fn run_once(token: Token, ended: impl FnOnce()) -> Turned {
    turn(token, 0, true, ended)
}

/// What became of a process in its turn.
pub(crate) enum Turned {
    /// It gave its turn up, and is ready.
    Yielded(Token),
    /// It was woken while it ran.
    Woken(Token),
    /// It waits, or is over.
    Parked,
}

#[inline(always)]
fn turn(token: Token, budget: u64, mut second: bool, ended: impl FnOnce()) -> Turned {
    let task = token.task();
    loop {
        let turn = match task.state().start() {
            Start::Poll(turn) => turn,
            Start::Cancelled => {
                // What its future holds knows by the turn whose it is.
                budget::begin(task, budget::UNLIMITED);
                // SAFETY: we hold the token.
                unsafe { cell::cancel(task) };
                let _ = budget::end();
                break;
            }
        };
        budget::begin(task, budget);
        record::turn_begins(task);
        // SAFETY: we hold the token.
        let ready = unsafe { cell::poll(task) };
        let said = budget::end();
        record::turn_ends(task, ready, said.yielded());
        if ready {
            break;
        }
        if !said.waits_for_one() {
            if said.yielded() {
                return Turned::Yielded(token);
            }
            if !said.waits_again_for_one() {
                task.waits_otherwise();
            }
        }
        match task.state().park(turn) {
            Park::Parked => return Turned::Parked,
            Park::Woken if second => return Turned::Woken(token),
            Park::Woken => second = true,
        }
    }
    finish(task, ended);
    Turned::Parked
}

/// The result is stored: hands it to the handle, or drops it.
#[inline]
fn finish(task: TaskRef, ended: impl FnOnce()) {
    if task.state().is_detached() {
        // SAFETY: the handle is gone, so the result is ours, and we are the last party. No DONE is needed: nobody is left to see
        // it, and wakers leave a free slot alone.
        unsafe { drop_result(task) };
        ended();
        // SAFETY: as above.
        unsafe { owner::free(task) };
        return;
    }
    ended();
    match task.state().finish() {
        Finish::Left => {}
        Finish::LeftJoiner => owner::wake_joiner(task),
        // SAFETY: the state just said so.
        Finish::LeftListed => unsafe { owner::wake_list(task) },
        // SAFETY: the handle went meanwhile: as above.
        Finish::Free => unsafe {
            drop_result(task);
            owner::free(task);
        },
    }
}

/// # Safety
/// The result must be the caller's.
#[inline]
unsafe fn drop_result(task: TaskRef) {
    // SAFETY: forwarded.
    unsafe { cell::forget(task) };
}
