use csp::prelude::*;

fn main() {
    let n = 1;
    go!(n + 1);
    go!((n, -n));
}
