go! {
    'work: while pending.len() < 100 {
        let job = select! {
            job = <-jobs if pending.len() < limit => job,
            <-quit => break 'work,
        };
        pending.push(job);
    }
}
