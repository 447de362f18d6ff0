//! Small programs, every schedule: each party is a future that is polled by hand, and dropped by hand, in every order.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use csp::prelude::*;

use crate::ledger::{Ledger, Token};

type Party = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a sender may do.
#[derive(Clone, Copy, Debug)]
enum Sends {
    Plain,
    Twice,
    Try,
    Arm,
    SlowArm,
    Result,
    BesideReady,
    TwoArms,
    Withdrawn,
    Close,
}

const SENDS: [Sends; 10] = [
    Sends::Plain,
    Sends::Twice,
    Sends::Try,
    Sends::Arm,
    Sends::SlowArm,
    Sends::Result,
    Sends::BesideReady,
    Sends::TwoArms,
    Sends::Withdrawn,
    Sends::Close,
];

/// What a receiver may do.
#[derive(Clone, Copy, Debug)]
enum Receives {
    Plain,
    Twice,
    Try,
    Arm,
    Result,
    Discarded,
    BesideReady,
    TwoArms,
    Set,
    Loop,
    Close,
}

const RECEIVES: [Receives; 11] = [
    Receives::Plain,
    Receives::Twice,
    Receives::Try,
    Receives::Arm,
    Receives::Result,
    Receives::Discarded,
    Receives::BesideReady,
    Receives::TwoArms,
    Receives::Set,
    Receives::Loop,
    Receives::Close,
];

fn sent(ledger: &Ledger, id: usize, result: Result<(), SendError<Token>>) {
    match result {
        Ok(()) => ledger.accepted(id),
        Err(SendError(token)) => token.take_back(),
    }
}

/// Makes a value and says which.
fn noted(ledger: &Arc<Ledger>, id: &mut usize) -> Token {
    let token = ledger.make();
    *id = token.id();
    token
}

#[process]
fn sends(action: Sends, tx: Sender<Token>, ledger: Arc<Ledger>) {
    let mut id = 0;
    match action {
        Sends::Plain | Sends::Twice => {
            for _ in 0..if let Sends::Twice = action { 2 } else { 1 } {
                let token = ledger.make();
                id = token.id();
                let result = tx.send(token);
                sent(&ledger, id, result);
            }
        }
        Sends::Try => {
            let token = ledger.make();
            id = token.id();
            match tx.try_send(token) {
                Ok(()) => ledger.accepted(id),
                Err(TrySendError::Full(token) | TrySendError::Closed(token)) => token.take_back(),
            }
        }
        Sends::Arm => select! {
            tx <- noted(&ledger, &mut id) => ledger.accepted(id),
            closed => {},
        },
        Sends::SlowArm => {
            let (late, _quiet) = chan!(u8);
            select! {
                tx <- { csp::yield_now().await; noted(&ledger, &mut id) } => ledger.accepted(id),
                late <- 1 => unreachable!(),
            }
        }
        Sends::Result => select! {
            r = tx.send(noted(&ledger, &mut id)) => sent(&ledger, id, r),
        },
        Sends::BesideReady => select! {
            tx <- noted(&ledger, &mut id) => ledger.accepted(id),
            csp::yield_now().await => {},
        },
        Sends::TwoArms => select! {
            tx <- noted(&ledger, &mut id) => ledger.accepted(id),
            tx <- { csp::yield_now().await; noted(&ledger, &mut id) } => ledger.accepted(id),
            closed => {},
        },
        Sends::Withdrawn => {
            let token = ledger.make();
            let id = token.id();
            let mut send = std::pin::pin!(Sender::send(&tx, token));
            // Tried for two turns, then taken back if nobody has it.
            for turn in 0..2 {
                let now = std::future::poll_fn(|cx| Poll::Ready(send.as_mut().poll(cx))).await;
                if let Poll::Ready(result) = now {
                    return sent(&ledger, id, result);
                }
                if turn == 0 {
                    csp::yield_now().await;
                }
            }
            match send.as_mut().withdraw() {
                Some(token) => token.take_back(),
                None => ledger.accepted(id),
            }
        }
        Sends::Close => tx.close(),
    }
}

#[process]
fn receives(action: Receives, rx: Receiver<Token>) {
    match action {
        Receives::Plain => rx.recv()?.receive(),
        Receives::Twice => {
            rx.recv()?.receive();
            rx.recv()?.receive();
        }
        Receives::Try => {
            if let Ok(token) = rx.try_recv() {
                token.receive();
            }
        }
        Receives::Arm => select! {
            token = <-rx => token.receive(),
        },
        Receives::Result => {
            let (_quiet, silent) = chan!(u8);
            select! {
                r = rx.recv() => if let Ok(token) = r { token.receive() },
                <-silent => unreachable!(),
            }
        }
        // Nobody looks at the value: it counts as received when it is dropped, which the ledger cannot see.
        Receives::Discarded => {
            if let Ok(token) = Receiver::recv(&rx).await {
                token.receive();
            }
        }
        Receives::BesideReady => select! {
            token = <-rx => token.receive(),
            csp::yield_now().await => {},
        },
        Receives::TwoArms => {
            let again = rx.clone();
            select! {
                token = <-rx => token.receive(),
                token = <-again => token.receive(),
                csp::yield_now().await => {},
            }
        }
        Receives::Set => {
            let (_quiet, other) = chan!(Token);
            let set = [other, rx];
            let (_, token) = any(&set).recv()?;
            token.receive();
        }
        Receives::Loop => {
            for token in &rx {
                token.receive();
            }
        }
        Receives::Close => rx.close(),
    }
}

/// A small program: its parties, and the ends that nobody but the test holds.
struct World {
    parties: Vec<Option<Party>>,
    ends: Option<(Sender<Token>, Receiver<Token>)>,
    ledger: Arc<Ledger>,
    /// What was done to it, for a failure's message: `p0` polled the first party, `d1` dropped the second.
    story: String,
}

impl World {
    /// `kept`: the test keeps ends of its own, so that it can look at what is left.
    fn new(capacity: Option<usize>, kept: bool, senders: &[Sends], receivers: &[Receives]) -> Self {
        let (tx, rx) = match capacity {
            Some(n) => chan!(Token; n),
            None => chan!(Token; ..),
        };
        let ledger = Ledger::new(8);
        let mut parties: Vec<Option<Party>> = Vec::new();
        for &action in senders {
            parties.push(Some(Box::pin(sends(action, tx.clone(), ledger.clone()).into_future())));
        }
        for &action in receivers {
            parties.push(Some(Box::pin(receives(action, rx.clone()).into_future())));
        }
        let story = format!("capacity {capacity:?}, {senders:?} {receivers:?}:");
        Self { parties, ends: kept.then_some((tx, rx)), ledger, story }
    }

    /// One step: even numbers poll a party, odd ones drop it. False if that party is gone.
    fn step(&mut self, step: usize) -> bool {
        let place = &mut self.parties[step / 2];
        let Some(party) = place else { return false };
        self.story += &format!(" {}{}", if step.is_multiple_of(2) { 'p' } else { 'd' }, step / 2);
        let over = step % 2 == 1 || party.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        if over {
            *place = None;
        }
        true
    }

    /// Drops who is left, in this order, and looks at what became of everything.
    fn end(mut self) -> Arc<Ledger> {
        for party in &mut self.parties {
            *party = None;
        }
        let drained = self.ends.is_some();
        if let Some((tx, rx)) = self.ends.take() {
            while let Ok(token) = rx.try_recv() {
                token.receive();
            }
            Self::is_usable(&tx, &rx, &self.ledger);
        }
        self.ledger.settle(drained, &self.story);
        self.ledger
    }

    /// Whatever was cut off, the channel works as a new one, or as a closed one.
    fn is_usable(tx: &Sender<Token>, rx: &Receiver<Token>, ledger: &Arc<Ledger>) {
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(rx.is_empty());
        let mut receive = Box::pin(rx.recv());
        if rx.is_closed() {
            assert!(matches!(receive.as_mut().poll(cx), Poll::Ready(Err(RecvError))));
            assert!(matches!(tx.try_send(ledger.make()), Err(TrySendError::Closed(_))));
            return;
        }
        assert!(receive.as_mut().poll(cx).is_pending());
        let token = ledger.make();
        let id = token.id();
        assert!(tx.try_send(token).is_ok(), "a receiver waits");
        ledger.accepted(id);
        match receive.as_mut().poll(cx) {
            Poll::Ready(Ok(token)) => {
                assert_eq!(token.id(), id);
                token.receive();
            }
            _ => panic!("the receiver was served"),
        }
        assert_eq!(tx.try_send(ledger.make()).is_ok(), tx.capacity() != Some(0), "nobody else waits");
        if let Ok(token) = rx.try_recv() {
            token.receive();
        }
    }
}

/// Runs every schedule of so many steps. A schedule is a word over the steps; those that touch a party that is gone are the same
/// as shorter ones, and left out. Gives how many programs ran, and how many values were received in them.
fn every_schedule(depth: u32, make: &dyn Fn() -> World) -> (usize, usize) {
    let steps = 2 * make().parties.len();
    let (mut programs, mut received) = (0, 0);
    let mut word = vec![0; depth as usize];
    'words: loop {
        let mut world = make();
        let mut at = 0;
        while at < word.len() && world.step(word[at]) {
            at += 1;
        }
        programs += 1;
        received += world.end().received();
        if at < word.len() {
            // Every word with this beginning is the same.
            word[at + 1..].fill(steps - 1);
        }
        for place in (0..word.len()).rev() {
            word[place] += 1;
            if word[place] < steps {
                continue 'words;
            }
            word[place] = 0;
        }
        return (programs, received);
    }
}

const CAPACITIES: [Option<usize>; 4] = [Some(0), Some(1), Some(2), None];

#[test]
fn one_sender_and_one_receiver() {
    for capacity in CAPACITIES {
        for kept in [true, false] {
            for send in SENDS {
                for receive in RECEIVES {
                    let (programs, _) =
                        every_schedule(5, &|| World::new(capacity, kept, &[send], &[receive]));
                    assert!(programs > 0, "{send:?} {receive:?}");
                }
            }
        }
    }
}

/// A plain party beside them: who gets what another had been handed?
#[test]
fn a_second_receiver() {
    for capacity in CAPACITIES {
        for send in SENDS {
            for receive in RECEIVES {
                every_schedule(4, &|| World::new(capacity, true, &[send], &[receive, Receives::Plain]));
            }
        }
    }
}

#[test]
fn a_second_sender() {
    for capacity in CAPACITIES {
        for send in SENDS {
            for receive in RECEIVES {
                every_schedule(4, &|| World::new(capacity, true, &[send, Sends::Plain], &[receive]));
            }
        }
    }
}

/// The schedules do reach what they are for: a complete meeting of each pair that can have one.
#[test]
fn every_pair_meets_in_some_schedule() {
    for send in SENDS {
        for receive in RECEIVES {
            let (_, received) = every_schedule(5, &|| World::new(Some(0), true, &[send], &[receive]));
            // What `is_usable` receives counts too: one for each program that leaves the channel open.
            let (programs, idle) =
                every_schedule(5, &|| World::new(Some(0), true, &[Sends::Close], &[receive]));
            let meets = !matches!(send, Sends::Close) && !matches!(receive, Receives::Close);
            assert!(!meets || received > idle, "{send:?} and {receive:?}: {received} of {programs}");
        }
    }
}

/// What was handed to a receive that is then dropped goes to the next receiver that waits, else to the front.
#[test]
fn a_value_handed_to_a_cancelled_receive_goes_on() {
    for receive in [Receives::Plain, Receives::Arm, Receives::Result, Receives::Set, Receives::TwoArms] {
        let mut world = World::new(Some(0), true, &[Sends::Plain], &[receive, Receives::Plain]);
        // The first receiver waits, the second too, the sender hands over, the first is dropped.
        for step in [2, 4, 0, 3] {
            assert!(world.step(step), "{receive:?}");
        }
        assert!(world.parties[0].is_none(), "the send is done");
        assert!(world.step(4));
        assert!(world.parties[2].is_none(), "{receive:?}: the second receiver has it");
        world.end();
    }
}

/// What comes back to the front is ahead of what was sent after it.
#[test]
fn a_value_that_comes_back_keeps_its_place() {
    for capacity in [Some(1), Some(2), None] {
        for receive in [Receives::Plain, Receives::Arm, Receives::Result, Receives::Set, Receives::TwoArms] {
            let mut world = World::new(capacity, true, &[Sends::Twice], &[receive]);
            // The receiver waits; the first value is handed over, the second buffered; the receiver is dropped.
            for step in [2, 0, 3] {
                assert!(world.step(step), "{receive:?}");
            }
            assert!(world.parties[0].is_none(), "both sends are done");
            let (_, rx) = world.ends.as_ref().unwrap();
            for id in 0..2 {
                let token = rx.try_recv().ok().unwrap();
                assert_eq!(token.id(), id, "capacity {capacity:?}, {receive:?}");
                token.receive();
            }
            world.end();
        }
    }
}
