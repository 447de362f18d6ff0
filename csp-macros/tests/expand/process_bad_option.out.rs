#[allow(unused_mut, unused_variables)]
fn worker(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = u64> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return ::csp::__private::returns::<u64>();
        }
        let rx = rx;
        (|| ::csp::__private::todo!())()
    })
}
::core::compile_error! {
    "there is no option `fast`; the options are `workers`, `boxed`, `crate`"
}
::core::compile_error! {
    "only `main` has workers, for it starts the runtime; leave out `workers` here, or build a `Runtime`"
}
