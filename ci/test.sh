#!/usr/bin/env bash
# The README's two commands.
set -euo pipefail
cd "$(dirname "$0")/.."

primes=$(cargo run --release --locked --example sieve)
test "$(tail -n 1 <<<"$primes")" = 541
test "$(wc -l <<<"$primes")" = 100
cargo test --locked --no-fail-fast
