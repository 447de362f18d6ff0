go! {
    loop {
        tx <- <-rx;
    }
}
