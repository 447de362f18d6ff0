//! Each suspended process says what it waits for, on which channel, and in which line.

use std::future::pending;
use std::time::Duration;

use crate::task::reason::Waits;
use crate::{Runtime, any, bounded, go, sleep};

#[test]
fn a_suspended_process_says_what_it_waits_for() {
    let runtime = Runtime::builder().workers(1).build().unwrap();
    let _entered = runtime.enter();
    let (tx, rx) = bounded::<u32>(0);
    let (full, _open) = bounded::<u32>(0);
    let channel = rx.channel.address();
    let other = go(pending::<()>());
    let input = rx.clone();
    let receives = go(async move { input.recv().await.is_ok() });
    let sleeps = go(async {
        sleep(Duration::from_secs(3600)).await;
        true
    });
    let waiting = [
        (receives, Waits::Recv, line!() - 6),
        (go(async move { full.send(1).await.is_ok() }), Waits::Send, line!()),
        (sleeps, Waits::Sleep, line!() - 6),
        (go(async move { any(&[rx]).recv().await.is_ok() }), Waits::Select, 0),
        (go(async move { other.await.is_ok() }), Waits::Join, 0),
    ];
    for (process, what, line) in &waiting {
        let said = loop {
            let said = process.task().waiting();
            if said.0 == *what {
                break said;
            }
            std::thread::yield_now();
        };
        if *line != 0 {
            assert_eq!(said.2.unwrap().line(), *line, "{what:?}");
            assert!(said.2.unwrap().file().ends_with("reasons.rs"));
        }
        if *what == Waits::Recv {
            assert_eq!(said.1, channel);
        }
        assert_eq!(process.task().started().file(), file!());
    }
    drop(tx);
}
