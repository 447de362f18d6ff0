#[process]
fn run(&self, input: Receiver<u64>) -> Option<u64>;
