chan!(u64; ..)
