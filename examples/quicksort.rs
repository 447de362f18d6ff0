//! Quicksort: both halves at the same time, with `par!`.
use csp::prelude::*;

/// Below this many, another process costs more than it saves.
const SMALL: usize = 32;

#[process]
fn quicksort(mut items: Vec<u32>) -> Vec<u32> {
    if items.len() <= SMALL {
        items.sort_unstable();
        return items;
    }
    let pivot = items.swap_remove(items.len() / 2);
    let (low, high): (Vec<_>, Vec<_>) = items.into_iter().partition(|&item| item < pivot);

    let (mut sorted, high) = par!(quicksort(low), quicksort(high));
    sorted.push(pivot);
    sorted.extend(high);
    sorted
}

/// Numbers that look random and are the same every time.
fn numbers(count: usize) -> Vec<u32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    (0..count).map(|_| next()).collect()
}

#[process]
fn main() {
    let items = numbers(100_000);
    let mut expected = items.clone();
    expected.sort_unstable();

    let sorted = quicksort(items).await;
    assert_eq!(sorted, expected);
    println!("sorted {} numbers, {} to {}", sorted.len(), sorted[0], sorted[sorted.len() - 1]);
}
