select! {
    v = <-jobs => v,
    closed => return,
    default => 0,
}
