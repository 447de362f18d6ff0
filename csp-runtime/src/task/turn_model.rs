//! Models of a turn (`ci/model.sh`): S6 a turn that is given up, which is the one wake that is no step of the state word, against
//! wakes and cancels of others; S7 what a process says that it holds, against those that look.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, ready};

use super::budget::{self, BUDGET};
use super::hold::{Claim, hold};
use super::model::{World, flag, model, set_and_wake, until};
use crate::shim::atomic::{AtomicUsize, Ordering};
use crate::shim::{Arc, thread};

/// Gives its turn up by `give_up`, then waits for a flag that another thread sets: it is polled by one thread at a time, and
/// neither its own wake nor the other's is lost.
fn given_up<F>(give_up: fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    model(move || {
        let world = World::new();
        let set = flag();
        let (waits, drops) = until(&[&set]);
        let handle = world.go(async move {
            give_up().await;
            waits.await;
        });
        let task = handle.task();
        let waker = thread::spawn(move || {
            set_and_wake(&set, task);
            world.work();
        });
        world.work();
        waker.join().unwrap();
        world.work();
        assert!(handle.is_finished(), "a wake was lost");
        assert_eq!((drops.load(std::sync::atomic::Ordering::SeqCst), world.ended()), (1, 1));
        0
    });
}

#[test]
fn model_s6_a_yield_against_a_wake() {
    given_up(budget::yield_now);
}

#[test]
fn model_s6_a_budget_used_up_against_a_wake() {
    given_up(|| {
        let mut done = 0;
        poll_fn(move |cx| {
            while done <= BUDGET {
                ready!(budget::poll_proceed(cx));
                done += 1;
            }
            Poll::Ready(())
        })
    });
}

#[test]
fn model_s6_a_yield_against_a_cancel() {
    model(|| {
        let world = World::new();
        let handle = world.go(async {
            budget::yield_now().await;
            budget::yield_now().await;
        });
        let canceller = thread::spawn(move || {
            handle.cancel();
            world.work();
            handle
        });
        world.work();
        let handle = canceller.join().unwrap();
        world.work();
        assert!(handle.is_finished());
        assert_eq!(world.ended(), 1);
        0
    });
}

/// Two holds come and one goes, in turns that another thread asks for; whoever has the token sees those of the turns that were.
#[test]
fn model_s7_a_look_at_what_a_process_holds() {
    model(|| {
        let world = World::new();
        let (one, two) = (flag(), flag());
        let (until_one, _) = until(&[&one]);
        let (until_two, _) = until(&[&two]);
        // How many claims there are. Relaxed: the token orders it.
        let claims = Arc::new(AtomicUsize::new(0));
        let says = Arc::clone(&claims);
        let handle = world.go(async move {
            let ends = (1_u64, 2_u64);
            let outer = pin!(hold::<1>());
            outer.begin([Claim::new(1, &ends.0)]);
            says.store(1, Ordering::Relaxed);
            until_one.await;
            {
                let inner = pin!(hold::<2>());
                inner.begin([Claim::new(2, &ends.1), Claim::new(3, &ends.0)]);
                says.store(3, Ordering::Relaxed);
                until_two.await;
            }
            says.store(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
        });
        let task = handle.task();
        world.work();
        let looker = thread::spawn(move || {
            let seized = task.parked().and_then(|sight| task.seize(sight))?;
            let mut kinds = Vec::new();
            seized.each_claim(|claim| kinds.push(claim.parts().0));
            let said = claims.load(Ordering::Relaxed);
            drop(seized);
            // The one that was begun last comes first.
            assert_eq!(kinds, if said == 3 { vec![2, 3, 1] } else { vec![1] });
            Some(())
        });
        for set in [one, two] {
            set_and_wake(&set, task);
            world.work();
        }
        looker.join().unwrap();
        world.work();
        handle.cancel();
        world.work();
        assert!(handle.is_finished());
        0
    });
}
