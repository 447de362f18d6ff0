csp::__private::go(async move {
    csp::__private::held!(tx);
    csp::__private::wait(tx.send(1)).await
})
