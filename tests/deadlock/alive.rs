//! Programs that look stuck and are not: each waits, for longer than the runtime's patience, for what comes in the end.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use csp::net::{TcpListener, TcpStream};
use csp::prelude::*;

/// Starts all of them; each says on `done` that it went on. Gives how many they are.
pub(crate) fn start(done: &Sender<&'static str>, quiet: Duration) -> usize {
    let all: [fn(Sender<&'static str>, Duration); 18] = [
        thread,
        blocking_call,
        other_executor,
        in_a_static,
        in_collections,
        behind_a_pointer,
        sleeper,
        timer_arm,
        signal_arm,
        sent_through_a_channel,
        socket,
        moved_out,
        cancelled_at_shutdown,
        closed_by_a_sibling,
        foreign_waker,
        asked_in_turns,
        timed_out,
        shared_handle,
    ];
    for one in all {
        one(done.clone(), quiet);
    }
    all.len()
}

/// A process that waits for one value, with both of its own ends in plain sight.
#[process]
fn waits(name: &'static str, rx: Receiver<u64>, done: Sender<&'static str>) {
    rx.recv()?;
    done.send(name)?;
}

fn thread(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    go!(waits("thread", rx, done));
    std::thread::spawn(move || {
        std::thread::sleep(quiet);
        tx.send_blocking(1).unwrap();
    });
}

fn blocking_call(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    go!(waits("blocking call", rx, done));
    go!(blocking(move || {
        std::thread::sleep(quiet);
        tx.send_blocking(1).unwrap();
    }));
}

fn other_executor(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    go!(waits("other executor", rx, done));
    std::thread::spawn(move || {
        csp::block_on(async move {
            sleep(quiet).await;
            tx.send(1).await.unwrap();
        });
    });
}

static KEPT: Mutex<Option<Sender<u64>>> = Mutex::new(None);

fn in_a_static(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    go!(waits("static", rx, done));
    *KEPT.lock().unwrap() = Some(tx);
    go! {
        sleep(quiet).await;
        let tx = KEPT.lock().unwrap().take().unwrap();
        tx <- 1;
    };
}

struct Office {
    out: Sender<u64>,
}

fn in_collections(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    let (tx2, rx2) = chan!(u64);
    let (tx3, rx3) = chan!(u64);
    go! {
        let n = <-rx + <-rx2 + <-rx3;
        done <- if n == 3 { "collections" } else { "wrong" };
    };
    let (boxed, shared, office) =
        (vec![Box::new(tx)], Arc::new(HashMap::from([(1, tx2)])), Office { out: tx3 });
    go! {
        sleep(quiet).await;
        boxed[0] <- 1;
        shared[&1] <- 1;
        office.out <- 1;
    };
}

/// What waits behind a pointer is not the only one that has what it waits on: the receiver is closed by another.
fn behind_a_pointer(done: Sender<&'static str>, quiet: Duration) {
    #[process]
    fn listens(rx: Arc<Receiver<u64>>) {
        rx.recv()?;
    }
    let (a, from_a) = chan!(u64);
    let (b, from_b) = chan!(u64);
    let shared = Arc::new(from_a);
    let closes = shared.clone();
    go! {
        listens(shared).await;
        done <- "pointer";
        b <- 1;
    };
    go! {
        let n = <-from_b;
        a <- n;
    };
    go! {
        sleep(quiet).await;
        closes.close();
    };
}

/// Two wait for each other's first word, until a third interrupts.
fn sleeper(done: Sender<&'static str>, quiet: Duration) {
    let (a, from_a) = chan!(u64);
    let (b, from_b) = chan!(u64);
    let starter = b.clone();
    go! {
        let n = <-from_b;
        a <- n;
    };
    go! {
        let n = <-from_a;
        done <- "sleeper";
        b <- n;
    };
    go! {
        sleep(quiet).await;
        starter <- 1;
    };
}

fn timer_arm(done: Sender<&'static str>, quiet: Duration) {
    let (never, rx) = chan!(u64);
    go! {
        select! {
            n = <-rx => println!("{n}"),
            <-after(quiet) => done <- "timer",
        }
        never.close();
    };
}

fn signal_arm(done: Sender<&'static str>, quiet: Duration) {
    #[cfg(unix)]
    {
        let (never, rx) = chan!(u64);
        let hangup = csp::signal::signal(csp::signal::Signal::User1);
        go! {
            select! {
                n = <-rx => println!("{n}"),
                <-hangup => done <- "signal",
            }
            never.close();
        };
        go! {
            sleep(quiet).await;
            let me = std::process::id().to_string();
            std::process::Command::new("kill").args(["-USR1", &me]).status().unwrap();
        };
    }
    #[cfg(not(unix))]
    {
        let _ = quiet;
        go! { done <- "signal" };
    }
}

/// The sender lies in the buffer of a channel for a while.
fn sent_through_a_channel(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    let (post, letters) = chan!(Sender<u64>; 1);
    go!(waits("letter", rx, done));
    go! { post <- tx };
    go! {
        sleep(quiet).await;
        let tx = <-letters;
        tx <- 1;
    };
}

fn socket(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    go!(waits("socket", rx, done));
    go! {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        go! {
            let stream = TcpStream::connect(address).await.unwrap();
            sleep(quiet).await;
            stream.write_all(b"x").await.unwrap();
        };
        let (stream, _) = listener.accept().await.unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        tx <- 1;
    };
}

/// The sender was in the frame of the one that waits, and its bytes may still be.
fn moved_out(done: Sender<&'static str>, quiet: Duration) {
    go! {
        let (tx, rx) = chan!(u64);
        if tx.capacity() == Some(0) {
            std::thread::spawn(move || {
                std::thread::sleep(quiet);
                tx.send_blocking(1).unwrap();
            });
        }
        <-rx;
        done <- "moved out";
    };
}

/// A worker that waits for ever, until whoever has its handle has enough.
fn cancelled_at_shutdown(done: Sender<&'static str>, quiet: Duration) {
    let worker = go! {
        let (never, rx) = chan!(u64);
        <-rx;
        never.close();
    };
    go! {
        sleep(quiet).await;
        worker.cancel();
        let _ = worker.await;
        done <- "cancelled";
    };
}

/// The channel's only sender waits with the one that it should serve; another receiver closes the channel.
fn closed_by_a_sibling(done: Sender<&'static str>, quiet: Duration) {
    let (tx, rx) = chan!(u64);
    let sibling = rx.clone();
    go! {
        for _ in rx {}
        tx.close();
        done <- "sibling";
    };
    go! {
        sleep(quiet).await;
        sibling.close();
    };
}

/// A future of another library, beside a receive that never ends.
fn foreign_waker(done: Sender<&'static str>, quiet: Duration) {
    go! {
        let (never, rx) = chan!(u64);
        let ready = Arc::new(Mutex::new(false));
        let mut started = false;
        let mut wait = std::pin::pin!(rx.recv_later());
        poll_fn(|cx| {
            let _ = wait.as_mut().poll(cx);
            if !std::mem::replace(&mut started, true) {
                let (waker, ready) = (cx.waker().clone(), Arc::clone(&ready));
                std::thread::spawn(move || {
                    std::thread::sleep(quiet);
                    *ready.lock().unwrap() = true;
                    waker.wake();
                });
            }
            if *ready.lock().unwrap() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        never.close();
        done <- "foreign waker";
    };
}

/// `recv` by another name, so that it is no communication of the body.
trait RecvLater {
    fn recv_later(&self) -> csp::Recv<'_, u64>;
}

impl RecvLater for Receiver<u64> {
    fn recv_later(&self) -> csp::Recv<'_, u64> {
        Receiver::recv(self)
    }
}

/// What it asked in an earlier turn, and not again since, wakes it in the end, though all ends of what it asked last are its own.
fn asked_in_turns(done: Sender<&'static str>, quiet: Duration) {
    fn asks(rx: &Receiver<u64>) -> csp::Recv<'_, u64> {
        rx.recv()
    }
    let (a, from_a) = chan!(u64);
    go! {
        let (b, from_b) = chan!(u64);
        let starter = b.clone();
        go! {
            starter <- 1;
        };
        let mut turns = 0;
        {
            let mut first = Box::pin(asks(&from_a));
            let mut second = Box::pin(asks(&from_b));
            poll_fn(|cx| {
                turns += 1;
                if turns != 2 && first.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(());
                }
                while second.as_mut().poll(cx).is_ready() {
                    second = Box::pin(asks(&from_b));
                }
                Poll::Pending
            })
            .await;
        }
        done <- if turns == 3 { "turns" } else { "wrong" };
        b.close();
    };
    go! {
        sleep(quiet).await;
        a <- 1;
    };
}

fn timed_out(done: Sender<&'static str>, quiet: Duration) {
    go! {
        let (never, rx) = chan!(u64);
        let _ = timeout(quiet, rx.recv_later()).await;
        never.close();
        done <- "timed out";
    };
}

/// One waits for the end of a process that somebody else will cancel.
fn shared_handle(done: Sender<&'static str>, quiet: Duration) {
    let (never, rx) = chan!(u64);
    let worker = Arc::new(go! {
        <-rx;
    });
    let other = Arc::clone(&worker);
    go! {
        let _ = worker.recv();
        never.close();
        done <- "shared handle";
    };
    go! {
        sleep(quiet).await;
        other.cancel();
    };
}
