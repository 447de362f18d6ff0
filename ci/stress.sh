#!/usr/bin/env bash
# The tests that look for what is rare, in release builds: conservation with ten million operations for each seed, a million
# parked processes, and Go's behaviours again and again.
#
# ci/stress.sh [ROUNDS]   how many seeds, and how often (3 without it)
set -euo pipefail
cd "$(dirname "$0")/.."

cargo test --release --locked --test memory
for seed in $(seq "${1:-3}"); do
    echo "stress.sh: round $seed"
    CSP_SEED=$seed CSP_OPERATIONS=10000000 cargo test --release --locked --test conservation
    cargo test --release --locked --test classics
done
