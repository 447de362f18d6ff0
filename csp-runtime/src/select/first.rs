//! A whole `select!` that only receives: pinned, run and emptied here, so that a caller is checked against one call.
//!
//! No arm is a future of the user's: whether that is `Send` may depend on the very process that selects, which the
//! compiler only knows later than it needs to know what a call gives.

use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};

use super::op::Arm;
use super::run::{Chosen, run_at};
use super::source::SourceArm;
use crate::chan::RecvError;

/// What was chosen, with its value: the first arm's, or one of the others'.
pub enum Or<A, B> {
    /// The first.
    This(A),
    /// One of the others.
    Next(B),
}

/// An arm, and what its body gets of it.
pub trait Taken: Send {
    /// The arm.
    type Arm: Arm;
    /// What the body gets.
    type Value;

    /// The arm alone.
    fn arm(self) -> Self::Arm;

    /// What the body of a chosen arm gets.
    fn take(arm: Pin<&mut Self::Arm>) -> Self::Value;
}

/// The value: an arm that is never chosen without one.
pub struct Value<A>(pub A);

/// The outcome as it is.
pub struct Whole<A>(pub A);

/// Nothing: the outcome is dropped before the body.
pub struct Dropped<A>(pub A);

impl<A: SourceArm> Taken for Value<A> {
    type Arm = A;
    type Value = A::Item;

    fn arm(self) -> A {
        self.0
    }

    fn take(arm: Pin<&mut A>) -> A::Item {
        arm.value()
    }
}

impl<A: SourceArm> Taken for Whole<A> {
    type Arm = A;
    type Value = Result<A::Item, RecvError>;

    fn arm(self) -> A {
        self.0
    }

    fn take(arm: Pin<&mut A>) -> Result<A::Item, RecvError> {
        arm.result()
    }
}

impl<A: SourceArm> Taken for Dropped<A> {
    type Arm = A;
    type Value = ();

    fn arm(self) -> A {
        self.0
    }

    fn take(arm: Pin<&mut A>) {
        drop(arm.result());
    }
}

/// One function for each number of arms. Each gives what the chosen arm's body gets, or why there is none.
macro_rules! first {
    ($($name:ident: $($arm:ident $type:ident $index:tt),+;)*) => {$(
        /// Chooses exactly one ready arm, as [`run`](super::run()) does, and takes what its body gets.
        #[track_caller]
        pub fn $name<$($type: Taken),+>(
            $($arm: $type,)+
            biased: bool,
            default: bool,
        ) -> impl Future<Output = first!(@type $($type)+)> + Send {
            let at = Location::caller();
            async move {
                $(let mut $arm = pin!($arm.arm());)+
                match run_at(&mut [$($arm.as_mut()),+], biased, default, at).await {
                    $(Chosen::Arm($index) => first!(@out $index $type::take($arm.as_mut())),)+
                    none => first!(@none ($($index)+) none),
                }
            }
        }
    )*};
    (@type $type:ident $($rest:ident)*) => { Or<$type::Value, first!(@type $($rest)*)> };
    (@type) => { Chosen };
    (@out 0 $value:expr) => { Or::This($value) };
    (@out 1 $value:expr) => { Or::Next(first!(@out 0 $value)) };
    (@out 2 $value:expr) => { Or::Next(first!(@out 1 $value)) };
    (@out 3 $value:expr) => { Or::Next(first!(@out 2 $value)) };
    (@none ($index:tt $($rest:tt)*) $none:ident) => { Or::Next(first!(@none ($($rest)*) $none)) };
    (@none () $none:ident) => { $none };
}

first! {
    first1: a A 0;
    first2: a A 0, b B 1;
    first3: a A 0, b B 1, c C 2;
    first4: a A 0, b B 1, c C 2, d D 3;
}
