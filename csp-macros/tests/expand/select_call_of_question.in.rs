select! {
    <-left => right.send(n)?(),
}
