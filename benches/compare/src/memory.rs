//! How much memory a process holds.

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
