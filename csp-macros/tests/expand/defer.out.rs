let __deferred = csp::__private::defer(|| {
    counter.add(1);
});
