{
    use csp::__private::select as __select;
    let __chosen = match (&out,) {
        (__source0,) => {
            let mut __arm0 = __select::held_send_arm(
                __source0,
                true,
                __select::OnClose::Disable,
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, true).await;
            match __chosen {
                __select::Chosen::Arm(_) => __select::This(__arm0),
                _ => __select::Next(()),
            }
        }
    };
    match __chosen {
        __select::This(__arm0) => {
            let _ = match {
                let __value = message;
                __select::deliver(__arm0, __value).await
            } {
                csp::__private::Ok(__value) => __value,
                csp::__private::Err(__stop) => return csp::__private::end(__stop),
            };
            None
        }
        __select::Next(()) => Some(message),
    }
}
