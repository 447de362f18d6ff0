{
    use csp::__private::select as __select;
    let __chosen = match (&rx,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, true, __select::OnClose::Fire)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    (match __select::SourceArm::result(__arm0.as_mut()) {
                        csp::__private::Ok(__value) => __value,
                        csp::__private::Err(__stop) => {
                            return csp::__private::end(__stop);
                        }
                    })?
                }
                _ => csp::__private::unreachable!(),
            }
        }
    };
    match __chosen {
        __value => {
            let v = __value;
            v
        }
    }
}
