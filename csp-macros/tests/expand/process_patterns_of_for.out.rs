fn loops(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &rx;
        match rx {
            __source => {
                let mut __each = ::csp::__private::each::Probe::of(&__source)
                    .each(__source);
                while let ::csp::__private::Some(__value) = __each.next().await {
                    let (n) = __value;
                    show(n);
                }
            }
        }
    })
}
