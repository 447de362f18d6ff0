//! How much memory this process holds.

/// Resident bytes, from the kernel's account of this process.
pub fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux's /proc");
    let pages: u64 = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("the resident pages");
    pages * 4096
}
