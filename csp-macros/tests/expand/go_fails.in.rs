go! {
    for c in listener {
        serve(c?).await?;
    }
    Ok::<(), Error>(())
}
