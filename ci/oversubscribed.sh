#!/usr/bin/env bash
# csp's kernels where there are more threads than processors: with 8 workers on two, and with 2 workers beside a program that
# computes without end. Neither may take more than twice what 2 workers take undisturbed. It measures time, so it says
# something only on a machine that does nothing else, and is no part of `.ci/run`. Three minutes.
#
# ci/oversubscribed.sh [KERNEL]...
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --locked --no-default-features -p csp-compare
python3 ci/ratios.py "${CARGO_TARGET_DIR:-target}/release/csp-compare" oversubscribed "$@"
