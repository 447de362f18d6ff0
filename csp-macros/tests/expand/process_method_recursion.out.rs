#[allow(refining_impl_trait)]
fn walk(
    &self,
    depth: u32,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &depth;
        let _ = &self;
        ::csp::__private::boxed(self.walk(depth - 1)).await;
        walk(depth);
    })
}
