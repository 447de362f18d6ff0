{
    use csp::__private::select as __select;
    let __chosen = match (&jobs,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, true, __select::OnClose::Disable)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    __select::SourceArm::value(__arm0.as_mut())
                }
                _ => {
                    csp::__private::end_program(csp::__private::AllClosed, "select!")
                }
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
