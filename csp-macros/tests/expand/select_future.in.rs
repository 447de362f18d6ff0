select! {
    page = fetch(url).await? => page,
    r = jobs.recv() => r.is_ok(),
}
