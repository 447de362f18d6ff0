{
    use csp::__private::select as __select;
    let __chosen = match (&any(&others),) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, true, __select::OnClose::Disable)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    __select::SourceArm::value(__arm0.as_mut())
                }
                _ => return csp::__private::end(csp::__private::AllClosed),
            }
        }
    };
    match __chosen {
        __value => {
            let (n, v) = __value;
            {
                match csp::__private::wait(tx.send(v)).await {
                    csp::__private::Ok(__value) => __value,
                    csp::__private::Err(__stop) => return csp::__private::end(__stop),
                };
            }
        }
    }
}
