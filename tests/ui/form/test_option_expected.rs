#[csp::test(4)]
fn relay() {
    csp::yield_now().await;
}

fn main() {}
