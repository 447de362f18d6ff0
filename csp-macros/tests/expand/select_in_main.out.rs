{
    use csp::__private::select as __select;
    let __chosen = match (&jobs,) {
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
            let v = __value;
            v
        }
        __select::Next(_) => {
            csp::__private::EndsProgram::end_program(
                csp::__private::AllClosed,
                "select!",
            )
        }
    }
}
