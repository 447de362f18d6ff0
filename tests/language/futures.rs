//! A process is a future.

use csp::prelude::*;
use std::pin::Pin;
use std::rc::Rc;

#[process]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

fn later(n: u32) -> impl Future<Output = u32> {
    add(n, 1)
}

fn boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(add(n, 2))
}

trait Counts {
    fn count(&self, to: u32) -> impl Future<Output = u32> + Send;
}

struct Slowly(Receiver<u32>);

impl Counts for Slowly {
    #[process]
    fn count(&self, to: u32) -> u32 {
        let mut sum = 0;
        for _ in 0..to {
            sum += self.0.recv().unwrap_or(0);
        }
        sum
    }
}

#[csp::test]
fn it_goes_where_a_future_goes() {
    assert_eq!(later(1).await + boxed(1).await, 5);
    let (tx, rx) = chan!(u32; 2);
    tx.send(3)?;
    tx.send(4)?;
    assert_eq!(Slowly(rx).count(2).await, 7);
    let mut pinned = std::pin::pin!(add(1, 1));
    assert_eq!(pinned.as_mut().await, 2);
}

/// What another library's `.recv().await` is in an arm: a future.
#[process]
fn awaits_in_arms(rx: Receiver<u32>, open: bool) {
    let got = select! {
        v = rx.recv().await => v,
        <-after(Duration::from_secs(1)) => Err(RecvError),
    };
    assert_eq!(got, Ok(1));
    let got = select! {
        v = rx.recv().await if open => v,
        <-after(Duration::from_secs(1)) => Err(RecvError),
    };
    assert_eq!(got, Ok(2));
}

#[csp::test]
fn an_arm_may_await_what_waits_itself() {
    let (tx, rx) = chan!(u32; 2);
    tx.send(1)?;
    tx.send(2)?;
    awaits_in_arms(rx, true).await;
}

/// `main` need not be `Send`: what is not stays on the thread that the program starts with.
mod local {
    use super::*;

    #[process]
    fn main() {
        let here = Rc::new(20);
        let (tx, rx) = chan!(u32);
        go! { tx <- 1; };
        assert_eq!(rx.recv()? + *here, 21);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(go!(add(*here, 2)).await?, 22);
    }

    #[test]
    fn main_may_hold_what_is_not_send() {
        main();
    }
}
