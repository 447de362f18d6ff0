{
    use csp::__private::select as __select;
    let __chosen = match (fetch(url), &jobs) {
        (__source0, __source1) => {
            let mut __arm0 = __select::pin!(
                __select::future_arm(__source0, true, __select::OnClose::Fire)
            );
            let mut __arm1 = __select::pin!(
                __select::recv_arm(__source1, true, __select::OnClose::Fire)
            );
            let __chosen = __select::run(
                    &mut [__arm0.as_mut(), __arm1.as_mut()],
                    false,
                    false,
                )
                .await;
            match __chosen {
                __select::Chosen::Arm(0) => __select::This(__arm0.as_mut().output()?),
                __select::Chosen::Arm(_) => {
                    __select::Next(__select::SourceArm::result(__arm1.as_mut()))
                }
                _ => csp::__private::all_absent(),
            }
        }
    };
    match __chosen {
        __select::This(__value) => {
            let page = __value;
            page
        }
        __select::Next(__value) => {
            let r = __value;
            r.is_ok()
        }
    }
}
