use csp::prelude::*;

#[process(boxed)]
fn main() {
    println!("boxed");
}
