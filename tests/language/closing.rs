//! What a select lives for: `closed`, `else`, sources that may be absent, and arms that are disabled. Each select is run in each form
//! that `select!` expands to.

use csp::prelude::*;
use std::future::pending;

use crate::run;

pub(crate) type Outcome = Option<&'static str>;

/// A process of one select, in each form: as one call, over any arms, and both in a loop, where the arms are made before it.
macro_rules! forms {
    ($($name:ident($($arg:ident: $type:ty),*) { $($arms:tt)* })*) => {$(
        #[allow(dead_code, reason = "not every select is run in all of them")]
        mod $name {
            use super::*;

            #[process]
            pub(super) fn one_call($($arg: $type),*) -> Outcome {
                select! { $($arms)* }
            }

            #[process]
            pub(super) fn general($($arg: $type),*) -> Outcome {
                select! {
                    $($arms)*
                    _ = pending::<()>().await => None,
                }
            }

            #[process]
            pub(super) fn in_turns($($arg: $type),*) -> Outcome {
                loop {
                    let outcome = select! { $($arms)* };
                    break outcome;
                }
            }

            #[process]
            pub(super) fn many_in_turns($($arg: $type),*) -> Outcome {
                let (_open, never) = chan!(());
                let [a, b, c, d] = std::array::from_fn(|_| never.clone());
                loop {
                    let outcome = select! {
                        $($arms)*
                        <-a => None,
                        <-b => None,
                        <-c => None,
                        <-d => None,
                    };
                    break outcome;
                }
            }
        }
    )*};
}

/// Runs all forms, each on arguments of its own.
macro_rules! check {
    ($($name:ident($($arg:expr),*) == $expected:expr;)*) => {$(
        assert_eq!($name::one_call($($arg),*).await, $expected, "{}", stringify!($name($($arg),*)));
        assert_eq!($name::general($($arg),*).await, $expected, "general {}", stringify!($name($($arg),*)));
        assert_eq!($name::in_turns($($arg),*).await, $expected, "in turns {}", stringify!($name($($arg),*)));
        assert_eq!($name::many_in_turns($($arg),*).await, $expected, "many {}", stringify!($name($($arg),*)));
    )*};
}

forms! {
    value_or_stop(a: Receiver<u32>, stop: Receiver<()>) {
        _v = <-a => Some("value"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    ends(a: Receiver<u32>, stop: Receiver<()>) {
        _v = <-a => Some("value"),
        <-stop => Some("stop"),
    }
    first_of(a: Receiver<u32>, stop: Receiver<()>) {
        biased;
        <-stop => Some("stop"),
        _v = <-a => Some("value"),
        closed => Some("closed"),
    }
    polls(a: Receiver<u32>, stop: Receiver<()>) {
        _v = <-a => Some("value"),
        <-stop => Some("stop"),
        closed => Some("closed"),
        default => Some("default"),
    }
    discards(stop: Receiver<()>, quit: Receiver<()>) {
        _ = stop.recv() => Some("stop"),
        quit.recv() => Some("quit"),
        closed => Some("closed"),
    }
    beside_discarded(a: Receiver<u32>, stop: Receiver<()>, quit: Receiver<()>) {
        _v = <-a => Some("value"),
        _ = stop.recv() => Some("stop"),
        quit.recv() => Some("quit"),
        closed => Some("closed"),
    }
    beside_time(a: Receiver<u32>, late: csp::After, ticks: csp::Tick, set: Vec<csp::After>) {
        _v = <-a => Some("value"),
        _at = <-late => Some("late"),
        _at = <-ticks => Some("tick"),
        _i = <-any(&set) => Some("one of a set"),
        closed => Some("closed"),
    }
    only_time(late: csp::After) {
        _at = <-late => Some("late"),
        closed => Some("closed"),
    }
    two_inputs(a: Receiver<u32>, b: Receiver<u32>, stop: Receiver<()>) {
        _v = <-a => Some("a"),
        _r = b.recv() => Some("b"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    sends(a: Receiver<u32>, out: Sender<u32>, stop: Receiver<()>) {
        _v = <-a => Some("value"),
        out <- 1 => Some("sent"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    bound_future(a: Receiver<u32>, end: Handle<u32>) {
        _v = <-a => Some("value"),
        _r = end.await => Some("future"),
        closed => Some("closed"),
    }
    discarded_future(a: Receiver<u32>, end: Handle<u32>) {
        _v = <-a => Some("value"),
        end.await => Some("future"),
        closed => Some("closed"),
    }
    process_end(a: Receiver<u32>, end: Handle<u32>) {
        _v = <-a => Some("value"),
        _r = <-end => Some("ended"),
        closed => Some("closed"),
    }
    guarded(a: Receiver<u32>, stop: Receiver<()>, on: bool) {
        _v = <-a if on => Some("value"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    one_is_off(a: Receiver<u32>, b: Receiver<u32>, stop: Receiver<()>, on: bool) {
        _v = <-a => Some("a"),
        _v = <-b if on => Some("b"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    all_off(a: Receiver<u32>, stop: Receiver<()>, on: bool) {
        _v = <-a if on => Some("value"),
        <-stop if on => Some("stop"),
        <-after(Duration::ZERO) if on => Some("late"),
        closed => Some("closed"),
    }
    set(all: Vec<Receiver<u32>>, stop: Receiver<()>) {
        _v = <-any(&all) => Some("value"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    set_closes(all: Vec<Receiver<u32>>, stop: Receiver<()>) {
        r = any(&all).recv() => if r.is_ok() { Some("value") } else { Some("all closed") },
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    maybe(a: Option<Receiver<u32>>, out: Option<Sender<u32>>, stop: Receiver<()>) {
        r = a.recv() => if r.is_ok() { Some("value") } else { Some("closed source") },
        r = out.send(1) => if r.is_ok() { Some("sent") } else { Some("closed sink") },
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    all_absent(a: Option<Receiver<u32>>, out: Option<&Sender<u32>>) {
        _v = <-a => Some("value"),
        <-a => Some("news"),
        out <- 1 => Some("sent"),
        closed => Some("closed"),
    }
    maybe_in_set(all: Vec<Option<Receiver<u32>>>, stop: Receiver<()>) {
        (_i, _v) = <-any(&all) => Some("value"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    maybe_late(deadline: Option<csp::After>, stop: Receiver<()>) {
        _at = <-deadline => Some("late"),
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    otherwise(a: Receiver<u32>, stop: Receiver<()>, on: bool) {
        v = <-a if on else Some("else") => if v == 1 { Some("value") } else { None },
        <-stop => Some("stop"),
        closed => Some("closed"),
    }
    otherwise_ends(a: Receiver<u32>, stop: Receiver<()>) {
        <-a else { return Some("else") } => Some("value"),
        <-stop => Some("stop"),
    }
    otherwise_of_set(all: Vec<Receiver<u32>>, stop: Receiver<()>) {
        (_i, _v) = <-any(&all) else Some("else") => Some("value"),
        <-stop => Some("stop"),
    }
}

/// A channel with a value, one without, one that closes later, and one that is closed.
pub(crate) fn full() -> Receiver<u32> {
    let (tx, rx) = chan!(u32; 1);
    tx.try_send(1).unwrap();
    rx
}

pub(crate) fn open<T: Send + 'static>() -> Receiver<T> {
    let (tx, rx) = chan!(T);
    go!(keep(tx));
    rx
}

#[process]
fn keep<T: Send>(_end: T) {
    sleep(Duration::from_secs(600)).await;
}

pub(crate) fn closing<T: Send + 'static>() -> Receiver<T> {
    let (tx, rx) = chan!(T);
    go! {
        yield_now().await;
        drop(tx);
    };
    rx
}

pub(crate) fn coming() -> Receiver<u32> {
    let (tx, rx) = chan!(u32);
    go! {
        yield_now().await;
        tx <- 1;
    };
    rx
}

pub(crate) fn closed<T: 'static>() -> Receiver<T> {
    chan!(T).1
}

fn unheard() -> Sender<u32> {
    chan!(u32).0
}

fn heard() -> Sender<u32> {
    let (tx, rx) = chan!(u32);
    go! {
        yield_now().await;
        <-rx;
    };
    tx
}

fn unmet() -> Sender<u32> {
    let (tx, rx) = chan!(u32);
    go!(keep(rx));
    tx
}

fn ending() -> Handle<u32> {
    go! {
        yield_now().await;
        7
    }
}

fn endless() -> Handle<u32> {
    go! {
        sleep(Duration::from_secs(600)).await;
        7
    }
}

fn cancelled() -> Handle<u32> {
    let handle = endless();
    handle.cancel();
    handle
}

async fn spent() -> Handle<u32> {
    let handle = ending();
    handle.recv().await.unwrap().unwrap();
    handle
}

fn hour() -> csp::After {
    after(Duration::from_secs(3600))
}

fn soon() -> csp::After {
    after(Duration::from_millis(1))
}

/// The other forms add arms that go on.
async fn nothing_is_left() {
    assert_eq!(all_off::one_call(full(), open(), false).await, Some("closed"));
    assert_eq!(all_off::in_turns(full(), open(), false).await, Some("closed"));
    assert_eq!(all_absent::one_call(None, None).await, Some("closed"));
    assert_eq!(all_absent::in_turns(None, None).await, Some("closed"));
    assert_eq!(ends_absent(None).await, None);
}

#[process]
fn ends_absent(a: Option<Receiver<u32>>) -> Option<u32> {
    select! { v = <-a => Some(v) }
}

async fn closes() {
    check! {
        value_or_stop(full(), open()) == Some("value");
        value_or_stop(coming(), open()) == Some("value");
        value_or_stop(closed(), open()) == Some("closed");
        value_or_stop(closing(), open()) == Some("closed");
        value_or_stop(open(), closing()) == Some("stop");
        // What is ready comes before the close of the rest.
        value_or_stop(closed(), closed()) == Some("stop");
        ends(closed(), open()) == None;
        ends(closing(), open()) == None;
        ends(open(), closing()) == Some("stop");
        first_of(closed(), open()) == Some("closed");
        first_of(closing(), open()) == Some("closed");
        first_of(full(), closed()) == Some("stop");
        polls(closed(), open()) == Some("closed");
        polls(open(), open()) == Some("default");
        polls(closed(), closed()) == Some("stop");
        discards(open(), closing()) == Some("quit");
        discards(closing(), open()) == Some("stop");
        beside_discarded(closed(), open(), open()) == Some("closed");
        beside_discarded(open(), open(), closing()) == Some("quit");
    }
}

async fn lives_for() {
    check! {
        beside_time(closed(), hour(), tick(Duration::from_secs(3600)), vec![hour()]) == Some("closed");
        beside_time(closing(), hour(), tick(Duration::from_secs(3600)), vec![hour()]) == Some("closed");
        beside_time(open(), soon(), tick(Duration::from_secs(3600)), vec![hour()]) == Some("late");
        only_time(soon()) == Some("late");
        two_inputs(closed(), coming(), open()) == Some("b");
        two_inputs(closed(), closing(), open()) == Some("b");
        sends(closed(), heard(), open()) == Some("sent");
        sends(closed(), unheard(), open()) == Some("closed");
        sends(closing(), unheard(), open()) == Some("closed");
        sends(closed(), unmet(), closing()) == Some("stop");
        bound_future(closed(), ending()) == Some("future");
        discarded_future(closed(), endless()) == Some("closed");
        discarded_future(open(), ending()) == Some("future");
        process_end(closed(), ending()) == Some("ended");
        process_end(closed(), spent().await) == Some("closed");
        process_end(open(), cancelled()) == Some("ended");
        // A disabled arm is as if it were not there: what is left is what there is to wait for.
        guarded(full(), closing(), false) == Some("stop");
        guarded(closed(), closing(), false) == Some("stop");
        guarded(closed(), open(), true) == Some("closed");
        one_is_off(closed(), full(), open(), false) == Some("closed");
        one_is_off(closing(), full(), open(), false) == Some("closed");
        one_is_off(closed(), coming(), open(), true) == Some("b");
        one_is_off(open(), full(), closing(), false) == Some("stop");
        guarded(full(), open(), true) == Some("value");
        guarded(full(), closed(), false) == Some("stop");
    }
}

async fn sets_and_options() {
    check! {
        set(vec![closed(), coming()], open()) == Some("value");
        set(vec![closed(), closing()], open()) == Some("closed");
        set(vec![], open()) == Some("closed");
        set(vec![closed()], open()) == Some("closed");
        set_closes(vec![closed(), closing()], open()) == Some("all closed");
        set_closes(vec![], open()) == Some("all closed");
        maybe(None, None, closing()) == Some("stop");
        maybe(None, None, closed()) == Some("stop");
        maybe(Some(coming()), None, open()) == Some("value");
        maybe(Some(closing()), None, open()) == Some("closed source");
        maybe(Some(open()), None, closing()) == Some("stop");
        maybe(None, Some(heard()), open()) == Some("sent");
        maybe(None, Some(unheard()), open()) == Some("closed sink");
        maybe(None, Some(unmet()), closing()) == Some("stop");
        maybe_in_set(vec![None, Some(coming()), Some(closed())], open()) == Some("value");
        maybe_in_set(vec![None, Some(closing())], open()) == Some("closed");
        maybe_in_set(vec![None, None], closed()) == Some("stop");
        maybe_in_set(vec![None, None], open()) == Some("closed");
        maybe_late(None, closing()) == Some("stop");
        maybe_late(Some(soon()), open()) == Some("late");
        otherwise(full(), open(), true) == Some("value");
        otherwise(coming(), open(), true) == Some("value");
        otherwise(closed(), open(), true) == Some("else");
        otherwise(closing(), open(), true) == Some("else");
        otherwise(closed(), closing(), false) == Some("stop");
        otherwise(open(), closing(), true) == Some("stop");
        otherwise_ends(closing(), open()) == Some("else");
        otherwise_ends(full(), open()) == Some("value");
        otherwise_of_set(vec![closed(), closing()], open()) == Some("else");
        otherwise_of_set(vec![closed(), coming()], open()) == Some("value");
    }
}

#[test]
fn a_select_is_closed_without_what_it_lives_for() {
    run(closes());
}

#[test]
fn a_select_lives_for_values() {
    run(lives_for());
}

#[test]
fn sets_and_options_in_each_form() {
    run(sets_and_options());
    run(nothing_is_left());
}

// The timers stand for what comes late.
#[csp::test(schedules = 30, timers = wait)]
fn a_select_is_closed_in_each_order() {
    closes().await;
}

// The timers stand for what comes late.
#[csp::test(schedules = 30, timers = wait)]
fn a_select_lives_for_values_in_each_order() {
    lives_for().await;
}

// The timers stand for what comes late.
#[csp::test(schedules = 30, timers = wait)]
fn sets_and_options_in_each_order() {
    sets_and_options().await;
}
