{
    use csp::__private::select as __select;
    let __chosen = match (&left,) {
        (__source0,) => {
            __select::first1(
                    __select::Dropped(
                        __select::recv_arm(__source0, true, __select::OnClose::News),
                    ),
                    false,
                    false,
                )
                .await
        }
    };
    match __chosen {
        __select::This(()) => {
            (match (csp::__private::wait(right.send(n))).await {
                csp::__private::Ok(__value) => __value,
                csp::__private::Err(__stop) => {
                    return csp::__private::EndsWith::end(__stop);
                }
            })()
        }
        __select::Next(_) => csp::__private::all_absent(),
    }
}
