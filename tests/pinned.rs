//! What peers have the address of cannot be moved by safe code: no future, select or arm that waits is `Unpin`.
//!
//! A test that compiles has passed. Each type has its own assertion in the runtime; here it is what a program can name or get.

use std::time::Duration;

use csp::__private::select::{
    Arm, Dropped, OnClose, Run, Value, Whole, first1, first2, first3, first4, future_arm, recv_arm, run,
    send_arm, value_arm,
};
use csp::{after, any, bounded, sleep, sleep_until, tick, timeout};

/// Two implementations for what is `Unpin`: which one `pinned` means is then ambiguous, and the call does not compile.
trait MustNotBeUnpin<A> {}
struct ButIs;
impl<T: ?Sized> MustNotBeUnpin<()> for T {}
impl<T: ?Sized + Unpin> MustNotBeUnpin<ButIs> for T {}

fn pinned<T: MustNotBeUnpin<A>, A>(_: T) {}
fn pinned_type<T: MustNotBeUnpin<A> + ?Sized, A>() {}

#[test]
fn operations() {
    let (tx, rx) = bounded::<u64>(1);
    let hour = Duration::from_secs(3600);
    pinned(tx.send(1));
    pinned(rx.recv());
    pinned(sleep(hour));
    pinned(sleep_until(std::time::Instant::now()));
    // What they wait for is `Unpin` itself.
    pinned(timeout(hour, std::future::ready(())));
    pinned(csp::__private::wait(rx.recv()));
    pinned(after(hour).recv());
    pinned(tick(hour).recv());
    pinned(any(std::slice::from_ref(&rx)).recv());
    pinned(csp::__private::hold::<1>());
    pinned(tx.send_timeout(1, hour));
    pinned(rx.recv_timeout(hour));
    pinned(csp::__private::process(rx.recv()));
}

#[test]
fn arms() {
    let (tx, rx) = bounded::<u64>(1);
    let hour = Duration::from_secs(3600);
    pinned(send_arm(&tx, true, OnClose::Fire, false));
    pinned(value_arm(&tx, 1, true, OnClose::Fire));
    pinned(recv_arm(&rx, true, OnClose::Fire));
    pinned(recv_arm(&after(hour), true, OnClose::Fire));
    pinned(recv_arm(&tick(hour), true, OnClose::Fire));
    pinned(future_arm(sleep(hour), true, OnClose::Fire));
    pinned(future_arm(rx.recv(), true, OnClose::Fire));
}

#[test]
fn selects() {
    let (_tx, rx) = bounded::<u64>(1);
    let hour = Duration::from_secs(3600);
    pinned_type::<Run<'_, '_>, _>();
    let mut none: [std::pin::Pin<&mut (dyn Arm + Send)>; 0] = [];
    pinned(run(&mut none, false, false));
    let many = [rx.clone()];
    let set = any(&many);
    // The arms of a set lie in a box of their own, and are `Unpin` as a whole.
    let of_set = || Value(recv_arm(&set, true, OnClose::Disable));
    let plain = || Whole(recv_arm(&rx, true, OnClose::Fire));
    let after = after(hour);
    let timer = || Dropped(recv_arm(&after, true, OnClose::Disable));
    pinned(first1(of_set(), false, false));
    pinned(first2(of_set(), of_set(), false, false));
    pinned(first3(of_set(), of_set(), of_set(), false, false));
    pinned(first4(of_set(), of_set(), of_set(), of_set(), false, false));
    pinned(first2(plain(), timer(), false, false));
}
