#[process]
/// What waits on one end has it, and need not say so.
fn total(rx: Receiver<u64>) -> u64 {
    let mut sum = 0;
    for n in rx {
        sum += n;
    }
    sum
}
