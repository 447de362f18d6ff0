//! What expansions may name. `csp::__private` is this module; nothing here is for use by hand.

pub use core;

pub use crate::chan::{AllClosed, bounded as chan, unbounded as chan_unbounded};
pub use crate::lang::defer::{Defer, defer};
pub use crate::lang::each;
pub use crate::lang::flow::{branch, end, end_program, wait};
pub use crate::rt::{boxed, go, process, run_main, run_main_reporting};
pub use crate::select::Communication;

/// `par!`.
pub mod par {
    pub use crate::rt::par::{AnyBranch, Branch, all, branch};
}

/// The arms of `select!` and the algorithm.
pub mod select {
    pub use crate::select::{
        Arm, Chosen, FutureArm, OnClose, Run, SendArm, SourceArm, future_arm, recv_arm, run, send_arm,
    };
}
