use csp::prelude::*;

#[process]
fn start(text: String) {
    let n: i32 = text.parse()?;
    println!("{n}");
}

fn main() {}
