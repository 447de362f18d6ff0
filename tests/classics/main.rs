//! What Go's users know of channels and `select`, and what `csp` promises beyond, each as a small program of our own.
//!
//! | module | behaviour |
//! |---|---|
//! | `closed` | operations on closed channels: every form, alone, in a select, in a larger select; blocked ones; closing twice |
//! | `empty` | selects with nothing, disabled and closed arms, with `closed` and `default`; never a busy loop |
//! | `choice` | what a select chooses: fairness, `biased`, one channel in several arms, values of losing arms |
//! | `meetings` | every way to send meets every way to receive |
//! | `facing` | a select with both ends of a rendezvous; two selects that face each other; many |
//! | `double` | two arms of one select never both run |
//! | `order` | first in, first out, of values and of those who wait |
//! | `cost` | n selects on one channel cost O(n); always-ready processes give way |
//! | `ends` | ends of channels as values; pipelines that are torn down |
//! | `panics` | a panic in a process, and the end of a runtime around processes in every state |
//! | `rules` | rules P1 to P6 of a process body, `par!`, `defer!` |
//! | `timers` | sources of time: nothing stale, nothing lost |
//!
//! `memory.rs` beside this folder has what needs the allocator to itself: flat memory under selects that never fire, a million
//! parked processes. `conservation` has what is lost, never.
//!
//! Not covered, for it does not exist here: a nil channel (an arm with a precondition says it), `cap` and `len` in a race,
//! the zero value on close (a receive says that it is closed), `range` over a channel that another goroutine sets to nil,
//! select on a channel of zero-sized elements (the type is no matter), deadlock detection, stack growth while blocked.
//!
//! Most tests run twice: on the real runtime, and explored, as `explored::NAME`, under a hundred schedules each (`support` says how). Not
//! explored are tests of what an explored program has not: threads and blocking calls, a runtime of its own that is ended or dropped
//! (most of `panics` and half of `ends`), the fairness of random choices, for there they are the schedule's, and what is counted for
//! thousands of processes; and futures that a test polls by hand (half of `order`), which has its order already.
//!
//! Nothing here asserts how long something took. What is counted needs `n` rounds that a variable can change: see `support`.

mod choice;
mod closed;
mod cost;
mod double;
mod empty;
mod ends;
mod facing;
mod inside;
mod meetings;
mod order;
mod panics;
mod rules;
mod support;
mod timers;
