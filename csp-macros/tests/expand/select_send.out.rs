{
    use csp::__private::select as __select;
    let __chosen = match (&out,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::send_arm(__source0, true, __select::OnClose::Disable,
                false)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    __select::This(
                        match {
                            let __value = next(a);
                            __arm0.as_mut().deliver(__value)
                        } {
                            csp::__private::Ok(__value) => __value,
                            csp::__private::Err(__stop) => {
                                return csp::__private::EndsWith::end(__stop);
                            }
                        },
                    )
                }
                _ => __select::Next(()),
            }
        }
    };
    match __chosen {
        __select::This(()) => {}
        __select::Next(()) => {}
    }
}
