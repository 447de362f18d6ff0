#[process]
/// Sends what it reads.
pub fn copy(input: Receiver<u64>, mut out: Sender<u64>) {
    for n in input {
        out.send(n)?;
    }
}
