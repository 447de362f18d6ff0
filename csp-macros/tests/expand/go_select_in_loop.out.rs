csp::__private::go(async move {
    if false {
        return;
    }
    {
        use csp::__private::select as __select;
        let mut __turns = __select::pin!(
            csp::__private::first2(__select::Value(__select::recv_arm(& jobs, true,
            __select::OnClose::Disable)), __select::Dropped(__select::recv_arm(&
            quit, true, __select::OnClose::News)), false, false)
        );
        'work: while pending.len() < 100 {
            let job = select! {
                @ turns(__turns) job = <- jobs if pending.len() < limit => job, <-
                quit => break 'work,
            };
            pending.push(job);
        }
    }
})
