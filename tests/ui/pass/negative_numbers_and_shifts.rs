// A comparison with a negative number is none with a space between, and shifts stay shifts.
use csp::prelude::*;

#[process]
fn main() {
    let handle = go! {
        let a = 3;
        let below = a < -1;
        let shifted = a << 2 >> 1;
        let generic = i32::max(a, -4);
        (below, shifted, generic)
    };
    assert_eq!(handle.await.unwrap(), (false, 6, 3));
}
