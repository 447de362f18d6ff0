#!/usr/bin/env bash
# Undefined behaviour, found by running the runtime's tests in an interpreter.
# Where Miri is not installed this says so and does nothing: `rustup +nightly component add miri` installs it.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "miri.sh: Miri is not installed: nothing done"
    exit 0
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/miri"
# The clock is the machine's, and threads that wait outlive the tests.
export MIRIFLAGS="${MIRIFLAGS:--Zmiri-disable-isolation -Zmiri-ignore-leaks}"
# It has no network, and no other programs.
cargo +nightly miri test --package csp-runtime --lib --locked -- --skip stress --skip net::tests --skip os:: "$@"
