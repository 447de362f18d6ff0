defer! { counter.add(1); }
