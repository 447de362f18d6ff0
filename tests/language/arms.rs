//! Arms of `select!` in detail: the body of `else`, what a disabled arm leaves alone, absent sources, attributes.

use csp::prelude::*;
use std::time::Instant;

use crate::closing::{Outcome, closed, full, open};
use crate::run;

/// A close is told in every turn that meets it, as the method form tells it, until the arm is disabled.
#[process]
fn counted_closes(jobs: Receiver<u32>, limit: u32) -> (u32, u32) {
    let (mut sum, mut closes) = (0, 0);
    loop {
        select! {
            job = <-jobs if closes < limit else closes += 1 => sum += job,
            closed => break,
        }
    }
    (sum, closes)
}

#[test]
fn a_close_is_an_outcome_of_its_turn() {
    assert_eq!(run(counted_closes(full(), 3)), (1, 3));
}

#[process]
fn leaves_by_else(jobs: Receiver<u32>, quit: Receiver<()>) -> u32 {
    let mut sum = 0;
    loop {
        select! {
            job = <-jobs else break => sum += job,
            <-quit => return 0,
            closed => unreachable!(),
        }
    }
    sum
}

#[process]
fn moves_into_either(jobs: Receiver<u32>, text: String) -> String {
    select! {
        job = <-jobs else text => text + &job.to_string(),
    }
}

#[test]
fn the_body_of_else_is_a_body() {
    run(async {
        assert_eq!(leaves_by_else(full(), open()).await, 1);
        assert_eq!(moves_into_either(full(), "a".to_owned()).await, "a1");
        assert_eq!(moves_into_either(closed(), "a".to_owned()).await, "a");
    });
}

/// What stands in a disabled arm is not evaluated: no index is out of bounds, no process starts, no future is made.
#[process]
fn untouched(all: &[Receiver<u32>], out: Option<&Sender<u32>>, stop: Receiver<()>) -> Outcome {
    let off = all.len() > 100;
    select! {
        _v = <-all[7] if off => None,
        _v = <-touch(all.first().cloned()).unwrap() if off => None,
        _r = touch(None::<Receiver<u32>>).unwrap().recv() if off => None,
        _v = <-any(&[touch(open::<u32>()), touch(open())]) if off => None,
        out.unwrap() <- touch(1) if off => None,
        _v = touch(async { 1 }).await if off => None,
        <-stop => Some("stop"),
    }
}

fn touch<T>(_: T) -> T {
    panic!("a disabled arm is evaluated")
}

#[test]
fn a_disabled_arm_is_not_evaluated() {
    assert_eq!(run(untouched(&[], None, closed())), Some("stop"));
}

struct Office {
    letters: Receiver<u32>,
}

impl Office {
    fn new() -> Office {
        Office { letters: full() }
    }

    fn letters(&self) -> &Receiver<u32> {
        &self.letters
    }

    async fn letter(&self, of: &[u32]) -> u32 {
        self.letters.recv().await.unwrap() + of[0]
    }
}

/// Temporaries of an arm with a precondition live as long as those of others.
#[process]
fn kept_temporaries(on: bool) -> u32 {
    let mut sum = 0;
    sum += select! { v = <-Office::new().letters if on => v, closed => 0 };
    sum += select! { v = <-Office::new().letters().clone() if on => v, closed => 0 };
    sum += select! { v = <-Office::new().letters() if on => v, closed => 0 };
    sum += select! { (_, v) = <-any(&[full(), open()]) if on => v, closed => 0 };
    sum += select! { (_, v) = <-any(&vec![full()]) if on => v, closed => 0 };
    sum += select! { v = <-*Office::new().letters() if on => v, closed => 0 };
    sum += select! { v = <-vec![Office::new()][0].letters if on => v, closed => 0 };
    sum += select! { v = Office::new().letter(&[10, 20].map(|n| n + 1)).await if on => v, closed => 0 };
    sum
}

#[test]
fn temporaries_of_an_arm_with_a_precondition() {
    assert_eq!(run(kept_temporaries(true)), 7 + 12);
    assert_eq!(run(kept_temporaries(false)), 0);
}

#[test]
fn an_absent_source_is_never_ready() {
    run(async {
        let none = None::<Receiver<u32>>;
        let late = Instant::now() + Duration::from_millis(5);
        let waited = timeout(Duration::from_millis(5), Source::recv(&none)).await;
        assert!(waited.is_err() && Instant::now() >= late);
        assert_eq!(Source::recv(&Some(full())).await, Ok(1));
        let mut both = (Some(full()), &mut Some(full()));
        assert_eq!(Source::recv(&&both.0).await, Ok(1));
        assert_eq!(Source::recv(&both.1).await, Ok(1));
        both.0 = None;
    });
}

/// An `Option` is an iterable, as ever.
#[process]
fn iterates(one: Option<Receiver<u32>>) -> u32 {
    let mut sum = 0;
    for rx in &one {
        sum += rx.recv().unwrap_or(0);
    }
    for rx in one {
        sum += rx.recv().unwrap_or(10);
    }
    sum
}

#[test]
fn for_goes_over_an_option_as_over_any_iterable() {
    assert_eq!(run(iterates(Some(full()))), 11);
    assert_eq!(run(iterates(None)), 0);
}

/// `#[cfg]` takes an arm away, as it does an arm of `match`; other attributes belong to the arm's body.
#[process]
fn configured(a: Receiver<u32>, b: Receiver<u32>) -> Outcome {
    select! {
        biased;
        #[cfg(any())]
        v = <-no_such_channel => v,
        #[expect(unused_variables)]
        #[cfg(all())]
        v = <-a => Some("a"),
        #[cfg(not(all()))]
        _v = <-b => Some("b"),
        #[cfg(any())]
        default => Some("default"),
        #[cfg(all())]
        closed => Some("closed"),
        #[cfg(any())]
        closed => Some("closed twice"),
    }
}

#[process]
fn configured_in_turns(a: Receiver<u32>) -> u32 {
    let mut sum = 0;
    loop {
        select! {
            #[cfg(all())]
            v = <-a => sum += v,
            #[cfg(any())]
            <-a => sum += 100,
            closed => break,
        }
    }
    sum
}

#[test]
fn arms_by_configuration() {
    run(async {
        assert_eq!(configured(full(), full()).await, Some("a"));
        assert_eq!(configured(closed(), full()).await, Some("closed"));
        assert_eq!(configured_in_turns(full()).await, 1);
    });
}
