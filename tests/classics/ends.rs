//! Ends of channels as values; and networks that are torn down from one end.

use csp::prelude::*;

use crate::support::{explored, on, rounds};

/// A question with the way for its answer.
struct Question {
    number: u64,
    answer: Sender<u64>,
}

#[process]
fn squares(questions: Receiver<Question>) {
    for question in questions {
        // Whoever asked may have gone.
        let _ = question.answer.send(question.number * question.number);
    }
}

#[test]
fn a_question_brings_the_way_for_its_answer() {
    let n = rounds(20_000) as u64;
    on(2, || {
        go! {
            let (ask, questions) = chan!(Question);
            go!(squares(questions));
            for number in 0..n {
                let (answer, answers) = chan!(u64);
                ask <- Question { number, answer };
                if number % 3 > 0 {
                    assert_eq!(answers.recv(), Ok(number * number));
                }
            }
        }
    });
}

/// A receiver that travels: who has it goes on where the one before stopped, and nothing is lost on the way.
#[process]
fn reads_some(baton: Receiver<Receiver<u32>>, next: Sender<Receiver<u32>>, log: Sender<u32>) {
    for source in baton {
        for _ in 0..3 {
            log.send(source.recv()?)?;
        }
        next.send(source)?;
    }
}

#[test]
fn a_receiver_travels_with_all_that_is_to_come() {
    let read = on(2, || {
        go! {
            let (first, mut last) = chan!(Receiver<u32>);
            let (log, read) = chan!(u32; ..);
            for _ in 0..10 {
                let (next, end) = chan!(Receiver<u32>);
                go!(reads_some(last, next, log.clone()));
                last = end;
            }
            drop(log);
            let (tx, source) = chan!(u32);
            let numbers = go! {
                for n in 0..30 {
                    tx <- n;
                }
            };
            first <- source;
            let source = last.recv().unwrap();
            assert_eq!(source.recv(), Err(RecvError), "all thirty were read");
            numbers.await.unwrap();
            Some(read.try_iter().collect::<Vec<_>>())
        }
    });
    assert!(read.unwrap().into_iter().eq(0..30));
}

/// A channel may carry its own sending end: then it is never closed from that side, until that value is received.
#[test]
fn a_channel_may_carry_its_own_end() {
    struct Own(Option<Sender<Own>>);
    let (tx, rx) = chan!(Own; 2);
    tx.try_send(Own(Some(tx.clone()))).unwrap();
    tx.try_send(Own(None)).unwrap();
    drop(tx);
    assert!(!rx.is_closed());
    let first = rx.try_recv().unwrap();
    assert!(!rx.is_closed(), "the end is alive in the value");
    drop(first);
    assert!(rx.is_closed());
    assert!(rx.try_recv().unwrap().0.is_none());
    assert!(matches!(rx.try_recv(), Err(TryRecvError::Closed)));
}

/// The last receiver goes with the channel's own sending ends in its buffer: all of it is freed, and nobody waits.
#[test]
fn a_channel_full_of_its_own_ends_is_dropped() {
    struct Own(#[allow(dead_code)] Sender<Own>);
    let (tx, rx) = chan!(Own; ..);
    for _ in 0..100 {
        tx.try_send(Own(tx.clone())).ok().unwrap();
    }
    drop(rx);
    assert!(tx.is_closed());
    assert!(tx.try_send(Own(tx.clone())).is_err());
}

#[process]
fn generate(out: Sender<u64>) {
    for n in 2.. {
        out.send(n)?;
    }
}

#[process]
fn filter(input: Receiver<u64>, out: Sender<u64>, prime: u64) {
    for n in input {
        if n % prime != 0 {
            out.send(n)?;
        }
    }
}

#[process]
fn primes(count: usize) -> Vec<u64> {
    let (out, mut input) = chan!(u64);
    go!(generate(out));
    let mut primes = Vec::new();
    for _ in 0..count {
        let prime = input.recv().unwrap();
        primes.push(prime);
        let (out, next) = chan!(u64);
        go!(filter(input, out, prime));
        input = next;
    }
    primes
}

/// When nobody listens any more, the last filter's send fails, and so on up to the generator: all are gone, under a runtime that
/// goes on.
#[test]
fn the_sieve_goes_when_nobody_listens() {
    for workers in [1, 2, 8] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        for round in 1..=3 {
            let primes = runtime.go(primes(100)).join().unwrap();
            assert_eq!((primes[0], primes[50], primes[99]), (2, 233, 541));
            while runtime.live() > 0 {
                std::thread::yield_now();
            }
            assert_eq!(runtime.go(async move { round }).join().unwrap(), round, "the runtime serves on");
        }
        while runtime.live() > 0 {
            std::thread::yield_now();
        }
        runtime.shutdown(Duration::from_secs(60)).unwrap();
    }
}

/// The other way round: the source ends, and its end travels down.
#[test]
fn a_pipeline_ends_with_its_source() {
    let runtime = Runtime::builder().workers(2).build().unwrap();
    let sum = {
        let _here = runtime.enter();
        go! {
            let (tx, mut rx) = chan!(u64);
            go! {
                for n in 0..1_000 {
                    tx <- n;
                }
            };
            for stage in 0..100 {
                let (out, next) = chan!(u64; stage % 3);
                go! {
                    for n in rx {
                        out <- n + 1;
                    }
                };
                rx = next;
            }
            let mut sum = 0;
            for n in rx {
                sum += n;
            }
            sum
        }
    };
    assert_eq!(sum.join().unwrap(), 1_000 * 999 / 2 + 1_000 * 100);
    while runtime.live() > 0 {
        std::thread::yield_now();
    }
}

/// Fan-out to many workers and in again; when the consumer stops in the middle, everybody goes.
#[test]
fn a_fan_goes_when_its_consumer_stops() {
    let runtime = Runtime::builder().workers(4).build().unwrap();
    for stop_after in [0, 1, 100, 1_000_000] {
        let total = {
            let _here = runtime.enter();
            go! {
                let (jobs, work) = chan!(u64);
                let (done, results) = chan!(u64; 3);
                go! {
                    for n in 0..2_000 {
                        jobs <- n;
                    }
                };
                for _ in 0..16 {
                    let (work, done) = (work.clone(), done.clone());
                    go! {
                        for n in work {
                            done <- n;
                        }
                    };
                }
                drop((work, done));
                let mut total = 0;
                for _ in results {
                    total += 1;
                    if total > stop_after {
                        break;
                    }
                }
                total
            }
        };
        assert_eq!(total.join().unwrap(), 2_000.min(stop_after + 1));
        while runtime.live() > 0 {
            std::thread::yield_now();
        }
    }
}

explored! {
    a_question_brings_the_way_for_its_answer,
    a_receiver_travels_with_all_that_is_to_come,
}
