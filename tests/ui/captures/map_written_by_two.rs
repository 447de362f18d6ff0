use csp::prelude::*;

use std::collections::HashMap;

#[process]
fn start() {
    let mut map = HashMap::new();
    go! {
        map.insert("a", 1);
    };
    go! {
        map.insert("b", 2);
    };
}

fn main() {}
