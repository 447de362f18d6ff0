{
    use csp::__private::select as __select;
    let __chosen = match (&out,) {
        (__source0,) => {
            let mut __arm0 = __select::place(__source0, &message)
                .held_arm(__source0, true, __select::OnClose::Disable);
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
                let mut __arm0 = __arm0;
                let __sent = {
                    match __select::PlaceArm::outcome(__arm0.as_mut()) {
                        __select::This(__sent) => __sent,
                        __select::Next(__arm) => {
                            let __value = message;
                            __arm.deliver(__value)
                        }
                    }
                };
                __sent
            } {
                csp::__private::Ok(__value) => __value,
                csp::__private::Err(__stop) => {
                    return csp::__private::EndsWith::end(__stop);
                }
            };
            None
        }
        __select::Next(()) => Some(message),
    }
}
