#[process]
fn verbs(tx: Sender<u64>, rx: Receiver<u64>) -> Result<u64, Closed> {
    tx.send(1);
    let first = rx.recv();
    let second = rx.recv().await;
    while let Ok(v) = rx.recv() {
        println!("{v} {}", rx.recv().is_ok());
    }
    Sender::send(&tx, 3).await;
    let later = |tx: &Mailer| tx.send(4);
    first
}
