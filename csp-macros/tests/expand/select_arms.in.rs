select! {
    biased;
    job = <-jobs if idle => handle(job),
    <-quit => break,
    default => {}
}
