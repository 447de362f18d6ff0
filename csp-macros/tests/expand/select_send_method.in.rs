select! {
    r = out.send(2) => r.is_ok(),
}
