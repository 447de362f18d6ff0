//! Only one arm runs: what the value of a send arm would move is still there in the others.

use csp::prelude::*;

#[process]
fn offer(out: Sender<String>, log: Sender<String>, quit: Receiver<()>, message: String) -> Option<String> {
    let copy = message.clone();
    select! {
        out <- message => { drop(out); None },
        sent = log.send(copy) => sent.is_err().then(|| message + " not sent"),
        <-quit => Some(format!("{message} and {copy}")),
    }
}

#[process]
fn main() {
    let (out, taken) = chan!(String);
    let (log, _lines) = chan!(String);
    let (stop, quit) = chan!(());
    let offered = go!(offer(out.clone(), log.clone(), quit.clone(), "one".to_string()));
    assert_eq!(taken.recv().as_deref(), Ok("one"));
    assert_eq!(offered.await.unwrap(), None);
    stop.close();
    let offered = go!(offer(out, log, quit, "two".to_string()));
    assert_eq!(offered.await.unwrap().as_deref(), Some("two and two"));
}
