{
    use csp::__private::select as __select;
    __turns.as_mut().enable(0, pending.len() < limit);
    let __chosen = __turns.as_mut().await;
    match __chosen {
        __select::Chosen::Arm(0) => {
            let job = __select::value(__turns.as_mut(), 0, &__kept0);
            job
        }
        __select::Chosen::Arm(1) => {
            let r = __select::result(__turns.as_mut(), 1, &__kept1);
            r?
        }
        __select::Chosen::Arm(_) => {
            let _ = __select::result(__turns.as_mut(), 2, &__kept2);
            break 'work;
        }
        __select::Chosen::Closed => 0,
        _ => 1,
    }
}
