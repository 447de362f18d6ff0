use csp::prelude::*;

#[process]
fn main(arguments: Vec<String>) {
    println!("{arguments:?}");
}
