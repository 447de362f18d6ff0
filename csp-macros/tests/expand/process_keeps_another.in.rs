#[process]
/// A name that is declared again is another end.
fn hidden(out: Sender<u64>) {
    out.send(1)?;
    let out = out.clone();
    out.send(2)?;
}
