#[process(boxed)]
fn odd(n: u64) -> bool {
    even(n - 1).await
}
