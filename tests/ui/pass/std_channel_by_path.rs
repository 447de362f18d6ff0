// A std channel is called by path: then it is no communication.
use csp::prelude::*;

use std::sync::mpsc;

#[process]
fn main() {
    let (tx, rx) = mpsc::channel();
    mpsc::Sender::send(&tx, 1).unwrap();
    assert_eq!(mpsc::Receiver::recv(&rx).unwrap(), 1);
}
