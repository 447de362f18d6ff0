#[csp::test(policy = fast)]
fn relay() {
    csp::yield_now().await;
}

fn main() {}
