//! Nothing is lost, and nothing is there twice: every value that was made is received once, or handed back to whoever sent it, or
//! dropped with its channel or with the send that was cancelled. Each value has an entry in a ledger that says which, and its
//! destructor runs once.
//!
//! | module | how |
//! |---|---|
//! | `exhaustive` | two and three parties, every action against every action, every order of polls and drops up to a depth |
//! | `stress` | many parties on several workers and on threads, cut off at random points |
//! | `arms` | selects with send arms of every kind of value against receivers that leave; two of them in every schedule |
//! | `explored` | few of those parties, without threads, under many schedules each |
//!
//! `stress` does `CSP_OPERATIONS` operations for all capacities together: without the variable 10 000 000, in a debug build
//! 1 000 000. `CSP_SEED` changes what is random in it.

mod arms;
mod exhaustive;
mod explored;
mod ledger;
mod stress;
