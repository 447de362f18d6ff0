/// What waits on one end has it, and need not say so.
fn total(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = u64> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return ::csp::__private::returns::<u64>();
        }
        let _ = &rx;
        let mut sum = 0;
        match rx {
            __source => {
                let mut __each = ::csp::__private::each::Probe::of(&__source)
                    .each(__source);
                while let ::csp::__private::Some(__value) = __each.next().await {
                    let n = __value;
                    sum += n;
                }
            }
        }
        sum
    })
}
