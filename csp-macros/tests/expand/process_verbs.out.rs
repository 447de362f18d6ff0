fn verbs(
    tx: Sender<u64>,
    rx: Receiver<u64>,
) -> ::csp::__private::Process<
    impl ::csp::__private::Future<Output = Result<u64, Closed>> + ::csp::__private::Send,
> {
    ::csp::__private::process(async move {
        if false {
            return ::csp::__private::returns::<Result<u64, Closed>>();
        }
        let _ = &rx;
        let _ = &tx;
        ::csp::__private::held!(rx);
        (::csp::__private::wait(tx.send(1))).await;
        let first = (::csp::__private::wait(rx.recv())).await;
        let second = rx.recv().await;
        while let Ok(v) = (::csp::__private::wait(rx.recv())).await {
            println!("{v} {}", (::csp::__private::wait(rx.recv())). await .is_ok());
        }
        Sender::send(&tx, 3).await;
        let later = |tx: &Mailer| tx.send(4);
        first
    })
}
