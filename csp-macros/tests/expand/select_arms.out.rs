{
    use csp::__private::select as __select;
    let __chosen = match (&jobs, idle, &quit) {
        (__source0, __enabled0, __source1) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, __enabled0, __select::OnClose::Disable)
            );
            let mut __arm1 = __select::pin!(
                __select::recv_arm(__source1, true, __select::OnClose::News)
            );
            let __chosen = __select::run(
                    &mut [__arm0.as_mut(), __arm1.as_mut()],
                    true,
                    true,
                )
                .await;
            match __chosen {
                __select::Chosen::Arm(0) => {
                    __select::This(__select::SourceArm::value(__arm0.as_mut()))
                }
                __select::Chosen::Arm(_) => {
                    __select::Next(
                        __select::This({
                            let _ = __select::SourceArm::result(__arm1.as_mut());
                        }),
                    )
                }
                _ => __select::Next(__select::Next(())),
            }
        }
    };
    match __chosen {
        __select::This(__value) => {
            let job = __value;
            handle(job)
        }
        __select::Next(__select::This(())) => break,
        __select::Next(__select::Next(())) => {}
    }
}
