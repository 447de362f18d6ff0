use csp::prelude::*;

#[process]
fn main() {
    let n: i32 = "7".parse()?;
    println!("{n}");
}
