fn main() -> ::csp::__private::ExitCode {
    fn main() -> impl ::csp::__private::Future<Output = Result<(), Box<dyn Error>>> {
        async move {
            if false {
                return ::csp::__private::returns::<Result<(), Box<dyn Error>>>();
            }
            let first = match (::csp::__private::wait(rx.recv())).await {
                ::csp::__private::Ok(__value) => __value,
                ::csp::__private::Err(__stop) => {
                    return ::csp::__private::EndsWith::end(__stop);
                }
            };
            Ok(())
        }
    }
    ::csp::__private::Main::of(main).report(::csp::__private::None)
}
