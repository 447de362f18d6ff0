#[allow(refining_impl_trait)]
fn patterns(
    self,
    __argument1: (u64, u64),
    __argument2: Guard,
    _unused: u64,
) -> my::csp::__private::Process<
    impl my::csp::__private::Future<
        Output = impl Iterator<Item = u64>,
    > + my::csp::__private::Send,
> {
    my::csp::__private::process(async move {
        if false {
            return my::csp::__private::returns::<_>();
        }
        let _ = &self;
        let __argument1 = __argument1;
        let (a, b) = __argument1;
        let __argument2 = __argument2;
        let _ = __argument2;
        #[allow(clippy::no_effect_underscore_binding, clippy::used_underscore_binding)]
        let _unused = _unused;
        a..b
    })
}
