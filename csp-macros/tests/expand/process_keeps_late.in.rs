#[process]
/// It says what it keeps where it first waits for another thing than the one end that it has.
fn node(out: Sender<u64>) {
    out.send(1)?;
    let (tx, rx) = chan!(u64);
    go!(leaf(tx));
    rx.recv()?;
}
