csp::__private::go(async move {
    csp::__private::held!(done, rx, tx);
    let v = match (csp::__private::wait(rx.recv())).await {
        csp::__private::Ok(__value) => __value,
        csp::__private::Err(__stop) => return csp::__private::EndsWith::end(__stop),
    };
    if v < -1 {
        match (csp::__private::wait(tx.send(v << 1))).await {
            csp::__private::Ok(__value) => __value,
            csp::__private::Err(__stop) => {
                return csp::__private::EndsWith::end(__stop);
            }
        };
    }
    let _ = (csp::__private::wait(done.recv())).await;
    Some(
        match (csp::__private::wait(rx.recv())).await {
            csp::__private::Ok(__value) => __value,
            csp::__private::Err(__stop) => {
                return csp::__private::EndsWith::end(__stop);
            }
        } + 1,
    )
})
