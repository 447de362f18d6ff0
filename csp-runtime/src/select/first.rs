//! A whole `select!` that only receives and has few arms: its arms are in it, and a caller is checked against one call.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::op::{Arm, Chosen};
use super::run::{Arms, Select, Turn};
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

/// A few arms, each with what its body gets.
pub trait Few: Sized {
    /// The arms.
    type Arms;
    /// What the body of the chosen one gets, or why there is none.
    type Output;

    #[doc(hidden)]
    fn arms(self) -> Self::Arms;

    /// Runs `step` on the arms, as a select knows them.
    #[doc(hidden)]
    fn with<R>(arms: Pin<&mut Self::Arms>, step: impl FnOnce(Arms<'_, '_>) -> R) -> R;

    #[doc(hidden)]
    fn take(arms: Pin<&mut Self::Arms>, chosen: Chosen) -> Self::Output;
}

/// A select with its arms: a future of what the body of the chosen one gets. Polled after that, it begins a new turn.
#[must_use = "a select does nothing until it is awaited"]
pub struct First<L: Few> {
    arms: L::Arms,
    select: Select,
}

// Whatever the arms are: also those of a set, which lie elsewhere.
crate::util::assert_not_unpin!(First<(Value<super::any::AnyArm<super::recv_arm::RecvArm<'static, u8>>>,)>);

impl<L: Few> First<L> {
    #[track_caller]
    #[inline]
    fn new(arms: L, biased: bool, default: bool) -> Self {
        Self { arms: arms.arms(), select: Select::new(biased, default, Location::caller()) }
    }

    /// Says for the turns to come whether an arm can be chosen.
    pub fn enable(self: Pin<&mut Self>, arm: usize, enabled: bool) {
        let (arms, select) = self.project();
        L::with(arms, |arms| Turn { arms, select }.enable(arm, enabled));
    }

    #[inline]
    fn project(self: Pin<&mut Self>) -> (Pin<&mut L::Arms>, &mut Select) {
        // SAFETY: `arms` are pinned with `self`; what peers point to in `select` is not moved either.
        unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.arms), &mut this.select)
        }
    }
}

impl<L: Few> Future for First<L> {
    type Output = L::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<L::Output> {
        let (mut arms, select) = self.project();
        let chosen = ready!(L::with(arms.as_mut(), |arms| Turn { arms, select }.poll(cx)));
        Poll::Ready(L::take(arms, chosen))
    }
}

impl<L: Few> Drop for First<L> {
    fn drop(&mut self) {
        // SAFETY: a select that was polled was pinned then, and nothing is moved before it is gone.
        let (arms, select) = unsafe { Pin::new_unchecked(self) }.project();
        L::with(arms, |arms| Turn { arms, select }.leave());
    }
}

/// One function for each number of arms.
macro_rules! first {
    ($($name:ident: $($arm:ident $type:ident $index:tt),+;)*) => {$(
        impl<$($type: Taken),+> Few for ($($type,)+) {
            type Arms = ($($type::Arm,)+);
            type Output = first!(@type $($type)+);

            #[inline]
            fn arms(self) -> Self::Arms {
                let ($($arm,)+) = self;
                ($($arm.arm(),)+)
            }

            #[inline]
            fn with<R>(arms: Pin<&mut Self::Arms>, step: impl FnOnce(Arms<'_, '_>) -> R) -> R {
                // SAFETY: each arm is pinned with all of them.
                unsafe {
                    let ($($arm,)+) = arms.get_unchecked_mut();
                    step(&mut [$(Pin::new_unchecked($arm)),+])
                }
            }

            #[inline]
            fn take(arms: Pin<&mut Self::Arms>, chosen: Chosen) -> Self::Output {
                // SAFETY: as above.
                let ($($arm,)+) = unsafe {
                    let ($($arm,)+) = arms.get_unchecked_mut();
                    ($(Pin::new_unchecked($arm),)+)
                };
                match chosen {
                    $(Chosen::Arm($index) => first!(@out $index $type::take($arm)),)+
                    none => first!(@none ($($index)+) none),
                }
            }
        }

        /// Chooses exactly one ready arm, as [`run`](super::run()) does, and takes what its body gets.
        #[track_caller]
        #[inline]
        pub fn $name<$($type: Taken),+>(
            $($arm: $type,)+
            biased: bool,
            default: bool,
        ) -> First<($($type,)+)> {
            First::new(($($arm,)+), biased, default)
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
