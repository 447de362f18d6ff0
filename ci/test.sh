#!/usr/bin/env bash
# The README's two commands, and the tests of what is not in plain builds.
set -euo pipefail
cd "$(dirname "$0")/.."

primes=$(cargo run --release --locked --example sieve)
test "$(tail -n 1 <<<"$primes")" = 541
test "$(wc -l <<<"$primes")" = 100
cargo test --locked --no-fail-fast
cargo test --locked --doc -p csp-rs -p csp-runtime --all-features
cargo test --locked --test record --features record,tracing
