#[::csp::__private::test::case]
fn order() {
    ::csp::__private::test::run_test(
        ::csp::__private::test::Explore::new()
            .schedules(1_000)
            .policy(::csp::__private::test::Policy::Dfs)
            .allow_leaks(true),
        ::csp::__private::test::concat!(
            ::csp::__private::test::module_path!(), "::", "order"
        ),
        || ::csp::__private::whole(async move {
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
        }),
    )
}
