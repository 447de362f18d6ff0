fn main() -> ::csp::__private::ExitCode {
    ::csp::__private::run_main_reporting(
        ::csp::__private::None,
        async move {
            if false {
                return ::csp::__private::returns::<Result<(), Box<dyn Error>>>();
            }
            let first = match ::csp::__private::wait(rx.recv()).await {
                ::csp::__private::Ok(__value) => __value,
                ::csp::__private::Err(__stop) => return ::csp::__private::end(__stop),
            };
            Ok(())
        },
    )
}
