#[csp::test(leaks = true)]
fn relay() {
    csp::yield_now().await;
}

fn main() {}
