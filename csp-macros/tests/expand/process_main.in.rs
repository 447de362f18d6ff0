#[process(workers = 4)]
fn main() {
    let (tx, rx) = chan!(u64);
    let first = rx.recv()?;
    select! { v = <-rx => v, }
}
