select! {
    out <- next(a) => {}
    closed => {}
}
