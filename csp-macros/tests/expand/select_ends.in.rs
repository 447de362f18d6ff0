select! {
    (n, v) = <-any(&others) => { tx <- v; }
}
