fn loops(
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = ()> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return;
        }
        let _ = &rx;
        ::csp::__private::held!(rx);
        match &rx {
            __source => {
                let mut __each = ::csp::__private::each::Probe::of(&__source)
                    .each(__source);
                'outer: while let ::csp::__private::Some(__value) = __each.next().await {
                    let (i, v) = __value;
                    for n in 0..v {
                        continue 'outer;
                    }
                    for x in list.iter().rev() {}
                }
            }
        }
    })
}
