#[csp::test]
fn relay<T>() {
    csp::yield_now().await;
}

fn main() {}
