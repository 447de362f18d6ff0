/// Sends what it reads.
pub fn copy(
    input: Receiver<u64>,
    out: Sender<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &input;
        let mut out = out;
        ::csp::__private::held!(out);
        match input {
            __source => {
                let mut __each = ::csp::__private::each::Probe::of(&__source)
                    .each(__source);
                ::csp::__private::held!(each __each);
                while let ::csp::__private::Some(__value) = __each.next().await {
                    let n = __value;
                    match (::csp::__private::wait(out.send(n))).await {
                        ::csp::__private::Ok(__value) => __value,
                        ::csp::__private::Err(_) => return,
                    };
                }
            }
        }
    })
}
