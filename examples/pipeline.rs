//! Three stages joined by channels: each ends when the one before it closes its end.
use csp::prelude::*;

const TEXT: &str = "\
do not communicate
by sharing memory
share memory
by communicating";

/// Splits every line into words.
#[process]
fn words(lines: Receiver<&'static str>, out: Sender<&'static str>) {
    for line in lines {
        for word in line.split_whitespace() {
            out.send(word)?;
        }
    }
}

/// Numbers what passes through.
#[process]
fn number(input: Receiver<&'static str>, out: Sender<(usize, &'static str)>) {
    let mut n = 0;
    for word in input {
        n += 1;
        out.send((n, word))?;
    }
}

#[process]
fn main() {
    let (lines, input) = chan!(&'static str);
    go! {
        for line in TEXT.lines() {
            lines <- line;
        }
    };
    let (out, split) = chan!(&'static str);
    go!(words(input, out));
    let (out, numbered) = chan!((usize, &'static str); 4);
    go!(number(split, out));

    for (n, word) in numbered {
        println!("{n}: {word}");
    }
}
