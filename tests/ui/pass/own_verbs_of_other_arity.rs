// Methods named `send` and `recv` with other numbers of arguments are the user's.
use csp::prelude::*;

struct Line(Vec<String>);

impl Line {
    fn send(&mut self, to: &str, what: &str) -> usize {
        self.0.push(format!("{to}: {what}"));
        self.0.len()
    }

    fn recv(&mut self, limit: usize) -> Vec<String> {
        let at = limit.min(self.0.len());
        self.0.drain(..at).collect()
    }
}

#[process]
fn main() {
    let mut line = Line(Vec::new());
    assert_eq!(line.send("you", "hello"), 1);
    assert_eq!(line.recv(10), ["you: hello"]);
}
