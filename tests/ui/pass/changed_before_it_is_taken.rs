// The variable is changed only by the process that declares it.
use csp::prelude::*;

#[process]
fn main() {
    let mut total = 1;
    total += 1;
    let handle = go! { i32::max(total, 1) + 1 };
    assert_eq!(handle.await.unwrap(), 3);
    total += 1;
    assert_eq!(total, 3);
}
