fn question(
    tx: Sender<u64>,
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = Option<u64>> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return ::csp::__private::returns::<Option<u64>>();
        }
        let _ = &rx;
        let _ = &tx;
        ::csp::__private::held!(tx, rx);
        let third = match ::csp::__private::branch(rx.recv().await) {
            ::csp::__private::Continue(__value) => __value,
            ::csp::__private::Break(__stop) => {
                return ::csp::__private::EndsWith::end(__stop);
            }
        };
        match (::csp::__private::wait(
            tx
                .send(
                    match (::csp::__private::wait(rx.recv())).await {
                        ::csp::__private::Ok(__value) => __value,
                        ::csp::__private::Err(__stop) => {
                            return ::csp::__private::EndsWith::end(__stop);
                        }
                    } + 1,
                ),
        ))
            .await
        {
            ::csp::__private::Ok(__value) => __value,
            ::csp::__private::Err(__stop) => {
                return ::csp::__private::EndsWith::end(__stop);
            }
        };
        let other = parse(third)?;
        Some(other)
    })
}
