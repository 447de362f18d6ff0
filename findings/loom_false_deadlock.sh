#!/bin/sh
# loom 0.7.3: a receiver that waits until the senders are dropped is reported as a deadlock.
#
# A thread sends two values and ends; the main thread receives until `recv()` fails, as every program over
# `std::sync::mpsc` does. loom panics with "deadlock": its `mpsc` does not model that the last `Sender` was dropped.
# The order does not matter; a value that is there is received, the end never is. With std the program ends.
#
# Surprising, because a model checker is trusted most when it says "deadlock", and the module stands among the others
# as a replacement for std's.
# What to do: in a model send the end as a value (`Option<T>`), or build the channel from loom's `Mutex` and
# `Condvar` and model that.
. "$(dirname "$0")/setup.sh"
rust 'loom = "=0.7.3"' << 'RS'
use std::{panic, process::exit};

macro_rules! program {
    ($mpsc:path, $thread:path) => {{
        use $mpsc as mpsc;
        use $thread as thread;
        let (tx, rx) = mpsc::channel();
        let sender = thread::spawn(move || {
            tx.send(1).unwrap();
            tx.send(2).unwrap();
        });
        let mut sum = 0;
        while let Ok(n) = rx.recv() {
            sum += n;
        }
        sender.join().unwrap();
        assert_eq!(sum, 3);
        sum
    }};
}

fn main() {
    println!("std:  ends, sum {}", program!(std::sync::mpsc, std::thread));
    panic::set_hook(Box::new(|_| {}));
    let found = panic::catch_unwind(|| loom::model(|| { program!(loom::sync::mpsc, loom::thread); }));
    let message = found.err().and_then(|e| e.downcast_ref::<String>().cloned()).unwrap_or_default();
    println!("loom: {}", if message.is_empty() { "no complaint" } else { &message });
    exit(i32::from(!message.contains("deadlock")));
}
RS
