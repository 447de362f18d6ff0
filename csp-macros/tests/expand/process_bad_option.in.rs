#[process(workers = 4, fast)]
fn worker(rx: Receiver<u64>) -> u64 {
    rx.recv().unwrap()
}
