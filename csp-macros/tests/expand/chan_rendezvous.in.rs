chan!(Vec<u64>)
