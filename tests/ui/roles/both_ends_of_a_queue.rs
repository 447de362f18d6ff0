use csp::prelude::*;

#[process]
fn start(input: Receiver<u32>) {
    let (later, todo) = chan!(u32; 16);
    for n in input {
        later.send(n)?;
    }
    for n in todo {
        println!("{n}");
    }
}

fn main() {}
