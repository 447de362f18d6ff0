csp::__private::go_probed(worker(id, jobs.clone()), |__probe| __probe.outcome())
