use csp::prelude::*;

fn fill(buffer: &mut [u8]) {
    buffer.fill(1);
}

fn start() {
    let mut buf = [0; 4];
    go! { fill(&mut buf) };
    println!("{buf:?}");
}

fn main() {}
