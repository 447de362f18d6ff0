//! Programs in which processes wait for each other for ever. `// @name` marks a line that the report has to name.

use csp::prelude::*;

/// What the report says, line by line: who waits how and where | to do what on which channel: who holds the other ends.
pub(crate) struct Shape {
    pub name: &'static str,
    pub start: fn(),
    pub report: &'static [&'static str],
    pub cycle: &'static str,
}

macro_rules! shape {
    ($name:ident: $($line:literal)*; $cycle:literal) => {
        Shape {
            name: stringify!($name),
            start: || drop(go!($name())), // @$name
            report: &[$($line),*],
            cycle: $cycle,
        }
    };
}

pub(crate) const SHAPES: &[Shape] = &[
    shape! { forgotten_sender:
    "`forgotten_sender` start: receive @forgot.wait | @forgot.made 1: start";
    "start" },
    shape! { two_rendezvous:
    "@two.a: receive @two.a.wait | @two.x 1: @two.b"
    "@two.b: receive @two.b.wait | @two.y 1: @two.a";
    "@two.a @two.b" },
    shape! { two_selects:
    "@selects.a: select @selects.a.wait | @selects.x 1: @selects.b | @selects.y 1: @selects.b"
    "@selects.b: select @selects.b.wait | @selects.z 1: @selects.a";
    "@selects.a @selects.b" },
    shape! { oneself_through_a_helper:
    "`helper` @helper.start: send @helper.wait | @helper.answers 1: start"
    "`oneself_through_a_helper` start: send @helper.ask | @helper.questions 1: @helper.start";
    "@helper.start start" },
    shape! { results_that_nobody_reads:
    "`worker` @pool.start: send @pool.wait | @pool.results 1: start"
    "`worker` @pool.start: send @pool.wait | @pool.results 1: start"
    "`results_that_nobody_reads` start: send @pool.job | @pool.jobs 2: @pool.start @pool.start";
    "@pool.start start" },
    shape! { lock_held_across_a_send:
    "`holder` @lock.holder: send @lock.send | @lock.out 1: @lock.other"
    "`other` @lock.other: receive @lock.take | @lock.made 2: @lock.holder @lock.other";
    "@lock.holder @lock.other" },
    shape! { two_locks_in_two_orders:
    "`locks` @order.a: receive @order.second | @order.y 2: @order.a @order.b"
    "`locks` @order.b: receive @order.second | @order.x 2: @order.a @order.b";
    "@order.a @order.b" },
    shape! { dining_philosophers:
    "`philosopher` @dine.p: receive @dine.wait | @dine.fork 2: @dine.p @dine.p"
    "`philosopher` @dine.p: receive @dine.wait | @dine.fork 2: @dine.p @dine.p"
    "`philosopher` @dine.p: receive @dine.wait | @dine.fork 2: @dine.p @dine.p";
    "@dine.p @dine.p @dine.p" },
    shape! { two_that_join_each_other:
    "@join.a: end | @join.b"
    "@join.b: end | @join.a";
    "@join.a @join.b" },
    shape! { end_of_one_that_waits_for_oneself:
    "@child: receive @child.wait | @child.orders 1: start"
    "`end_of_one_that_waits_for_oneself` start: end | @child";
    "@child start" },
    shape! { ring_without_a_token:
    "`station` @ring.p: receive @ring.wait | @ring.first 1: @ring.last"
    "`station` @ring.p: receive @ring.wait | @ring.made 1: @ring.p"
    "`station` @ring.last: receive @ring.wait | @ring.made 1: @ring.p";
    "@ring.last @ring.p @ring.p" },
    shape! { feedback_that_is_full:
    "`stage` @full.a: send @full.send | @full.x 1: @full.b"
    "`stage` @full.b: send @full.send | @full.y 1: @full.a";
    "@full.a @full.b" },
    shape! { fan_in_that_nobody_closes:
    "`collect` @fan.collect: receive @fan.wait | @fan.made 1: @fan.producer"
    "@fan.producer: receive @fan.done | @fan.over 1: @fan.collect";
    "@fan.collect @fan.producer" },
    shape! { barrier_with_one_missing:
    "`barrier` @barrier: receive @barrier.wait | @barrier.made 3: @party @party start"
    "`barrier_with_one_missing` start: receive @barrier.start.wait | @barrier.never 1: @barrier"
    "`party` @party: receive @party.wait | @barrier.open 1: @barrier"
    "`party` @party: receive @party.wait | @barrier.open 1: @barrier";
    "@barrier @party" },
    shape! { arms_that_nobody_serves:
    "`arms_that_nobody_serves` start: select @arms.wait | @arms.x 1: start | @arms.y 1: start";
    "start" },
    shape! { servers_that_ask_each_other:
    "`server` @ask.a: send @ask.call | @ask.x 1: @ask.b"
    "`server` @ask.b: send @ask.call | @ask.y 1: @ask.a";
    "@ask.a @ask.b" },
    shape! { one_that_waits_behind_a_cycle:
    "@behind: receive @behind.wait | @behind.made 1: @behind.a"
    "@behind.a: receive @behind.a.wait | @behind.x 1: @behind.b"
    "@behind.b: receive @behind.b.wait | @behind.y 1: @behind.a";
    "@behind.a @behind.b" },
    shape! { block_that_looks_at_its_other_end:
    "@looks: send @looks.wait | @looks.made 1: @looks";
    "@looks" },
];

/// The worker's senders are gone when the workers are; the one that they are clones of is not.
#[process]
fn forgotten_sender() {
    let (tx, rx) = chan!(u64); // @forgot.made
    for n in 0..3 {
        let tx = tx.clone();
        go! { tx <- n };
    }
    let mut sum = 0;
    for n in rx {
        // @forgot.wait
        sum += n;
    }
    println!("{sum}");
}

#[process]
fn two_rendezvous() {
    let (a, from_a) = chan!(u64); // @two.y
    let (b, from_b) = chan!(u64); // @two.x
    go! { // @two.a
        let n = <-from_b; // @two.a.wait
        a <- n;
    };
    go! { // @two.b
        let n = <-from_a; // @two.b.wait
        b <- n;
    };
}

/// One of them also has a word for somebody who is alive.
#[process]
fn two_selects() {
    let (alive, heard) = chan!(u64);
    go! {
        sleep(Duration::from_secs(3_600)).await;
        heard.recv()?;
    };
    let (x, from_x) = chan!(u64); // @selects.x
    let (y, from_y) = chan!(u64); // @selects.y
    let (z, from_z) = chan!(u64); // @selects.z
    go! { // @selects.a
        if alive.is_closed() {
            return;
        }
        select! { // @selects.a.wait
            n = <-from_x => z <- n,
            n = <-from_y => alive <- n,
        }
    };
    go! { // @selects.b
        select! { // @selects.b.wait
            n = <-from_z => {
                x <- n;
                y <- n;
            }
        }
    };
}

#[process]
fn helper(questions: Receiver<u64>, answers: Sender<u64>) {
    for n in questions {
        answers.send(n + 1)?; // @helper.wait
    }
}

/// It asks twice before it takes the first answer.
#[process]
fn oneself_through_a_helper() {
    let (ask, questions) = chan!(u64); // @helper.questions
    let (answer, answers) = chan!(u64); // @helper.answers
    go!(helper(questions, answer)); // @helper.start
    ask.send(1)?;
    ask.send(2)?; // @helper.ask
    answers.recv()?;
}

#[process]
fn worker(jobs: Receiver<u64>, results: Sender<u64>) {
    for job in jobs {
        results.send(job * job)?; // @pool.wait
    }
}

/// All jobs are to be sent before the first result is read.
#[process]
fn results_that_nobody_reads() {
    let (jobs, inbox) = chan!(u64); // @pool.jobs
    let (outbox, results) = chan!(u64); // @pool.results
    for _ in 0..2 {
        go!(worker(inbox.clone(), outbox.clone())); // @pool.start
    }
    drop(inbox);
    drop(outbox);
    for n in 0..10 {
        jobs.send(n)?; // @pool.job
    }
    for _ in 0..10 {
        results.recv()?;
    }
}

/// A channel with one place is a lock: who receives the token has it.
#[process]
fn holder(lock: Receiver<()>, unlock: Sender<()>, taken: Sender<()>, out: Sender<u64>) {
    lock.recv()?;
    taken.send(())?;
    out.send(1)?; // @lock.send
    unlock.send(())?;
}

#[process]
fn other(lock: Receiver<()>, unlock: Sender<()>, taken: Receiver<()>, input: Receiver<u64>) {
    taken.recv()?;
    lock.recv()?; // @lock.take
    input.recv()?;
    unlock.send(())?;
}

#[process]
fn lock_held_across_a_send() {
    let (unlock, lock) = chan!((); 1); // @lock.made
    let (taken, is_taken) = chan!(());
    let (out, input) = chan!(u64); // @lock.out
    unlock.send(())?;
    go!(holder(lock.clone(), unlock.clone(), taken, out)); // @lock.holder
    go!(other(lock, unlock, is_taken, input)); // @lock.other
}

type Lock = (Receiver<()>, Sender<()>);

#[process]
fn locks(first: Receiver<()>, back: Sender<()>, second: Receiver<()>, put: Sender<()>, ready: Receiver<()>) {
    first.recv()?;
    let _ = ready.recv();
    second.recv()?; // @order.second
    put.send(())?;
    back.send(())?;
}

/// Each has its first lock before the other asks for it.
#[process]
fn two_locks_in_two_orders() {
    let (put_x, x) = chan!((); 1); // @order.x
    let (put_y, y) = chan!((); 1); // @order.y
    let (open, ready) = chan!(());
    put_x.send(())?;
    put_y.send(())?;
    let (of_x, of_y): (Lock, Lock) = ((x.clone(), put_x.clone()), (y.clone(), put_y.clone()));
    go!(locks(x, put_x, y, put_y, ready.clone())); // @order.a
    go!(locks(of_y.0, of_y.1, of_x.0, of_x.1, ready)); // @order.b
    sleep(Duration::from_millis(200)).await;
    drop(open);
}

#[process]
fn philosopher(
    left: Receiver<()>,
    put_left: Sender<()>,
    right: Receiver<()>,
    put_right: Sender<()>,
    ready: Receiver<()>,
) {
    left.recv()?;
    let _ = ready.recv();
    right.recv()?; // @dine.wait
    put_right.send(())?;
    put_left.send(())?;
}

#[process]
fn dining_philosophers() {
    let mut forks = Vec::new();
    for _ in 0..3 {
        let (put, fork) = chan!((); 1); // @dine.fork
        put.send(())?;
        forks.push((fork, put));
    }
    let (open, ready) = chan!(());
    for n in 0..3 {
        let ((left, put_left), (right, put_right)) = (forks[n].clone(), forks[(n + 1) % 3].clone());
        go!(philosopher(left, put_left, right, put_right, ready.clone())); // @dine.p
    }
    drop(forks);
    sleep(Duration::from_millis(200)).await;
    drop(open);
}

#[process]
fn two_that_join_each_other() {
    let (to_a, for_a) = chan!(Handle<()>);
    let (to_b, for_b) = chan!(Handle<()>);
    let a = go! { // @join.a
        let other = <-for_a;
        let _ = other.await;
    };
    let b = go! { // @join.b
        let other = <-for_b;
        let _ = other.await;
    };
    to_a.send(b)?;
    to_b.send(a)?;
}

#[process]
fn end_of_one_that_waits_for_oneself() {
    let (order, orders) = chan!(u64); // @child.orders
    let child = go! { // @child
        for _ in orders { // @child.wait
        }
    };
    order.send(1)?;
    let _ = child.await;
}

#[process]
fn station(from: Receiver<u64>, to: Sender<u64>) {
    loop {
        let n = from.recv()?; // @ring.wait
        to.send(n + 1)?;
    }
}

#[process]
fn ring_without_a_token() {
    let (first, mut from) = chan!(u64); // @ring.first
    for _ in 0..2 {
        let (to, next) = chan!(u64); // @ring.made
        go!(station(from, to)); // @ring.p
        from = next;
    }
    go!(station(from, first)); // @ring.last
}

#[process]
fn stage(from: Receiver<u64>, to: Sender<u64>) {
    for n in 0..3 {
        to.send(n)?; // @full.send
    }
    loop {
        to.send(from.recv()?)?;
    }
}

#[process]
fn feedback_that_is_full() {
    let (a, to_b) = chan!(u64; 2); // @full.x
    let (b, to_a) = chan!(u64; 2); // @full.y
    go!(stage(to_a, a)); // @full.a
    go!(stage(to_b, b)); // @full.b
}

#[process]
fn collect(values: Receiver<u64>, over: Sender<u64>) {
    let mut sum = 0;
    for n in values {
        // @fan.wait
        sum += n;
    }
    over.send(sum)?;
}

#[process]
fn fan_in_that_nobody_closes() {
    let (tx, values) = chan!(u64); // @fan.made
    let (over, sums) = chan!(u64); // @fan.over
    go!(collect(values, over)); // @fan.collect
    go! { // @fan.producer
        tx <- 1;
        let _ = <-sums; // @fan.done
    };
}

#[process]
fn barrier(parties: usize, arrivals: Receiver<()>, open: Sender<()>, never: Sender<()>) {
    for _ in 0..parties {
        arrivals.recv()?; // @barrier.wait
    }
    open.close();
    never.close();
}

#[process]
fn party(arrive: Sender<()>, gate: Receiver<()>) {
    arrive.send(())?;
    let _ = gate.recv(); // @party.wait
    arrive.send(())?;
}

#[process]
fn barrier_with_one_missing() {
    let (arrive, arrivals) = chan!(()); // @barrier.made
    let (open, gate) = chan!(()); // @barrier.open
    let (never, ends) = chan!(()); // @barrier.never
    go!(barrier(3, arrivals, open, never)); // @barrier
    for _ in 0..2 {
        go!(party(arrive.clone(), gate.clone())); // @party
    }
    drop(gate);
    ends.recv()?; // @barrier.start.wait
}

#[process]
fn arms_that_nobody_serves() {
    let (x, from_x) = chan!(u64); // @arms.x
    let (y, from_y) = chan!(u64); // @arms.y
    let both = [x.is_closed(), y.is_closed()];
    select! { // @arms.wait
        n = <-from_x => println!("{n} {both:?}"),
        n = <-from_y => println!("{n}"),
    }
}

/// Each asks the other before it answers.
#[process]
fn server(calls: Receiver<u64>, other: Sender<u64>) {
    other.send(1)?; // @ask.call
    calls.recv()?;
}

#[process]
fn servers_that_ask_each_other() {
    let (a, to_a) = chan!(u64); // @ask.y
    let (b, to_b) = chan!(u64); // @ask.x
    go!(server(to_a, b)); // @ask.a
    go!(server(to_b, a)); // @ask.b
}

#[process]
fn one_that_waits_behind_a_cycle() {
    let (a, from_a) = chan!(u64); // @behind.y
    let (b, from_b) = chan!(u64); // @behind.x
    let (last, end) = chan!(u64); // @behind.made
    go! { // @behind.a
        let n = <-from_b; // @behind.a.wait
        a <- n;
        last <- n;
    };
    go! { // @behind.b
        let n = <-from_a; // @behind.b.wait
        b <- n;
    };
    go! { // @behind
        <-end; // @behind.wait
    };
}

/// What only looks at the receiver does not receive.
#[process]
fn block_that_looks_at_its_other_end() {
    let (tx, rx) = chan!(u64); // @looks.made
    go! { // @looks
        tx <- 1; // @looks.wait
        println!("{}", rx.len());
    };
}
