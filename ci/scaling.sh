#!/usr/bin/env bash
# Two workers against one: networks that only chat (commstime, ring, sieve) may not be slower by more than a tenth, stages that
# compute have to be 1.6 times as fast, and a tree of processes 1.5 times. It measures time, so it says something only on a
# machine that does nothing else, and is no part of `.ci/run`. A minute.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --locked --no-default-features -p csp-compare
python3 ci/ratios.py "${CARGO_TARGET_DIR:-target}/release/csp-compare" scaling
