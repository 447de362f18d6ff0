//! Each future of the runtime, polled once by a function of its own.
//!
//! As a test it shows that each of them waits. It is there for `ci/noalias.sh`, which reads what the compiler says of the
//! functions `NAME::poll`: memory that peers write while a future is polled must not be `noalias` there. Every future that the
//! runtime implements is named below, with its file, as polled here or as one that nobody else writes to; the script compares.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use std::time::Duration;

use csp::__private::each::Probe;
use csp::__private::select::{
    Arm, OnClose, Value, Whole, first1, first2, future_arm, recv_arm, run, send_arm, value_arm,
};
use csp::{after, any, bounded, sleep, tick, timeout};

const HOUR: Duration = Duration::from_secs(3600);

/// Polls a future; peers write to it meanwhile.
macro_rules! polls {
    ($file:literal $type:ident: $future:expr) => {{
        #[inline(never)]
        fn poll<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> bool {
            future.poll(cx).is_pending()
        }
        let future = pin!($future);
        assert!(poll(future, &mut Context::from_waker(Waker::noop())));
    }};
}

/// Polls a select over an arm; peers write to the arm meanwhile.
macro_rules! polls_arm {
    ($file:literal $type:ident: $arm:expr) => {{
        #[inline(never)]
        fn poll<A: Arm + Send>(arm: Pin<&mut A>, cx: &mut Context<'_>) -> bool {
            pin!(run(&mut [arm], false, false)).poll(cx).is_pending()
        }
        let arm = pin!($arm);
        assert!(poll(arm, &mut Context::from_waker(Waker::noop())));
    }};
}

/// A future that nobody else writes to while it is polled, and why.
macro_rules! not_shared {
    ($($file:literal $type:ident: $why:literal;)*) => {};
}

not_shared! {
    "compat/tokio.rs" Run: "the future in it is boxed";
    "explore/time.rs" Settled: "what is told when all wait is counted, and lies elsewhere";
    "io/registered.rs" Operation: "a seat is a number; who waits is in the driver's entry, which is never freed";
    "net/accept.rs" Accept: "as an operation; its timer is boxed";
    "sched/blocking.rs" BlockingCall: "the result is counted, and lies elsewhere";
    "task/budget.rs" YieldNow: "it is in no queue; its process is";
    "task/handle.rs" Handle: "who waits for a process is in its header, which is never freed";
}

#[test]
fn send() {
    let (tx, _rx) = bounded(0);
    polls!("chan/send.rs" Send: tx.send(1));
}

#[test]
fn recv() {
    let (_tx, rx) = bounded::<u64>(0);
    polls!("chan/recv.rs" Recv: rx.recv());
}

#[test]
fn waits() {
    let (_tx, rx) = bounded::<u64>(0);
    polls!("select/source.rs" Waits: csp::__private::wait(rx.recv()));
}

#[test]
fn next() {
    let (_tx, rx) = bounded::<u64>(0);
    let each = Probe::of(&rx).each(rx);
    polls!("select/source.rs" Next: each.next());
}

#[test]
fn recv_any() {
    let (_tx, rx) = bounded::<u64>(0);
    let all = [rx];
    let any = any(&all);
    polls!("select/source.rs" Op: any.recv());
}

#[test]
fn recv_after() {
    let after = after(HOUR);
    polls!("select/source.rs" Op: after.recv());
}

#[test]
fn recv_tick() {
    let tick = tick(HOUR);
    polls!("select/source.rs" Op: tick.recv());
}

#[test]
fn sleeping() {
    polls!("time/sleep.rs" Sleep: sleep(HOUR));
}

#[test]
fn timing_out() {
    polls!("time/sleep.rs" Timeout: timeout(HOUR, std::future::pending::<()>()));
}

#[test]
fn limited() {
    let (tx, rx) = bounded::<u64>(0);
    polls!("time/limits.rs" RecvTimeout: rx.recv_timeout(HOUR));
    polls!("time/limits.rs" SendTimeout: tx.send_timeout(1, HOUR));
}

#[test]
fn process() {
    let (_tx, rx) = bounded::<u64>(0);
    polls!("rt/process.rs" Process: csp::__private::process(rx.recv()));
}

#[test]
fn select_of_few() {
    let (_tx, rx) = bounded::<u64>(0);
    let arm = || Whole(recv_arm(&rx, true, OnClose::Fire));
    polls!("select/first.rs" First: first2(arm(), arm(), false, false));
}

#[test]
fn select_of_a_set() {
    let (_tx, rx) = bounded::<u64>(0);
    let all = [rx];
    let any = any(&all);
    polls!("select/first.rs" First: first1(Value(recv_arm(&any, true, OnClose::Disable)), false, false));
}

#[test]
fn select_of_many() {
    let (_tx, rx) = bounded::<u64>(0);
    let mut arm = pin!(recv_arm(&rx, true, OnClose::Fire));
    let mut arms = [arm.as_mut() as Pin<&mut (dyn Arm + Send)>];
    polls!("select/run.rs" Run: run(&mut arms, false, false));
}

#[test]
fn receiving_arm() {
    let (_tx, rx) = bounded::<u64>(0);
    polls_arm!("select/recv_arm.rs" RecvArm: recv_arm(&rx, true, OnClose::Fire));
}

#[test]
fn sending_arm() {
    let (tx, _rx) = bounded::<u64>(0);
    polls_arm!("select/send_arm.rs" SendArm: send_arm(&tx, true, OnClose::Fire, false));
    polls_arm!("select/value_arm.rs" ValueArm: value_arm(&tx, 1, true, OnClose::Fire));
}

#[test]
fn arm_of_a_timer() {
    let after = after(HOUR);
    polls_arm!("select/poll_arm.rs" PollArm: recv_arm(&after, true, OnClose::Fire));
}

#[test]
fn arm_of_a_future() {
    polls_arm!("select/future_arm.rs" FutureArm: future_arm(sleep(HOUR), true, OnClose::Fire));
}

/// What the script must find `noalias`, or it would find nothing.
#[test]
fn control() {
    #[inline(never)]
    fn poll_unshared<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> bool {
        future.poll(cx).is_pending()
    }
    let future = pin!(std::future::pending::<u64>());
    assert!(poll_unshared(future, &mut Context::from_waker(Waker::noop())));
}
