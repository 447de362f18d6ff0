//! A museum of bugs: patterns of concurrency bugs that were published, each as a small program of csp that has it, and its twin
//! that has it no more. `README.md` lists them.
//!
//! | module | the bugs |
//! |---|---|
//! | `requests` | requests, answers and stop signals over channels, where one side waits for ever |
//! | `pipelines` | stages that wait for each other |
//! | `locks` | locks that are taken twice, in another order, or never given back |
//! | `resources` | permits and several locks: philosophers, semaphores, upgrades |
//! | `mixed` | a lock held by whoever waits for a channel, or for a group |
//! | `signals` | condition variables, wait groups, barriers |
//! | `atomicity` | what is read, and written later |
//! | `invariants` | what belongs together, and is written one after the other |
//! | `order` | what is thought to come first |
//! | `delivery` | messages that are lost, doubled, or in another order |
//! | `endings` | what is left when something ends |
//! | `timers` | deadlines, ticks and late answers |
//!
//! `exhibit` says what each of them must show. `tools` has what Go's programs use besides channels.
//!
//! Bugs that the compiler refuses have no place here: a variable of a loop or an error that processes share (`tests/ui/captures`), a
//! map that two of them write, a lock held across a communication. Nor those that csp's channels do not have: a second close is
//! no panic, and whoever sends to nobody is told.

mod exhibit;
mod tools;

mod atomicity;
mod delivery;
mod endings;
mod invariants;
mod locks;
mod mixed;
mod order;
mod pipelines;
mod requests;
mod resources;
mod signals;
mod timers;
