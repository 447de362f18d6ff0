// Closures in closures own and change what they declare.
use csp::prelude::*;

#[process]
fn main() {
    let handle = go! {
        let mut counts = vec![0; 3];
        let mut add = |at: usize| {
            let mut bump = |by: i32| counts[at] += by;
            bump(1);
            bump(2);
        };
        add(0);
        add(2);
        counts
    };
    assert_eq!(handle.await.unwrap(), [3, 0, 3]);
}
