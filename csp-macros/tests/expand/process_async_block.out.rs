fn nested(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &rx;
        ::csp::__private::held!(rx);
        let block = async {
            if false {
                return;
            }
            loop {
                match (::csp::__private::wait(rx.recv())).await {
                    ::csp::__private::Ok(__value) => __value,
                    ::csp::__private::Err(_) => return,
                };
            }
        };
        block.await;
    })
}
