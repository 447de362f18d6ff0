//! `select!`, `par!`, `defer!`, nesting, and what is foreign.

use csp::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::processes::fib;
use crate::run;
use crate::verbs::{Dup, MyError};

#[process]
pub(crate) fn selects(jobs: Receiver<u32>, quit: Receiver<()>, out: Sender<u32>) -> Option<Vec<String>> {
    let mut log = Vec::new();
    let mut pending = None;
    loop {
        select! {
            biased;
            job = <-jobs if pending.is_none() => { log.push(format!("job {job}")); pending = Some(job); }
            out <- pending.take().unwrap() if pending.is_some() => log.push("sent".to_owned()),
            <-quit => break,
        }
    }
    let r = select! {
        r = quit.recv() => r.is_err(),
        default => false,
    };
    log.push(format!("{r}"));
    let r = select! { v = <-jobs => v, closed => 17 };
    log.push(r.to_string());
    let r = select! { v = <-jobs if r == 3 => v, closed => 18, default => 19 };
    log.push(r.to_string());
    let r = select! { r = out.send(3) => r.is_ok(), default => false };
    log.push(r.to_string());
    Some(log)
}
#[test]
fn selecting() {
    let (tx, rx) = chan!(u32; 2);
    let (q, quit) = chan!(());
    let (o, out) = chan!(u32; 10);
    tx.send_blocking(1).unwrap();
    tx.send_blocking(2).unwrap();
    drop((tx, q));
    assert_eq!(
        run(selects(rx, quit, o)).unwrap(),
        ["job 1", "sent", "job 2", "sent", "true", "17", "18", "true"]
    );
    assert_eq!((out.recv_blocking(), out.recv_blocking(), out.recv_blocking()), (Ok(1), Ok(2), Ok(3)));
}

async fn fetch(n: u32) -> Result<u32, std::num::ParseIntError> {
    format!("{n}").parse()
}
#[process]
fn futures(rx: Receiver<u32>) -> Result<u32, MyError> {
    let a = select! { biased; v = fetch(3).await? => v, v = rx.recv()? => v };
    let b = select! { page = fetch(1).await => page?, <-after(Duration::from_secs(3)) => 0 };
    let handle = go!(fib(3));
    let c = select! { r = <-handle => r.unwrap(), };
    let many = [rx.clone(), rx];
    let d = select! { (i, v) = <-any(&many) => i + v as usize, closed => 100 };
    sleep(Duration::from_millis(1)).await;
    for r in [fetch(1), fetch(2)] {
        r.await?;
    }
    Ok(a + b + u32::try_from(c).unwrap() + u32::try_from(d).unwrap())
}
#[test]
fn futures_in_select() {
    let (tx, rx) = chan!(u32);
    drop(tx);
    assert_eq!(run(futures(rx)), Ok(3 + 1 + 2 + 100));
}

#[process]
fn all_closed(rx: Receiver<u32>) -> Option<u32> {
    let v = select! { v = <-rx => v, };
    Some(v)
}
#[process]
pub(crate) fn moves_source(mut rx: Receiver<u32>) -> Option<u32> {
    let (_tx, other) = chan!(u32);
    let v = select! { v = <-rx => { rx = other; v } };
    drop(rx);
    Some(v)
}
#[test]
fn select_ends() {
    let (tx, rx) = chan!(u32; 1);
    tx.send_blocking(4).unwrap();
    drop(tx);
    assert_eq!(run(moves_source(rx.clone())), Some(4));
    assert_eq!(run(all_closed(rx)), None);
}

#[test]
fn par_and_defer() {
    static ORDER: AtomicUsize = AtomicUsize::new(0);
    #[process]
    fn both() -> (u64, u32, u64) {
        defer! { ORDER.fetch_add(1, Ordering::SeqCst); }
        let (tx, rx) = chan!(u32);
        let (a, b, c) = par!(fib(8), { Some(<-rx) }, { tx <- 3; Some(4) });
        assert_eq!(ORDER.load(Ordering::SeqCst), 0);
        (a, b.unwrap().min(9), c.unwrap())
    }
    #[process]
    fn with_arrows() -> u32 {
        let (tx, rx) = chan!(u32);
        let h = go! { let (v, ()) = par!(one(<-rx), { }); Some(v) };
        go! { tx <- 3; };
        h.await.unwrap().unwrap()
    }
    #[process]
    fn one(v: u32) -> u32 {
        v
    }
    let _ = both;
    assert_eq!(run(with_arrows()), 3);
}

#[process]
pub(crate) fn nested(rx: Receiver<u32>, tx: Sender<Option<u32>>) -> Option<String> {
    tx.send(Some(rx.recv()?)).ok();
    assert_eq!(rx.recv()?, 2, "want {}", 2);
    let f = async {
        let v = rx.recv()?;
        Some(v)
    };
    let three = f.await?;
    let s = format!("{three} {x:?}", x = rx.recv());
    let v = vec![rx.recv().ok(); 2];
    assert!(matches!(rx.recv(), Err(_)));
    if let Ok(v) = rx.recv()
        && v > 1
    {
        return None;
    }
    let Ok(_) = rx.recv() else { return Some(format!("{s} {v:?} {}", dbg!(rx.recv().is_err()))) };
    let closure = |x: &std::sync::mpsc::Sender<u32>| x.send(3);
    let (std_tx, _r) = std::sync::mpsc::channel();
    closure(&std_tx).unwrap();
    unreachable!()
}
#[test]
fn nesting() {
    let (tx, rx) = chan!(u32; 9);
    for i in 1..=5 {
        tx.send_blocking(i).unwrap();
    }
    drop(tx);
    let (o, out) = chan!(Option<u32>; 1);
    assert_eq!(run(nested(rx, o)).unwrap(), "3 Ok(4) [Some(5), Some(5)] true");
    assert_eq!(out.recv_blocking(), Ok(Some(1)));
}

struct Foreign;
impl Foreign {
    fn send(&self, _a: u32, _b: u32) -> u32 {
        1
    }
    async fn recv(&self) -> u32 {
        2
    }
    fn recv_from(&self) -> u32 {
        3
    }
}
#[process]
fn foreign(f: &Foreign) -> u32 {
    f.send(1, 2) + f.recv().await + f.recv_from()
}
#[test]
fn foreign_types() {
    assert_eq!(run(foreign(&Foreign)), 6);
}

#[process]
pub(crate) fn spread(rx: Receiver<u32>) -> Option<u32> {
    let _v = 3;
    let mut s = String::new();
    match rx.recv() {
        Ok(n) => s.push_str(&n.to_string()),
        Err(_) => return None,
    }
    Some(rx.recv()? + rx.recv()? * 2 + s.parse::<u32>().unwrap())
}
#[process]
fn field(rx: Receiver<(u32, Vec<u32>)>) -> Option<u32> {
    rx.recv()?.1.iter().for_each(|x| assert!(*x > 0));
    rx.recv()?.1[0].dup2();
    let _ = -rx.recv()?.0.cast_signed();
    Some(rx.recv()?.0)
}
trait Dup2 {
    fn dup2(&self);
}
impl Dup2 for u32 {
    fn dup2(&self) {}
}
#[test]
fn spreads() {
    let (tx, rx) = chan!(u32; 3);
    for i in 1..4 {
        tx.send_blocking(i).unwrap();
    }
    assert_eq!(run(spread(rx)), Some(9));
    let _ = field;
    let _ = 1.dup();
}
