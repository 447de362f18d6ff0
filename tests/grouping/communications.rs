//! Fragments in the places that only the language has: beside what the same means without the other macro.

use csp::prelude::*;

fn channel(values: &[i64]) -> Receiver<i64> {
    let (tx, rx) = csp::unbounded();
    values.iter().for_each(|value| tx.try_send(*value).unwrap());
    rx
}

/// Sends the fragment in each way; what arrives is in the order written.
macro_rules! sent {
    ($e:expr) => {{
        let plain = [$e, 2 * $e, $e * 2, -$e];
        let (tx, rx) = chan!(i64; ..);

        #[process]
        fn verbs(tx: Sender<i64>) {
            tx.send($e)?;
            tx.send(2 * $e)?;
            let _ = tx.send($e * 2);
            tx.send(-$e).unwrap();
        }
        csp::block_on(verbs(tx.clone()));

        let out = tx.clone();
        csp::block_on(go! { out <- $e; out <- 2 * $e; out <- $e * 2; out <- -$e; }).unwrap();

        let sink = tx.clone();
        csp::block_on(async {
            let out = &sink;
            select! { out <- $e => {} }
            select! { out <- 2 * $e => {} }
            select! { r = out.send($e * 2) => r.unwrap() }
            select! { out <- -$e if 1 * $e == $e => {} }
        });

        let out = tx.clone();
        csp::block_on(async {
            par!({
                out <- $e;
                out <- 2 * $e;
                for n in [$e * 2, -$e] {
                    out <- n;
                }
            })
        });

        #[process]
        fn given(tx: Sender<i64>, values: [i64; 4]) {
            for value in values {
                tx.send(value)?;
            }
        }
        csp::block_on(go!(given(tx.clone(), [$e, 2 * $e, $e * 2, -$e]))).unwrap();

        drop((tx, sink));
        let all: Vec<i64> = rx.try_iter().collect();
        assert_eq!(all, plain.repeat(5), "{}", stringify!($e));
    }};
}

#[test]
#[allow(unused, clippy::all)]
fn values_that_are_sent() {
    sent!(1i64 + 2);
    sent!(-3i64);
    sent!(300i32 as i64);
    sent!(if true { 1i64 } else { 2 });
    sent!({ 4i64 });
    sent!(i64::from(5u8));
    sent!((1i64, 2).1);
    sent!(1i64 | 6);
    sent!(7);
}

/// Receives from the fragment in each way.
macro_rules! received {
    ($rx:expr) => {{
        let what = stringify!($rx);
        #[process]
        fn verbs(ends: Ends) -> (i64, bool, i64) {
            let first = $rx(&ends).recv().unwrap();
            let second = matches!($rx(&ends).recv(), Ok(2));
            let mut sum = 0;
            for v in $rx(&ends) {
                sum += v;
            }
            (first, second, sum)
        }
        assert_eq!(csp::block_on(verbs(ends())), (1, true, 7), "{what} in a process");
    }};
    ($ends:ident: $rx:expr) => {{
        let what = stringify!($rx);
        let $ends = ends();
        let started = csp::block_on(go! {
            let first = <-$rx;
            let second = 10 - <-$rx;
            let _ = <-$rx;
            let mut sum = 0;
            for v in $rx {
                sum += v;
            }
            Some((first, second, sum))
        });
        assert_eq!(started.unwrap(), Some((1, 8, 4)), "{what} in go");

        let $ends = ends();
        let verbs = csp::block_on(go! {
            let first = $rx.recv()?;
            Ok::<_, RecvError>((first, $rx.recv().unwrap_or(0), <-$rx))
        });
        assert_eq!(verbs.unwrap(), Ok((1, 2, 3)), "{what} by verbs");

        let $ends = ends();
        let selected = csp::block_on(async {
            let first = select! { v = <-$rx => v, closed => 0 };
            let second = select! { v = <-$rx if first == 1 => v, closed => 0 };
            let third = select! { r = $rx.recv() => r.unwrap() };
            let mut last = 0;
            loop {
                select! {
                    v = <-$rx => last += v,
                    closed => break,
                }
            }
            [first, second, third, last]
        });
        assert_eq!(selected, [1, 2, 3, 4], "{what} in select");

        let $ends = ends();
        let (sum,) = csp::block_on(async { par!({ Some(<-$rx + <-$rx * 10) }) });
        assert_eq!(sum, Some(21), "{what} in par");
    }};
}

struct Ends {
    first: Receiver<i64>,
    both: [Receiver<i64>; 1],
}

fn ends() -> Ends {
    let first = channel(&[1, 2, 3, 4]);
    Ends { both: [first.clone()], first }
}

fn first(ends: &Ends) -> &Receiver<i64> {
    &ends.first
}

#[test]
#[allow(unused_parens, unused_braces)]
fn sources() {
    received!(first);
    received!(self::first);
    received!(|ends| -> &Receiver<i64> { first(ends) });
    received!(e: e.first.clone());
    received!(e: &e.first);
    received!(e: e.both[0].clone());
    received!(e: &e.both[0]);
    received!(e: first(&e));
    received!(e: { &e.first });
    received!(e: if true { &e.first } else { &e.both[0] });
    received!(e: match 1 { 1 => &e.first, _ => &e.both[0] });
    received!(e: (&e.first));
}

/// Sends on the fragment in each way.
macro_rules! sinks {
    ($tx:ident: $sink:expr) => {{
        let (tx, rx) = csp::unbounded::<i64>();
        let $tx = (tx.clone(), [tx]);
        let started = go! {
            $sink <- 1;
            $sink.send(2)?;
            select! { $sink <- 3 => {} }
            select! { r = $sink.send(2 + 2) => r.unwrap() }
            Ok::<_, Closed>(())
        };
        csp::block_on(started).unwrap().unwrap();
        assert_eq!(rx.try_iter().collect::<Vec<_>>(), [1, 2, 3, 4], "{}", stringify!($sink));
    }};
}

#[test]
fn destinations() {
    sinks!(t: t.0);
    sinks!(t: t.1[0]);
    sinks!(t: &t.0);
    sinks!(t: t.0.clone());
    sinks!(t: (t.0));
    sinks!(t: *&t.0);
}

/// Guards, capacities, limits of time, and what is started.
macro_rules! elsewhere {
    ($yes:expr, $n:expr, $process:expr) => {{
        let rx = channel(&[1]);
        let guarded = csp::block_on(async { select! { v = <-rx if !$yes => v, default => 100 } });
        assert_eq!(guarded, if !$yes { 1 } else { 100 });
        let capacity = chan!(u8; 2 * $n).0.capacity();
        assert_eq!(capacity, Some(2 * $n));
        let exact = chan!(u8; $n).0.capacity();
        assert_eq!(exact, Some($n));
        let after = csp::block_on(async {
            select! { <-after(Duration::from_millis(1) / $n as u32) => 7, <-channel(&[]) => 8 }
        });
        assert!(after == 7 || after == 8);
        let handle = go!($process);
        let (beside, block) = csp::block_on(async { par!($process, { 10 - $n }) });
        assert_eq!((csp::block_on(handle).unwrap(), beside, block), (5, 5, 10 - $n));
    }};
}

#[process]
fn five() -> u8 {
    5
}

#[test]
#[allow(unused_parens)]
fn guards_capacities_limits_and_processes() {
    elsewhere!(1 == 2, 1 + 2, five());
    elsewhere!(true, 3, async { 2 + 3 });
    elsewhere!(1 < 2 && true, if true { 1usize } else { 2 }, self::five());
    elsewhere!(false, 5usize - 1, async move { 5 });
}
