{
    use csp::__private::select as __select;
    let __chosen = match (&jobs,) {
        (__source0,) => {
            __select::first1(
                    __select::Whole(
                        __select::recv_arm(__source0, true, __select::OnClose::Fire),
                    ),
                    false,
                    false,
                )
                .await
        }
    };
    match __chosen {
        __select::This(__value) => {
            let v = match __value {
                csp::__private::Ok(__value) => __value,
                csp::__private::Err(__stop) => {
                    return csp::__private::EndsWith::end(__stop);
                }
            };
            v
        }
        __select::Next(_) => csp::__private::all_absent(),
    }
}
