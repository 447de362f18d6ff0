fn loops(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let rx = rx;
        match rx {
            __source => {
                #[allow(unused_imports)]
                use ::csp::__private::each::kinds::*;
                let mut __each = (&&&::csp::__private::each::Probe::of(&__source))
                    .kind()
                    .each(__source);
                while let ::csp::__private::Some(__value) = __each.next().await {
                    let (n) = __value;
                    show(n);
                }
            }
        }
    })
}
