//! A process that is started and awaited, one at a time.

use csp::prelude::*;

#[process]
pub(crate) fn one(n: u64) -> u64 {
    n
}

#[process]
pub(crate) fn join(count: u64) -> u64 {
    let mut sum = 0;
    for n in 0..count {
        sum += go!(one(n)).await.unwrap();
    }
    assert_eq!(sum, count * count.saturating_sub(1) / 2);
    count
}
