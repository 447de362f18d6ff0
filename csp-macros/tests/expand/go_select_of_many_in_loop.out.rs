csp::__private::go(async move {
    if false {
        return;
    }
    {
        use csp::__private::select as __select;
        let __arm0 = __select::pin!(
            __select::recv_arm(& a, true, __select::OnClose::News)
        );
        let (__kept0, __arm0) = __select::keep(__arm0);
        let __arm1 = __select::pin!(
            __select::recv_arm(& b, true, __select::OnClose::News)
        );
        let (__kept1, __arm1) = __select::keep(__arm1);
        let __arm2 = __select::pin!(
            __select::recv_arm(& c, true, __select::OnClose::News)
        );
        let (__kept2, __arm2) = __select::keep(__arm2);
        let __arm3 = __select::pin!(
            __select::recv_arm(& d, true, __select::OnClose::Disable)
        );
        let (__kept3, __arm3) = __select::keep(__arm3);
        let __arm4 = __select::pin!(
            __select::recv_arm(& e, true, __select::OnClose::Fire)
        );
        let (__kept4, __arm4) = __select::keep(__arm4);
        let mut __arms = [__arm0, __arm1, __arm2, __arm3, __arm4];
        let mut __turns = __select::pin!(
            csp::__private::run(& mut __arms, false, false)
        );
        loop {
            select! {
                @ turns(__turns __kept0 __kept1 __kept2 __kept3 __kept4) <- a => 1,
                <- b => 2, <- c => 3, v = <- d => v, r = e.recv() => r ?
            }
        }
    }
})
