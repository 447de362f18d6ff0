//! What expansions may name. `csp::__private` is this module; nothing here is for use by hand.

pub use core::future::Future;
pub use core::marker::Send;
pub use core::ops::ControlFlow::{Break, Continue};
pub use core::option::Option::{None, Some};
pub use core::result::Result::{Err, Ok};
pub use core::{todo, unreachable};
pub use std::process::ExitCode;

#[cfg(not(loom))]
pub use crate::chan::claim::Ask;
pub use crate::chan::{AllClosed, bounded as chan, unbounded as chan_unbounded};
#[cfg(not(loom))]
pub use crate::explore::program::Main;
pub use crate::lang::defer::{Defer, defer};
pub use crate::lang::each;
pub use crate::lang::flow::{EndsProgram, EndsWith, SendEnd, all_absent, branch, end_select, returns};
pub use crate::rt::{Boxed, Process, boxed, boxed_process, go, go_probed, process};
pub use crate::select::{Communication, first1, first2, first3, first4, run, wait};
pub use crate::task::hold::hold;
pub use crate::util::ended::{clear as went_on, whole};
pub use core::pin::pin;

/// `#[csp::test]`.
#[cfg(not(loom))]
pub mod test {
    pub use core::prelude::v1::test as case;
    pub use core::{concat, module_path};

    pub use crate::explore::{Explore, Policy, run_test};
}

/// `par!`.
pub mod par {
    pub use crate::rt::par::{AnyBranch, Branch, all, branch};
}

/// The arms of `select!` and the algorithm.
pub mod select {
    pub use Or::{Next, This};
    pub use core::pin::pin;

    pub use crate::select::{
        Arm, Chosen, Dropped, FutureArm, Moved, Never, OnClose, Or, Place, PlaceArm, Run, SendArm, SourceArm,
        Taken, Value, ValueArm, Whole, first1, first2, first3, first4, future_arm, held_send_arm, keep, next,
        optional_future_arm, place, recv_arm, result, run, send_arm, value, value_arm,
    };
}

/// Says that the process keeps these ends to the end of the block; what is no end may be among them.
#[doc(hidden)]
#[macro_export]
macro_rules! __held {
    (each $each:ident) => {
        let __held = $crate::private::pin!($crate::private::hold());
        __held.begin([$each.claim()]);
    };
    ($($end:ident),*) => {
        let __held = $crate::private::pin!($crate::private::hold());
        __held.begin([$($crate::private::Ask(&$end).claim()),*]);
    };
}
pub use crate::__held as held;
