{
    use csp::__private::select as __select;
    let __chosen = match (&left,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, true, __select::OnClose::News)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    let _ = __select::SourceArm::result(__arm0.as_mut());
                }
                _ => csp::__private::unreachable!(),
            }
        }
    };
    match __chosen {
        () => {
            (match csp::__private::wait(right.send(n)).await {
                csp::__private::Ok(__value) => __value,
                csp::__private::Err(__stop) => return csp::__private::end(__stop),
            })()
        }
    }
}
