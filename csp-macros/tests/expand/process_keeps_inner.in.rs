#[process]
/// A name that is declared again in a block is another end there.
fn inner(rx: Receiver<u64>) {
    println!("{}", rx.recv()?);
    {
        let rx = other();
        rx.recv()?;
    }
}
