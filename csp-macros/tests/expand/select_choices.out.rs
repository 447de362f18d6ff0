{
    use csp::__private::select as __select;
    let __chosen = match (&jobs,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::recv_arm(__source0, true, __select::OnClose::Disable)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, true).await;
            match __chosen {
                __select::Chosen::Arm(_) => {
                    __select::This(__select::SourceArm::value(__arm0.as_mut()))
                }
                __select::Chosen::Closed => __select::Next(__select::This(())),
                _ => __select::Next(__select::Next(())),
            }
        }
    };
    match __chosen {
        __select::This(__value) => {
            let v = __value;
            v
        }
        __select::Next(__select::This(())) => return,
        __select::Next(__select::Next(())) => 0,
    }
}
