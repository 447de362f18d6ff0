//! Verbs with a limit of time: `recv_timeout`, `send_timeout`.

use csp::prelude::*;
use csp::time::now;
use std::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

fn since(start: Instant) -> Duration {
    now() - start
}

#[csp::test]
fn a_receive_waits_as_long_as_its_limit() {
    let (tx, rx) = chan!(u32);
    let start = now();
    assert_eq!(rx.recv_timeout(SECOND), Err(RecvTimeoutError::Timeout));
    assert!(since(start) >= SECOND);
    go! {
        sleep(SECOND).await;
        tx <- 7;
    };
    assert_eq!(rx.recv_timeout(10 * SECOND), Ok(7));
    assert!(since(start) < 10 * SECOND);
    assert_eq!(rx.recv_timeout(10 * SECOND), Err(RecvTimeoutError::Closed));
    assert!(since(start) < 10 * SECOND);
}

#[csp::test]
fn a_send_that_timed_out_gives_its_value_back() {
    let (tx, rx) = chan!(String);
    let Err(SendTimeoutError::Timeout(value)) = tx.send_timeout("late".to_owned(), SECOND) else {
        panic!("nobody receives");
    };
    assert_eq!(value, "late");
    let received = go! { rx.recv().unwrap() };
    assert_eq!(tx.send_timeout(value, SECOND), Ok(()));
    assert_eq!(received.await.unwrap(), "late".to_owned());
    assert_eq!(
        tx.send_timeout("never".to_owned(), SECOND),
        Err(SendTimeoutError::Closed("never".to_owned()))
    );
}

/// The limit is reached in the same turn in which a receiver takes the value: it is sent, or it comes back, and never both.
#[csp::test(schedules = 500, timers = compete)]
fn a_value_is_sent_or_comes_back() {
    let (tx, rx) = chan!(u32);
    let receiver = go! {
        sleep(SECOND).await;
        match rx.recv_timeout(SECOND / 1000) {
            Ok(value) => Some(value),
            Err(_) => None,
        }
    };
    let sent = tx.send_timeout(5, SECOND);
    let received = receiver.await.unwrap();
    match sent {
        Ok(()) => assert_eq!(received, Some(5)),
        Err(SendTimeoutError::Timeout(value) | SendTimeoutError::Closed(value)) => {
            assert_eq!((value, received), (5, None));
        }
    }
}

/// A limit of zero finds all that is there, however much of its turn the process has used.
#[process]
fn drains(rx: Receiver<u32>) -> usize {
    let mut count = 0;
    while rx.recv_timeout(Duration::ZERO).is_ok() {
        count += 1;
    }
    count
}

#[test]
fn what_is_there_is_in_time() {
    let (tx, rx) = chan!(u32; ..);
    for n in 0..1000 {
        tx.try_send(n).unwrap();
    }
    assert_eq!(go!(drains(rx)).join().unwrap(), 1000);
}

#[process]
fn fills(tx: Sender<u32>) -> u32 {
    let mut count = 0;
    while count < 1000 && tx.send_timeout(count, Duration::ZERO).is_ok() {
        count += 1;
    }
    count
}

#[test]
fn what_has_a_place_is_in_time() {
    let (tx, rx) = chan!(u32; 1000);
    assert_eq!(go!(fills(tx)).join().unwrap(), 1000);
    assert_eq!(rx.len(), 1000);
}

#[process]
fn in_io(rx: Receiver<u32>) -> std::io::Result<u32> {
    Ok(rx.recv_timeout(Duration::ZERO)? + 1)
}

#[process]
fn in_its_own(rx: Receiver<u32>) -> Result<u32, RecvTimeoutError> {
    let first = rx.recv()?;
    Ok(first + rx.recv_timeout(Duration::ZERO)?)
}

#[csp::test]
fn a_question_mark_returns_the_error() {
    let (tx, rx) = chan!(u32; 1);
    assert_eq!(in_io(rx.clone()).await.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    tx.send(1)?;
    assert_eq!(in_its_own(rx.clone()).await, Err(RecvTimeoutError::Timeout));
    tx.send(1)?;
    assert_eq!(in_io(rx.clone()).await.unwrap(), 2);
    tx.close();
    assert_eq!(in_its_own(rx.clone()).await, Err(RecvTimeoutError::Closed));
    assert_eq!(in_io(rx).await.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}

#[csp::test]
fn a_handle_and_a_set_have_a_limit_too() {
    let (tx, rx) = chan!(u32);
    let waits = go! { rx.recv().unwrap() };
    assert_eq!(waits.recv_timeout(SECOND).unwrap_err(), RecvTimeoutError::Timeout);
    tx.send(3)?;
    assert_eq!(waits.recv_timeout(SECOND).unwrap().unwrap(), 3);
    assert_eq!(waits.recv_timeout(SECOND).unwrap_err(), RecvTimeoutError::Closed);
    let (tx, rx) = chan!(u32; 1);
    let all = [rx];
    assert_eq!(any(&all).recv_timeout(SECOND), Err(RecvTimeoutError::Timeout));
    tx.send(4)?;
    assert_eq!(any(&all).recv_timeout(SECOND), Ok((0, 4)));
}

/// In plain async code they are futures.
#[test]
fn outside_of_a_process_they_are_futures() {
    let (tx, rx) = chan!(u32; 1);
    csp::block_on(async {
        assert!(tx.send_timeout(1, SECOND).await.is_ok());
        assert!(tx.send_timeout(2, Duration::from_millis(1)).await.unwrap_err().is_timeout());
        assert_eq!(rx.recv_timeout(SECOND).await, Ok(1));
        assert!(rx.recv_timeout(Duration::from_millis(1)).await.unwrap_err().is_timeout());
    });
}
