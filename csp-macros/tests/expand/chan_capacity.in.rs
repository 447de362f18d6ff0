chan!(u64; 2 * n)
