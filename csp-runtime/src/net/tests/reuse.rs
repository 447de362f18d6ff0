//! A runtime after another, in whose memory a source is left.

use std::time::Duration;

use crate::Runtime;
use crate::net::TcpListener;

/// A runtime of a shape that no other test asks for.
fn runtime(spares: usize) -> Runtime {
    Runtime::builder().workers(2).max_spare_threads(1_000 + spares).build().unwrap()
}

fn address(runtime: &Runtime) -> usize {
    std::ptr::from_ref(runtime.pool()).addr()
}

/// Ends the runtime, and waits until its threads have let go of it.
fn end(runtime: Runtime) {
    runtime.shutdown(Duration::from_secs(60)).unwrap();
    std::thread::sleep(Duration::from_millis(20));
}

#[test]
fn a_source_that_outlives_its_runtime_keeps_its_memory() {
    let first = runtime(5);
    let before = address(&first);
    let listener = first.go(async { TcpListener::bind("127.0.0.1:0").await.unwrap() }).join().unwrap();
    end(first);
    let second = runtime(5);
    assert_ne!(address(&second), before);
    drop(listener);
    let third = runtime(5);
    assert_eq!(address(&third), before);
    // And it has a driver again.
    let (listener, address) = third
        .go(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            (listener, address)
        })
        .join()
        .unwrap();
    let accepted = third.go(async move { listener.accept().await.is_ok() });
    assert!(std::net::TcpStream::connect(address).is_ok() && accepted.join().unwrap());
}
