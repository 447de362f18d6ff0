//! Sockets beside everything else that a worker does.

use std::time::{Duration, Instant};

use super::{LONG, alone, everywhere, pair};
use crate::net::{TcpListener, TcpStream};
use crate::{Runtime, go};

/// One byte to and fro.
async fn ask(stream: &TcpStream) {
    stream.write_all(&[1]).await.unwrap();
    stream.read_exact(&mut [0]).await.unwrap();
}

async fn echo(stream: TcpStream) {
    let mut buf = [0; 16];
    while let Ok(count @ 1..) = stream.read(&mut buf).await {
        stream.write_all(&buf[..count]).await.unwrap();
    }
}

/// A pool that never had a socket learns of the first while all its workers sleep.
#[test]
fn the_first_socket_wakes_a_sleeping_pool() {
    for workers in [1, 2, 8] {
        for _ in 0..10 {
            let runtime = Runtime::builder().workers(workers).build().unwrap();
            // All of them went to sleep.
            std::thread::sleep(Duration::from_millis(2));
            runtime
                .block_on(crate::timeout(LONG, async {
                    let (here, there) = pair().await;
                    let read = async { there.read_exact(&mut [0]).await };
                    let late = crate::timeout(Duration::from_millis(1), read).await;
                    assert!(late.is_err());
                    here.write_all(&[1]).await.unwrap();
                    there.read_exact(&mut [0]).await.unwrap();
                }))
                .unwrap();
            runtime.shutdown(LONG).unwrap();
        }
    }
}

/// Workers that never run out of work poll all the same.
#[test]
fn sockets_are_served_while_all_workers_are_busy() {
    for workers in [1, 2] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        let busy: Vec<_> = (0..workers)
            .map(|_| {
                runtime.go(async {
                    loop {
                        crate::yield_now().await;
                    }
                })
            })
            .collect();
        let asked = runtime.go(async {
            let (here, there) = pair().await;
            go(echo(there));
            for _ in 0..100 {
                ask(&here).await;
            }
        });
        crate::block_on(crate::timeout(LONG, async { asked.await.unwrap() })).expect("in time");
        busy.iter().for_each(crate::Handle::cancel);
        runtime.shutdown(LONG).unwrap();
    }
}

/// Turns so long that no worker comes to poll: the monitor and its spare threads do.
#[test]
fn sockets_are_served_while_all_workers_compute() {
    for workers in [1, 2] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (here, there) = runtime.block_on(pair());
        runtime.go(echo(there));
        for _ in 0..workers {
            let stop = stop.clone();
            runtime.go(async move {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_micros(100));
                }
            });
        }
        std::thread::sleep(Duration::from_millis(20));
        let asked = runtime.go(async move {
            for _ in 0..20 {
                ask(&here).await;
            }
        });
        let served = crate::block_on(crate::timeout(LONG, async { asked.await.unwrap() }));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        served.expect("somebody else polls");
        runtime.shutdown(LONG).unwrap();
    }
}

/// The poller wakes for the nearest timer, whoever sleeps there.
#[test]
fn timers_are_kept_while_a_worker_sleeps_in_the_poller() {
    everywhere(|| async {
        let (here, there) = pair().await;
        let parked = go(async move { there.read(&mut [0; 8]).await });
        let mut late = Vec::new();
        for n in 0..40 {
            let d = Duration::from_micros(100 + 137 * n);
            let start = Instant::now();
            crate::sleep(d).await;
            assert!(start.elapsed() >= d);
            late.push(start.elapsed() - d);
        }
        late.sort();
        // The machine may have others to run; most of the time it has not.
        assert!(late[late.len() / 2] < Duration::from_millis(5), "{:?} too late", late[late.len() / 2]);
        drop(here);
        assert_eq!(parked.await.unwrap().unwrap(), 0);
    });
}

/// A process that is woken from outside runs, though its only worker sleeps in the poller.
#[test]
fn work_from_outside_wakes_the_worker_in_the_poller() {
    for workers in [1, 2] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        let (here, there) = runtime.block_on(pair());
        let parked = runtime.go(async move { there.read(&mut [0; 8]).await });
        let (tx, rx) = crate::bounded::<u32>(0);
        let sum = runtime.go(async move {
            let mut sum = 0;
            while let Ok(n) = rx.recv().await {
                sum += n;
            }
            sum
        });
        for n in 0..200 {
            if n % 20 == 0 {
                std::thread::sleep(Duration::from_millis(1));
            }
            crate::block_on(crate::timeout(LONG, tx.send(n))).expect("in time").unwrap();
        }
        drop(tx);
        assert_eq!(sum.join().unwrap(), (0..200).sum());
        drop(here);
        assert_eq!(parked.join().unwrap().unwrap(), 0);
        runtime.shutdown(LONG).unwrap();
    }
}

/// The time is the whole process's.
#[cfg(target_os = "linux")]
#[test]
fn a_thousand_parked_connections_cost_nothing() {
    alone("net::tests::scheduling::a_thousand_parked_connections_cost_nothing", || {
        let spent = || {
            let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
            Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
        };
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let limit = getrlimit(Resource::Nofile);
        // Both ends of all of them are in this process.
        let enough = limit.maximum.map_or(4000, |most| most.min(4000));
        setrlimit(Resource::Nofile, Rlimit { current: Some(enough), ..limit }).unwrap();
        let runtime = Runtime::builder().workers(2).build().unwrap();
        let open = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut open = Vec::new();
            for _ in 0..1000 {
                let here = TcpStream::connect(address).await.unwrap();
                let (there, _) = listener.accept().await.unwrap();
                go(echo(there));
                open.push(here);
            }
            for stream in &open {
                ask(stream).await;
            }
            open
        });
        // The monitor sleeps after a while without work.
        std::thread::sleep(Duration::from_millis(300));
        let before = spent();
        std::thread::sleep(Duration::from_secs(1));
        let idle = spent() - before;
        assert!(idle < Duration::from_millis(10), "{idle:?} of processor time in an idle second");
        runtime.block_on(async {
            for stream in &open {
                ask(stream).await;
            }
        });
        drop(open);
    });
}
