csp::__private::go(async move {
    if false {
        return;
    }
    csp::__private::held!(jobs, quit);
    {
        use csp::__private::select as __select;
        let mut __turns = __select::pin!(
            csp::__private::first2(__select::Value(__select::recv_arm(& jobs, true,
            __select::OnClose::Disable)), __select::Dropped(__select::recv_arm(&
            quit, true, __select::OnClose::News)), false, false)
        );
        'work: while pending.len() < 100 {
            let job = {
                __turns.as_mut().enable(0, pending.len() < limit);
                let __chosen = __select::next(&mut __turns).await;
                match __chosen {
                    __select::This(__value) => {
                        let job = __value;
                        job
                    }
                    __select::Next(__select::This(())) => break 'work,
                    __select::Next(__select::Next(_)) => {
                        return csp::__private::end_select();
                    }
                }
            };
            pending.push(job);
        }
    }
})
