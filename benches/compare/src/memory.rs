//! How much memory a process holds.

use std::hint::black_box;
use std::mem::MaybeUninit;

/// Resident bytes, from the kernel's account; `process` is a number, or `self`.
pub fn resident(process: &str) -> Option<u64> {
    let statm = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Resident bytes of this process.
pub fn mine() -> f64 {
    resident("self").expect("Linux's /proc") as f64
}

/// A vector with room for `count` values, all of which is resident already: what a kernel keeps of its processes is not counted
/// as theirs.
pub fn room<T>(count: u64) -> Vec<T> {
    let mut values = Vec::with_capacity(count as usize);
    // Hidden from the compiler, which otherwise asks the allocator for zeroed memory and writes none.
    let places: &mut [MaybeUninit<T>] = black_box(values.spare_capacity_mut());
    places.fill_with(MaybeUninit::zeroed);
    black_box(places);
    values
}
