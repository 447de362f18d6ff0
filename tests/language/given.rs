//! Values of send arms, when they are evaluated and of which type they are.

use std::cell::Cell;
use std::fmt::Debug;

use csp::prelude::*;

/// What the other side gets of a select that sends.
async fn got<T: Send + 'static>(rx: Receiver<T>) -> Option<T> {
    Receiver::recv(&rx).await.ok()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Go,
    Stop,
}

struct Held {
    count: u32,
    name: String,
    word: Word,
}

impl Held {
    #[process]
    fn sends(&self, count: Sender<u32>, word: Sender<Word>) {
        select! { count <- self.count => {} }
        select! { word <- self.word => {} }
    }
}

const MANY: u64 = 1 << 40;

/// Each kind of value meets a receiver, with the type of its channel.
#[test]
fn values_of_each_type() {
    csp::block_on(async {
        macro_rules! meets {
            ($type:ty, $value:expr, $expected:expr) => {{
                let (tx, rx) = chan!($type);
                let got = csp::go!(got(rx));
                select! { tx <- $value => {} }
                assert_eq!(got.await.unwrap(), Some($expected), stringify!($value));
            }};
        }
        meets!(u8, 1, 1);
        meets!(f64, -1.5, -1.5);
        meets!(&'static str, "text", "text");
        meets!((), (), ());
        meets!((u8, bool), (1, true), (1, true));
        meets!(Option<String>, None, None);
        meets!(Option<u8>, None, None);
        meets!(Word, Word::Stop, Word::Stop);
        meets!(u64, MANY, MANY);
        meets!(u64, u64::MAX, u64::MAX);
        meets!(String, String::new(), String::new());
        meets!(Result<u8, String>, Ok(3), Ok(3));
    });
}

/// A coercion that a plain send does, an arm does too.
#[test]
fn values_that_are_coerced() {
    fn twice(n: u32) -> u32 {
        2 * n
    }
    csp::block_on(async {
        let (tx, rx) = chan!(fn(u32) -> u32);
        let doubles = csp::go!(got(rx));
        select! { tx <- twice => {} }
        assert_eq!(doubles.await.unwrap().unwrap()(4), 8);

        let (tx, rx) = chan!(Box<dyn Debug + Send>);
        let shown = csp::go!(got(rx));
        let boxed = Box::new(7);
        select! { tx <- boxed => {} }
        assert_eq!(format!("{:?}", shown.await.unwrap().unwrap()), "7");

        let (tx, rx) = chan!(&'static [u8]);
        let slice = csp::go!(got(rx));
        let array: &'static [u8; 2] = &[1, 2];
        select! { tx <- array => {} }
        assert_eq!(slice.await.unwrap(), Some([1, 2].as_slice()));
    });
}

/// A variable of a `Copy` type is read when the select begins, any other value once its arm is chosen.
#[test]
fn values_are_read_when_they_must_be() {
    csp::block_on(async {
        let (tx, rx) = chan!(u32; 1);
        let calls = Cell::new(0);
        let made = || {
            calls.set(calls.get() + 1);
            5
        };
        tx.try_send(1).unwrap();
        for _ in 0..3 {
            select! { tx <- made() => unreachable!("it is full"), default => {} }
        }
        assert_eq!(calls.get(), 0, "the value of an arm that is not chosen is not made");
        rx.try_recv().unwrap();
        select! { tx <- made() => {}, default => unreachable!("there is room") }
        assert_eq!((calls.get(), rx.try_recv()), (1, Ok(5)));

        // What does not leave with its arm is still there.
        let name = String::from("name");
        tx.try_send(1).unwrap();
        let (names, listens) = chan!(String; 1);
        select! { tx <- 2 => unreachable!("it is full"), names <- name => {} }
        assert_eq!(listens.try_recv().as_deref(), Ok("name"));
    });
}

#[test]
fn values_of_fields() {
    csp::block_on(async {
        let held = Held { count: 3, name: String::from("of a field"), word: Word::Go };
        let (count, counts) = chan!(u32; 1);
        let (word, words) = chan!(Word; 1);
        held.sends(count, word).await;
        assert_eq!((counts.try_recv(), words.try_recv()), (Ok(3), Ok(Word::Go)));
        let (names, listens) = chan!(String; 1);
        select! { names <- held.name => {} }
        assert_eq!(listens.try_recv().as_deref(), Ok("of a field"));
    });
}

/// In a generic process the bound decides.
#[process]
fn offers<T: Copy + Send + Sync + 'static>(tx: Sender<T>, value: T) {
    select! { tx <- value => {} }
}

#[process]
fn gives<T: Send + 'static>(tx: Sender<T>, value: T) {
    select! { tx <- value => {} }
}

#[test]
fn values_of_generic_types() {
    csp::block_on(async {
        let (tx, rx) = chan!(u32);
        let offered = csp::go!(offers(tx, 4));
        csp::yield_now().await;
        // It waits with its value, so that the first look finds it.
        while rx.try_recv() != Ok(4) {
            csp::yield_now().await;
        }
        offered.await.unwrap();
        let (tx, rx) = chan!(String);
        let given = csp::go!(gives(tx, String::from("given")));
        assert_eq!(rx.recv().await.as_deref(), Ok("given"));
        given.await.unwrap();
    });
}
