csp::__private::go(async move {
    if false {
        return;
    }
    {
        use csp::__private::select as __select;
        let __arm0 = __select::pin!(
            __select::recv_arm(& jobs, true, __select::OnClose::Disable)
        );
        let (__kept0, __arm0) = __select::keep(__arm0);
        let __arm1 = __select::pin!(
            __select::recv_arm(& quit, true, __select::OnClose::News)
        );
        let (__kept1, __arm1) = __select::keep(__arm1);
        let mut __arms = [__arm0, __arm1];
        let mut __turns = __select::pin!(
            csp::__private::select_in_turns(& mut __arms, false, false)
        );
        'work: while pending.len() < 100 {
            let job = select! {
                @ turns(__turns __kept0 __kept1) job = <- jobs if pending.len() <
                limit => job, <- quit => break 'work,
            };
            pending.push(job);
        }
    }
})
