{
    use csp::__private::select as __select;
    __turns.as_mut().enable(0, pending.len() < limit);
    let __chosen = __turns.as_mut().await;
    match __chosen {
        __select::This(__value) => {
            let job = __value;
            job
        }
        __select::Next(__select::This(__value)) => {
            let r = __value;
            r?
        }
        __select::Next(__select::Next(__select::This(()))) => break 'work,
        __select::Next(__select::Next(__select::Next(__select::Chosen::Closed))) => 0,
        __select::Next(__select::Next(__select::Next(_))) => 1,
    }
}
