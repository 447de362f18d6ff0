//! What `?` does with the errors of the language: it ends the process, or becomes an error of another kind.

use csp::AllClosed;
use csp::prelude::*;
use std::error::Error;
use std::io::{self, ErrorKind};

type Boxed = Box<dyn Error + Send + Sync>;
type Job = Box<dyn FnOnce() + Send>;

fn is<E: Into<io::Error> + Error>(error: E, kind: ErrorKind) {
    let text = error.to_string();
    let error: io::Error = error.into();
    assert_eq!((error.kind(), error.to_string()), (kind, text));
}

#[test]
fn errors_become_io_errors_with_their_text() {
    is(RecvError, ErrorKind::UnexpectedEof);
    is(SendError(std::cell::Cell::new(1)), ErrorKind::BrokenPipe);
    is(Closed, ErrorKind::BrokenPipe);
    is(AllClosed, ErrorKind::UnexpectedEof);
    is(RecvTimeoutError::Timeout, ErrorKind::TimedOut);
    is(RecvTimeoutError::Closed, ErrorKind::UnexpectedEof);
    is(SendTimeoutError::Timeout(std::cell::Cell::new(1)), ErrorKind::TimedOut);
    is(SendTimeoutError::Closed(1), ErrorKind::BrokenPipe);
    is(TryRecvError::Empty, ErrorKind::WouldBlock);
    is(TryRecvError::Closed, ErrorKind::UnexpectedEof);
    is(TrySendError::Full(1), ErrorKind::WouldBlock);
    is(TrySendError::Closed(1), ErrorKind::BrokenPipe);
    is(
        csp::block_on(timeout(Duration::ZERO, std::future::pending::<()>())).unwrap_err(),
        ErrorKind::TimedOut,
    );
    let failed = go! { if true { panic!("out of paper") } };
    is(failed.join().unwrap_err(), ErrorKind::Other);
}

#[process]
fn all_of_them(tx: Sender<u32>, rx: Receiver<u32>) -> io::Result<u32> {
    tx.send(1)?;
    let doubled = go!(double(rx.recv()?)).await?;
    let again = timeout(Duration::from_secs(1), double(doubled)).await?;
    let read: io::Result<u32> = Ok(again);
    Ok(read?)
}

#[process]
fn double(n: u32) -> u32 {
    2 * n
}

#[csp::test]
fn a_process_of_io_results_takes_them_all() {
    let (tx, rx) = chan!(u32; 1);
    assert_eq!(all_of_them(tx, rx).await.unwrap(), 4);
}

#[process]
fn sends_to_boxed(tx: Sender<Job>) -> Result<(), Boxed> {
    tx.send(Box::new(|| {}))?;
    Ok(())
}

/// What has a place for the value gets it.
#[process]
fn sends_to_its_error(tx: Sender<Job>) -> Result<(), SendError<Job>> {
    tx.send(Box::new(|| {}))?;
    Ok(())
}

#[process]
fn sends_a_number(tx: Sender<u32>) -> Result<(), Boxed> {
    tx.send(9)?;
    Ok(())
}

#[csp::test]
fn a_value_that_is_not_sync_is_left_out_of_the_error() {
    let (tx, rx) = chan!(Job);
    drop(rx);
    assert!(sends_to_boxed(tx.clone()).await.unwrap_err().is::<SendError<()>>());
    let SendError(job) = sends_to_its_error(tx).await.unwrap_err();
    job();
    let (tx, rx) = chan!(u32);
    drop(rx);
    let error = sends_a_number(tx).await.unwrap_err().downcast::<SendError<u32>>().unwrap();
    assert_eq!(*error, SendError(9));
}

#[process]
fn waits_for_a_failure(tx: Sender<u32>) {
    let failing = go! { if true { panic!("no paper") } };
    failing.await?;
    tx.send(1)?;
}

#[process]
fn waits_for_a_success(tx: Sender<u32>) {
    let n = go!(double(2)).await?;
    tx.send(n)?;
}

#[process]
fn gives_none(cancelled: Handle<u32>) -> Option<u32> {
    match cancelled.await {
        Ok(n) => Some(n),
        Err(_) => None,
    }
}

#[csp::test]
fn a_process_that_failed_ends_the_one_that_waits_for_it() {
    let (tx, rx) = chan!(u32; 1);
    waits_for_a_success(tx.clone()).await;
    assert_eq!(rx.recv(), Ok(4));
    waits_for_a_failure(tx).await;
    assert_eq!(rx.recv(), Err(RecvError));
    let never = go! { std::future::pending::<u32>().await };
    never.cancel();
    assert_eq!(gives_none(never).await, None);
}

/// `go!` blocks that give `()`, too.
#[csp::test]
fn a_block_ends_as_a_process_does() {
    let (tx, rx) = chan!(u32; 1);
    go! {
        let failed = go! { if true { panic!("no ink") } };
        failed.await?;
        tx <- 1;
    };
    assert_eq!(rx.recv(), Err(RecvError));
}
