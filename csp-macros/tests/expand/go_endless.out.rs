csp::__private::go(async move {
    if false {
        return;
    }
    csp::__private::held!(rx, tx);
    loop {
        match (csp::__private::wait(
            tx
                .send(
                    match (csp::__private::wait(rx.recv())).await {
                        csp::__private::Ok(__value) => __value,
                        csp::__private::Err(_) => return,
                    },
                ),
        ))
            .await
        {
            csp::__private::Ok(__value) => __value,
            csp::__private::Err(_) => return,
        };
    }
})
