{
    use csp::__private::select as __select;
    let __chosen = match (&out,) {
        (__source0,) => {
            let mut __arm0 = __select::pin!(
                __select::value_arm(__source0, 2, true, __select::OnClose::Fire)
            );
            let __chosen = __select::run(&mut [__arm0.as_mut()], false, false).await;
            match __chosen {
                __select::Chosen::Arm(_) => __arm0.as_mut().sent(),
                _ => csp::__private::all_absent(),
            }
        }
    };
    match __chosen {
        __value => {
            let r = __value;
            r.is_ok()
        }
    }
}
