go! {
    let v = <-rx;
    if v < -1 {
        tx <- v << 1;
    }
    <-done;
    Some(<-rx + 1)
}
