//! The language, rule by rule: programs in it, run on the real runtime.
#![allow(clippy::all)]
use csp::block_on;
use csp::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn run<P: IntoFuture>(p: P) -> P::Output {
    block_on(p.into_future())
}

#[process]
fn produce(out: Sender<u32>, n: u32) {
    for i in 0..n {
        out.send(i)?;
    }
}

#[process]
fn sum(input: Receiver<u32>) -> u32 {
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

trait Dup {
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
enum MyError {
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

#[process]
fn fib(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    fib(n - 1).await + fib(n - 2).await
}
#[process]
fn tree(depth: u32, out: Sender<u32>) {
    if depth == 0 {
        out.send(1)?;
        return;
    }
    go!(tree(depth - 1, out.clone()));
    go! { tree(depth - 1, out).await; };
}
#[process]
fn race(n: u64) -> u64 {
    if n == 0 {
        return 7;
    }
    select! {
        v = race(n - 1).await => v + 1,
        <-after(Duration::from_secs(100)) => 0,
    }
}
#[test]
fn recursion() {
    assert_eq!(run(fib(10)), 55);
    assert_eq!(run(race(5)), 12);
    let (tx, rx) = chan!(u32; ..);
    run(tree(3, tx));
    let mut n = 0;
    while rx.recv_blocking().is_ok() {
        n += 1;
    }
    assert_eq!(n, 8);
}

#[process(boxed)]
fn even(n: u32) -> bool {
    if n == 0 { true } else { odd(n - 1).await }
}
#[process(boxed)]
fn odd(n: u32) -> bool {
    if n == 0 { false } else { even(n - 1).await }
}

trait Job: Send + Sync {
    #[process(boxed)]
    fn work(&self, input: &str) -> String;
    #[process(boxed)]
    fn nothing(&self) {}
    #[process(boxed)]
    fn owned(self: Arc<Self>, n: u32) -> u32;
}
struct Upper {
    suffix: String,
}
impl Job for Upper {
    #[process(boxed)]
    fn work(&self, input: &str) -> String {
        format!("{}{}", input.to_uppercase(), self.suffix)
    }
    #[process(boxed)]
    fn owned(self: Arc<Self>, n: u32) -> u32 {
        n + u32::try_from(self.suffix.len()).unwrap()
    }
}
#[process(boxed)]
fn generic<T: Send + Clone, U>(x: &T, y: U, f: impl Fn(T) -> U + Send) -> U
where
    U: Send + Default,
    T: Sync,
{
    let _ = y;
    f(x.clone())
}
#[process(boxed)]
fn borrows<'a>(x: &'a str, _y: &str) -> &'a str {
    x
}

#[test]
fn boxes() {
    assert!(run(even(10)));
    let jobs: Vec<Box<dyn Job>> = vec![Box::new(Upper { suffix: "!".into() })];
    assert_eq!(run(jobs[0].work("a")), "A!");
    run(jobs[0].nothing());
    let j: Arc<dyn Job> = Arc::new(Upper { suffix: "!".into() });
    assert_eq!(run(j.owned(2)), 3);
    assert_eq!(run(generic(&1, 2, |x| x + 1)), 2);
    assert_eq!(run(borrows("x", "y")), "x");
}

struct Counter {
    count: AtomicUsize,
    out: Sender<usize>,
}
impl Counter {
    #[process]
    fn bump(&self, by: usize) -> usize {
        self.count.fetch_add(by, Ordering::SeqCst) + by
    }
    #[process]
    fn report(&self) -> Result<(), Closed> {
        let n = self.bump(1).await;
        self.out.send(n)?;
        Ok(())
    }
    #[process]
    fn take(self) -> usize {
        self.count.into_inner()
    }
    #[process]
    fn set(&mut self, n: usize) {
        *self.count.get_mut() = n;
    }
    #[process]
    fn count_down(&self, n: usize) -> usize {
        if n == 0 { 0 } else { self.count_down(n - 1).await + Self::count_down(self, n - 1).await + 1 }
    }
    #[process]
    fn consume(mut self) -> usize {
        *self.count.get_mut() += 1;
        self.count.into_inner()
    }
}
trait Plain {
    #[process]
    fn name(&self) -> String;
    #[process]
    fn twice(&self) -> String
    where
        Self: Sync,
    {
        format!("{0}{0}", self.name().await)
    }
}
impl Plain for Counter {
    #[process]
    fn name(&self) -> String {
        "counter".to_owned()
    }
}
#[test]
fn methods() {
    let (out, rx) = chan!(usize; 1);
    let mut c = Counter { count: AtomicUsize::new(0), out };
    run(c.set(4));
    run(c.report()).unwrap();
    assert_eq!(rx.recv_blocking(), Ok(5));
    assert_eq!(run(c.name()), "counter");
    assert_eq!(run(c.twice()), "countercounter");
    assert_eq!(run(c.count_down(3)), 7);
    assert_eq!(run(c.take()), 5);
    let (out, _rx) = chan!(usize; 1);
    assert_eq!(run(Counter { count: AtomicUsize::new(0), out }.consume()), 1);
}

#[process]
fn patterns((a, b): (u32, u32), mut c: u32, _: String, [d, ..]: [u32; 3]) -> u32 {
    c += 1;
    a + b + c + d
}
#[process]
fn echo<T: Send>(input: &Receiver<T>, out: &Sender<T>) -> Result<(), Closed> {
    for v in input {
        out.send(v)?;
    }
    Ok(())
}
#[process]
fn each_iterable(v: Vec<u32>, m: &HashMap<u32, u32>) -> u32 {
    let mut n = 0;
    'outer: for x in &v {
        for y in m {
            if *x == *y.0 {
                continue 'outer;
            }
        }
        n += x;
    }
    for (i, x) in v.iter().enumerate() {
        if i == 0 {
            n += x
        }
    }
    for x in v {
        if x > 2 {
            break;
        }
        n += x;
    }
    let r = 0..3;
    for x in r {
        n += x;
    }
    n
}
#[process]
fn returns_impl(n: u32) -> impl Iterator<Item = u32> + Send {
    0..n
}
#[process]
fn result_of_impl(n: u32) -> Result<impl Iterator<Item = u32> + Send, Closed> {
    Ok(0..n)
}
#[test]
fn arguments() {
    assert_eq!(run(patterns((1, 2), 3, String::new(), [4, 5, 6])), 11);
    let (tx, rx) = chan!(u8; 2);
    tx.send_blocking(1).unwrap();
    tx.send_blocking(2).unwrap();
    drop(tx);
    let (tx2, rx2) = chan!(u8; 2);
    run(echo(&rx, &tx2)).unwrap();
    assert_eq!(rx2.recv_blocking(), Ok(1));
    assert_eq!(run(each_iterable(vec![1, 2, 3], &HashMap::from([(2, 2)]))), 4 + 1 + 3 + 3);
    assert_eq!(run(returns_impl(3)).count(), 3);
    assert_eq!(run(result_of_impl(3)).unwrap().count(), 3);
}

#[process]
fn selects(jobs: Receiver<u32>, quit: Receiver<()>, out: Sender<u32>) -> Option<Vec<String>> {
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
    let a = select! { v = fetch(3).await? => v, v = rx.recv()? => v };
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
fn moves_source(mut rx: Receiver<u32>) -> Option<u32> {
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
fn nested(rx: Receiver<u32>, tx: Sender<Option<u32>>) -> Option<String> {
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
fn spread(rx: Receiver<u32>) -> Option<u32> {
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
