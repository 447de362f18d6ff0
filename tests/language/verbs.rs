//! Verbs, arrows, closing.

use csp::prelude::*;

use crate::run;

#[process]
pub(crate) fn produce(out: Sender<u32>, n: u32) {
    for i in 0..n {
        out.send(i)?;
    }
}

#[process]
pub(crate) fn sum(input: Receiver<u32>) -> u32 {
    let mut total = 0;
    for v in input {
        total += v;
    }
    total
}

#[test]
fn call_forms() {
    let (tx, rx) = chan!(u32; 4);
    let h = go!(produce(tx, 10));
    let s = go!(sum(rx));
    assert_eq!(s.join().unwrap(), 45);
    h.join().unwrap();
}

#[test]
fn arrows_in_go() {
    let (tx, rx) = chan!(i32);
    let (done_tx, done) = chan!(());
    go! {
        let a = 3;
        if a < -1 { tx <- 100; }
        if a < - 1 { tx <- 100; }
        tx <- -1;
        tx <- a << 2;
        tx <- a - 1;
        let _keep = done_tx;
    };
    let h = go! {
        let x = <-rx;
        let y = <-rx + 1;
        let z = match <-rx { 2 => 20, _ => 0 };
        <-done;
        let _ = <-done;
        _ = <-done;
        println!("{}", x);
        assert_eq!(rx.recv(), Err(csp::RecvError));
        Some((x, y, z))
    };
    assert!(h.join().is_err() || true);
    let (tx, rx) = chan!(i32; ..);
    let h = go! {
        for i in 0..3 { tx <- i; }
        Some("sent")
    };
    let g = go! { let (a, b, c) = (<-rx, <-rx, <-rx); Some(vec![a, b, c]) };
    assert_eq!(g.join().unwrap(), Some(vec![0, 1, 2]));
    let _ = h;
}

pub(crate) trait Dup {
    fn dup(&self);
}
impl Dup for i32 {
    fn dup(&self) {}
}

#[test]
fn endless_block() {
    let (tx, rx) = chan!(i32);
    let h = go! { loop { tx <- 1; } };
    assert_eq!(rx.recv_blocking(), Ok(1));
    drop(rx);
    let () = h.join().unwrap();
    let (tx, rx) = chan!(i32);
    let h = go! { loop { select! { tx <- 5 => {}, } } };
    assert_eq!(rx.recv_blocking(), Ok(5));
    drop(rx);
    let () = h.join().unwrap();
    let (tx, rx) = chan!(i32);
    let h = go! { loop { select! { v = <-rx => if v > 3 { break Some(v) }, } } };
    let t = go! { tx <- 1; tx <- 9; };
    let _ = (h, t);
}

#[process]
fn early(rx: Receiver<u32>) -> Option<u32> {
    let v = rx.recv()?;
    Some(v + 1)
}
#[derive(Debug, PartialEq)]
pub(crate) enum MyError {
    Closed,
    Parse,
}
impl From<csp::RecvError> for MyError {
    fn from(_: csp::RecvError) -> Self {
        MyError::Closed
    }
}
impl<T> From<SendError<T>> for MyError {
    fn from(_: SendError<T>) -> Self {
        MyError::Closed
    }
}
impl From<csp::AllClosed> for MyError {
    fn from(_: csp::AllClosed) -> Self {
        MyError::Closed
    }
}
impl From<std::num::ParseIntError> for MyError {
    fn from(_: std::num::ParseIntError) -> Self {
        MyError::Parse
    }
}
#[process]
fn parse(rx: Receiver<String>, out: Sender<i64>) -> Result<usize, MyError> {
    let mut n = 0;
    while let Ok(line) = rx.recv() {
        out.send(line.parse::<i64>()?)?;
        n += 1;
    }
    if n == 0 {
        return Err(MyError::Closed);
    }
    Ok(n)
}
#[test]
fn closing() {
    let (tx, rx) = chan!(u32; 1);
    drop(tx);
    assert_eq!(run(early(rx)), None);
    let (tx, rx) = chan!(String; 3);
    let (out, res) = chan!(i64; 3);
    tx.send_blocking("1".into()).unwrap();
    tx.send_blocking("x".into()).unwrap();
    drop(tx);
    assert_eq!(run(parse(rx, out)), Err(MyError::Parse));
    drop(res);
}
