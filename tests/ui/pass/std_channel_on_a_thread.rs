// In a closure on a thread, a std channel blocks the thread and nobody else.
use csp::prelude::*;

use std::sync::mpsc;
use std::thread;

#[process]
fn main() {
    let (tx, rx) = mpsc::channel();
    let thread = thread::spawn(move || {
        tx.send(1).unwrap();
        2
    });
    let got = blocking(move || rx.recv().unwrap()).await;
    assert_eq!(got + thread.join().unwrap(), 3);
}
