// A function inside a process is not the process.
use csp::prelude::*;

#[process]
fn main() {
    let total = 1;
    let handle = go! {
        fn add(mut total: u32) -> u32 {
            total += 1;
            total
        }
        add(total)
    };
    assert_eq!(handle.await.unwrap(), 2);
}
