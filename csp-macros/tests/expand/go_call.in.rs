go!(worker(id, jobs.clone()))
