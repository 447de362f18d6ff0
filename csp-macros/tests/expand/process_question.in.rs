#[process]
fn question(tx: Sender<u64>, rx: Receiver<u64>) -> Option<u64> {
    let third = rx.recv().await?;
    tx.send(rx.recv()? + 1)?;
    let other = parse(third)?;
    Some(other)
}
