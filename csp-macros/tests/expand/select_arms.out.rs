{
    use csp::__private::select as __select;
    let __chosen = match (&jobs, idle, &quit) {
        (__source0, __enabled0, __source1) => {
            __select::first2(
                    __select::Value(
                        __select::recv_arm(
                            __source0,
                            __enabled0,
                            __select::OnClose::Disable,
                        ),
                    ),
                    __select::Dropped(
                        __select::recv_arm(__source1, true, __select::OnClose::News),
                    ),
                    true,
                    true,
                )
                .await
        }
    };
    match __chosen {
        __select::This(__value) => {
            let job = __value;
            handle(job)
        }
        __select::Next(__select::This(())) => break,
        __select::Next(__select::Next(_)) => {}
    }
}
