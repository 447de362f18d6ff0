{
    use csp::__private::select as __select;
    let __chosen = match (&any(&others),) {
        (__source0,) => {
            __select::first1(
                    __select::Value(
                        __select::recv_arm(
                            __source0,
                            true,
                            __select::OnClose::Disable,
                        ),
                    ),
                    false,
                    false,
                )
                .await
        }
    };
    match __chosen {
        __select::This(__value) => {
            let (n, v) = __value;
            {
                match (csp::__private::wait(tx.send(v))).await {
                    csp::__private::Ok(__value) => __value,
                    csp::__private::Err(__stop) => {
                        return csp::__private::EndsWith::end(__stop);
                    }
                };
            }
        }
        __select::Next(_) => return csp::__private::end_select(),
    }
}
