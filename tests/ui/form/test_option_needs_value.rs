#[csp::test(policy)]
fn relay() {
    csp::yield_now().await;
}

fn main() {}
