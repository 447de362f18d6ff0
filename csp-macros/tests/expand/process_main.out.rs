fn main() {
    fn main() -> impl ::csp::__private::Future<Output = ()> {
        async move {
            if false {
                return;
            }
            let (tx, rx) = chan!(u64);
            ::csp::__private::held!(tx, rx);
            let first = match (::csp::__private::wait(rx.recv())).await {
                ::csp::__private::Ok(__value) => __value,
                ::csp::__private::Err(__stop) => {
                    ::csp::__private::EndsProgram::end_program(__stop, "rx.recv()")
                }
            };
            select! {
                v = <- rx => v,
            }
        }
    }
    ::csp::__private::Main::of(main).run(::csp::__private::Some(4))
}
