go! {
    loop {
        select! { <-a => 1, <-b => 2, <-c => 3, v = <-d => v, r = e.recv() => r? }
    }
}
