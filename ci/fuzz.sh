#!/usr/bin/env bash
# A million mutated token streams through the macros as a library, some three minutes: no panic, no hang. `FUZZ` and
# `SEED` set how many and which; a seed tries other streams.
set -euo pipefail
cd "$(dirname "$0")/.."

FUZZ=${FUZZ:-1000000} SEED=${SEED:-1} timeout 3600 \
    cargo test --release --locked -p csp-macros --test fuzz -- --nocapture
