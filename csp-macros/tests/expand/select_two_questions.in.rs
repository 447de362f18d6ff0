select! {
    v = rx.recv()?? => v,
}
