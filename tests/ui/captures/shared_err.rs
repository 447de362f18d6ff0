use csp::prelude::*;

use std::fs;

#[process]
fn start() {
    let mut err = None;
    go! {
        err = fs::remove_file("a").err();
    };
    go! {
        err = fs::remove_file("b").err();
    };
    println!("{err:?}");
}

fn main() {}
