#[process]
fn fib(n: u64) -> u64 {
    go!(fib(0));
    select! { v = fib(1).await => v, default => 0 };
    fib(n - 1).await + Self::fib(n - 2).await
}
