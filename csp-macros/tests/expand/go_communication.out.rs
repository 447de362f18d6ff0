csp::__private::go(async move {
    (csp::__private::wait(csp::__private::Ask(&tx).own(tx.send(1)))).await
})
