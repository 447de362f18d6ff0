csp::__private::go(async move {
    if false {
        return csp::__private::returns::<()>();
    }
    loop {
        match csp::__private::branch(
            csp::__private::wait(
                    tx
                        .send(
                            match csp::__private::branch(
                                csp::__private::wait(rx.recv()).await,
                            ) {
                                csp::__private::Continue(__value) => __value,
                                csp::__private::Break(__stop) => {
                                    return csp::__private::end(__stop);
                                }
                            },
                        ),
                )
                .await,
        ) {
            csp::__private::Continue(__value) => __value,
            csp::__private::Break(__stop) => return csp::__private::end(__stop),
        };
    }
})
