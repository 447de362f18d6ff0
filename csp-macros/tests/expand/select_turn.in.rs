select! { @turns(__turns)
    job = <-jobs if pending.len() < limit => job,
    r = rx.recv() => r?,
    <-quit => break 'work,
    closed => 0,
    default => 1,
}
