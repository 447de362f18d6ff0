fn odd(n: u64) -> ::csp::__private::Process<::csp::__private::Boxed<'static, bool>> {
    ::csp::__private::boxed_process(async move {
        if false {
            return ::csp::__private::returns::<bool>();
        }
        let _ = &n;
        even(n - 1).await
    })
}
