select! { @turns(__turns __kept0 __kept1 __kept2)
    job = <-jobs if pending.len() < limit => job,
    r = rx.recv() => r?,
    <-quit => break 'work,
    closed => 0,
    default => 1,
}
