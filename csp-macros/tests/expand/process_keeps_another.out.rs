/// A name that is declared again is another end.
fn hidden(
    out: Sender<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &out;
        match (::csp::__private::wait(::csp::__private::Ask(&out).own(out.send(1))))
            .await
        {
            ::csp::__private::Ok(__value) => __value,
            ::csp::__private::Err(_) => return,
        };
        ::csp::__private::held!(out);
        let out = out.clone();
        match (::csp::__private::wait(::csp::__private::Ask(&out).own(out.send(2))))
            .await
        {
            ::csp::__private::Ok(__value) => __value,
            ::csp::__private::Err(_) => return,
        };
    })
}
