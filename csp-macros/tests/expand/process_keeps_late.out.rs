/// It says what it keeps where it first waits for another thing than the one end that it has.
fn node(
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
        let (tx, rx) = chan!(u64);
        go!(leaf(tx));
        ::csp::__private::held!(out);
        match (::csp::__private::wait(::csp::__private::Ask(&rx).own(rx.recv()))).await {
            ::csp::__private::Ok(__value) => __value,
            ::csp::__private::Err(_) => return,
        };
    })
}
