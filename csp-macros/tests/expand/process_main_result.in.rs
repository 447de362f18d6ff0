#[process]
fn main() -> Result<(), Box<dyn Error>> {
    let first = rx.recv()?;
    Ok(())
}
