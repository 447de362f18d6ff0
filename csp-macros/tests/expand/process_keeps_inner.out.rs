/// A name that is declared again in a block is another end there.
fn inner(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &rx;
        println!(
            "{}", match (::csp::__private::wait(::csp::__private::Ask(& rx).own(rx
            .recv()))). await { ::csp::__private::Ok(__value) => __value,
            ::csp::__private::Err(_) => return, }
        );
        ::csp::__private::held!(rx);
        {
            let rx = other();
            match (::csp::__private::wait(::csp::__private::Ask(&rx).own(rx.recv())))
                .await
            {
                ::csp::__private::Ok(__value) => __value,
                ::csp::__private::Err(_) => return,
            };
        }
    })
}
