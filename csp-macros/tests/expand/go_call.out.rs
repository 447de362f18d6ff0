csp::__private::go(worker(id, jobs.clone()))
