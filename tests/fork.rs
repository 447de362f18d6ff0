//! What becomes of the runtime in the child of a `fork`: this program runs itself, once for each part, and looks at what came of it.

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::process::{Command, exit};
    use std::time::Duration;

    use csp::net::{TcpListener, TcpStream};
    use csp::prelude::*;
    use csp::{Runtime, block_on};

    /// What is said wherever the child cannot go on.
    const REFUSED: &str = "this program was made by `fork` while the csp runtime was running, and `fork` takes none of its threads along; \
         fork before the first process starts (a `#[process] fn main` is one), or start another program with `csp::command`";

    // As the C library has them on all Unix systems.
    unsafe extern "C" {
        fn fork() -> i32;
        fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    }

    /// Runs `child` in the child of a fork; gives the status that it ended with.
    fn in_child(child: impl FnOnce()) -> i32 {
        // SAFETY: it has no conditions; what the child does is what is tested.
        let pid = unsafe { fork() };
        assert!(pid >= 0);
        if pid == 0 {
            child();
            exit(0);
        }
        let mut status = 0;
        // SAFETY: the status has a place.
        assert_eq!(unsafe { waitpid(pid, &raw mut status, 0) }, pid);
        assert_eq!(status & 0x7f, 0, "it was killed by a signal");
        (status >> 8) & 0xff
    }

    /// A default runtime that runs.
    fn begin() {
        assert_eq!(go! { 1 }.join().unwrap(), 1);
    }

    fn part(part: &str) -> i32 {
        match part {
            "starts a process" => {
                begin();
                in_child(|| drop(go! { 1 }))
            }
            "waits" => {
                let (tx, rx) = chan!(u32);
                let sends = go! { tx <- 1; };
                // Nothing is there yet, so that it would wait.
                let (_quiet, nothing) = chan!(u32);
                let status = in_child(|| _ = nothing.recv_blocking());
                assert_eq!(rx.recv_blocking(), Ok(1));
                sends.join().unwrap();
                status
            }
            "joins" => {
                let sleeps = go! { sleep(Duration::from_secs(600)).await };
                in_child(|| drop(sleeps.join()))
            }
            "runs a future" => {
                begin();
                in_child(|| block_on(sleep(Duration::from_millis(1))))
            }
            "enters" => {
                let runtime = Runtime::builder().workers(1).build().unwrap();
                in_child(|| drop(runtime.enter()))
            }
            "starts one in a runtime that was entered" => {
                let runtime = Runtime::builder().workers(1).build().unwrap();
                let _entered = runtime.enter();
                in_child(|| drop(go! { 1 }))
            }
            "builds a runtime" => {
                begin();
                in_child(|| drop(Runtime::builder().workers(1).build().unwrap()))
            }
            "opens a socket" => {
                begin();
                in_child(|| drop(block_on(TcpListener::bind("127.0.0.1:0")).unwrap()))
            }
            "a process forks" => {
                let forks = go! {
                    // SAFETY: as above.
                    let pid = unsafe { fork() };
                    // In the child there is nobody who would wake it.
                    sleep(Duration::from_millis(10)).await;
                    pid
                };
                let pid = forks.join().unwrap();
                assert!(pid > 0, "only the parent goes on");
                let mut status = 0;
                // SAFETY: as above.
                assert_eq!(unsafe { waitpid(pid, &raw mut status, 0) }, pid);
                (status >> 8) & 0xff
            }
            // What goes on as ever.
            "the parent's sockets" => {
                let mut listener = Some(block_on(TcpListener::bind("127.0.0.1:0")).unwrap());
                let address = listener.as_ref().unwrap().local_addr().unwrap();
                let status = in_child(|| drop(listener.take()));
                let listener = listener.unwrap();
                let accepts = csp::go!(async move { listener.accept().await.map(drop) });
                block_on(async {
                    // Long enough for it to wait, most often.
                    sleep(Duration::from_millis(20)).await;
                    let _stream = TcpStream::connect(address).await.unwrap();
                    csp::timeout(Duration::from_secs(60), accepts)
                        .await
                        .expect("it is told")
                        .unwrap()
                        .unwrap();
                });
                status
            }
            "drops a runtime" => {
                let mut runtime = Some(Runtime::builder().workers(1).build().unwrap());
                runtime.as_ref().unwrap().go(std::future::pending::<()>());
                in_child(|| drop(runtime.take()))
            }
            "forks first" => {
                let status = in_child(begin);
                begin();
                status
            }
            "forks between two runtimes" => {
                let runtime = Runtime::builder().workers(2).build().unwrap();
                assert_eq!(runtime.go(async { 1 }).join().unwrap(), 1);
                runtime.shutdown(Duration::from_secs(60)).unwrap();
                in_child(begin)
            }
            other => panic!("there is no part {other}"),
        }
    }

    pub(super) fn main() {
        if let Ok(name) = std::env::var("CSP_TEST_FORK") {
            exit(part(&name));
        }
        for (name, status) in [
            ("starts a process", 101),
            ("waits", 101),
            ("joins", 101),
            ("runs a future", 101),
            ("enters", 101),
            ("starts one in a runtime that was entered", 101),
            ("builds a runtime", 101),
            ("opens a socket", 101),
            ("a process forks", 2),
            ("the parent's sockets", 0),
            ("drops a runtime", 0),
            ("forks first", 0),
            ("forks between two runtimes", 0),
        ] {
            let program = std::env::current_exe().unwrap();
            let mut command = Command::new(program);
            let output = command.env("CSP_TEST_FORK", name).env("CSP_WORKERS", "2").output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(status), "{name}:\n{said}");
            assert_eq!(said.contains(REFUSED), status != 0, "{name}:\n{said}");
            println!("{name} ... ok");
        }
    }
}
