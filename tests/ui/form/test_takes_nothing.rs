#[csp::test]
fn relay(seconds: u64) {
    csp::sleep(Duration::from_secs(seconds)).await;
}

fn main() {}
