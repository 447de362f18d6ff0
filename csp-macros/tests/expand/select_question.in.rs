select! {
    v = jobs.recv()? => v,
}
