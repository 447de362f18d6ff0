fn fib(
    n: u64,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = u64> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return ::csp::__private::returns::<u64>();
        }
        let _ = &n;
        go!(fib(0));
        select! {
            v = ::csp::__private::boxed(fib(1)). await => v, default => 0
        };
        ::csp::__private::boxed(fib(n - 1)).await
            + ::csp::__private::boxed(Self::fib(n - 2)).await
    })
}
