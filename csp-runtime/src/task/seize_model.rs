//! A look takes the token of a process that waits, while somebody wakes it.

use super::state::{Park, Start, State, Wake};
use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::shim::{Arc, thread};

/// Whoever comes second, the process is queued once for the wake, and sees what the waker did.
#[test]
fn a_wake_during_a_look_is_not_lost() {
    loom::model(|| {
        let shared = Arc::new((State::new(), AtomicUsize::new(0)));
        shared.0.publish();
        let Start::Poll(turn) = shared.0.start() else { unreachable!("nobody cancels") };
        assert_eq!(shared.0.park(turn), Park::Parked);
        let theirs = Arc::clone(&shared);
        let waker = thread::spawn(move || {
            theirs.1.store(1, Ordering::Relaxed);
            theirs.0.wake() == Wake::Schedule
        });
        let mut queued = 0;
        if let Some(turn) = shared.0.look_parked().and_then(|sight| shared.0.seize(sight))
            && shared.0.park(turn) == Park::Woken
        {
            let Start::Poll(_) = shared.0.start() else { unreachable!("nobody cancels") };
            assert_eq!(shared.1.load(Ordering::Relaxed), 1, "the wake came first");
            queued += 1;
        }
        queued += usize::from(waker.join().unwrap());
        assert_eq!(queued, 1);
    });
}
