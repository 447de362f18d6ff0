csp::__private::chan::<u64>(2 * n)
