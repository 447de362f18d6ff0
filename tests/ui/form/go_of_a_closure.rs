use csp::prelude::*;

fn main() {
    let n = 1;
    go!(move || println!("{n}"));
    go!(|| {
        println!("{n}");
    });
}
