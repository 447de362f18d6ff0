//! What may be a process: recursion, boxes, methods, arguments.

use csp::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::run;

#[process]
pub(crate) fn fib(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    fib(n - 1).await + fib(n - 2).await
}
#[process]
pub(crate) fn tree(depth: u32, out: Sender<u32>) {
    if depth == 0 {
        out.send(1)?;
        return;
    }
    go!(tree(depth - 1, out.clone()));
    go! { tree(depth - 1, out).await; };
}
#[process]
pub(crate) fn race(n: u64) -> u64 {
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

/// Says when it goes.
struct Says(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Says {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[process]
fn holds(a: Says, b: Says, mut c: Says, d: Says, _e: Says) {
    let last = Says("own", a.1.clone());
    c.0 = "changed";
    assert!([&b, &d, &last].iter().all(|says| !says.0.is_empty()));
}

#[process]
fn holds_without_change(a: Says, _b: Says, c: Says) {
    let last = Says("own", c.1.clone());
    assert!([&a, &last].iter().all(|says| !says.0.is_empty()));
}

/// As in a function: first the variables, then the arguments, the last of each first.
#[test]
fn arguments_go_in_the_order_of_a_function() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let says = |name| Says(name, log.clone());
    run(holds(says("a"), says("b"), says("c"), says("d"), says("e")));
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), ["own", "e", "d", "changed", "b", "a"]);
    run(holds_without_change(says("a"), says("b"), says("c")));
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), ["own", "c", "b", "a"]);
}
