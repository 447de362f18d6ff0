#!/usr/bin/env bash
# Undefined behaviour, found by running the runtime's tests in an interpreter.
# Where Miri is not installed this fails: `rustup +nightly component add miri` installs it. `CSP_MIRI=skip` does nothing instead.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${CSP_MIRI:-}" = skip ]; then
    echo "miri.sh: skipped, as asked: nothing was checked"
    exit 0
fi
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "miri.sh: Miri is not installed (rustup +nightly component add miri); CSP_MIRI=skip to do without it" >&2
    exit 1
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/miri"
# The clock is the machine's, and threads that wait outlive the tests.
export MIRIFLAGS="${MIRIFLAGS:--Zmiri-disable-isolation -Zmiri-ignore-leaks}"
# It has no network, and no other programs.
cargo +nightly miri test --package csp-runtime --lib --locked -- --skip stress --skip net::tests --skip os:: "$@"
