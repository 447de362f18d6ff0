csp::__private::chan_unbounded::<u64>()
