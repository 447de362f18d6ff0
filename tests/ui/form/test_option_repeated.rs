#[csp::test(seed = 1, seed = 2)]
fn relay() {
    csp::yield_now().await;
}

fn main() {}
