#[csp::test(schedules = 1_000, policy = dfs, leaks = allow)]
fn order() {
    let (tx, rx) = chan!(u64);
    let first = rx.recv()?;
}
