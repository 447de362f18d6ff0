fn run(
    &self,
    input: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = Option<u64>> + ::csp::__private::Send,
>;
