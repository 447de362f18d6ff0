//! Sockets on loopback. What measures or limits the whole process runs in a process of its own: [`alone`].

mod basics;
mod cancel;
mod errors;
mod reuse;
mod scheduling;
mod torture;
#[cfg(unix)]
mod unix;

use std::future::Future;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{TcpListener, TcpStream};
use crate::Runtime;

/// More than any test needs, and less than anybody waits.
const LONG: Duration = Duration::from_secs(60);

/// Runs a test in runtimes of one, two and eight workers, as a process and from outside.
fn everywhere<F>(test: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    for workers in [1, 2, 8] {
        let runtime = Runtime::builder().workers(workers).build().unwrap();
        runtime.go(crate::timeout(LONG, test())).join().unwrap().expect("in time");
        runtime.block_on(crate::timeout(LONG, test())).expect("in time");
        // What the test started ends after it.
        let (driver, late) = (runtime.pool().driver().unwrap(), Instant::now() + LONG);
        while driver.registered() > 0 {
            assert!(Instant::now() < late, "{} sockets are left", driver.registered());
            std::thread::sleep(Duration::from_millis(1));
        }
        runtime.shutdown(LONG).unwrap();
    }
}

/// Two ends of a connection.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (there, peer) = listener.accept().await.unwrap();
    assert_eq!(peer, here.local_addr().unwrap());
    (here, there)
}

const ALONE: &str = "CSP_TEST_ALONE";

/// Runs `test` in a process of its own, which runs nothing but the test of that name.
fn alone(name: &str, test: impl FnOnce()) {
    alone_beside(name, test, |_| ());
}

/// As `alone`, with something for this process to do meanwhile.
fn alone_beside(name: &str, test: impl FnOnce(), beside: impl FnOnce(&std::process::Child)) {
    if std::env::var_os(ALONE).is_some_and(|it| it == name) {
        test();
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(ALONE, name);
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    beside(&child);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{name}: {}\n{said}", output.status);
    assert!(said.contains("1 passed"), "{name} is no test's name\n{said}");
    print!("{said}");
}
