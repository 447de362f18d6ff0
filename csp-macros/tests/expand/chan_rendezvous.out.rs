csp::__private::chan::<Vec<u64>>(0)
