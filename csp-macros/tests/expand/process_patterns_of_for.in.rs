#[process]
fn loops(rx: Receiver<u64>) {
    for | n in rx {
        show(n);
    }
}
