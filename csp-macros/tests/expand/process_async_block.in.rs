#[process]
fn nested(rx: Receiver<u64>) {
    let block = async {
        loop {
            rx.recv()?;
        }
    };
    block.await;
}
