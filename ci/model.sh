#!/usr/bin/env bash
# The model checker's tests: every order of a few threads' steps, through the loom versions of what is in
# csp-runtime/src/shim. In a target directory of its own, because the flag rebuilds everything.
#
# ci/model.sh [NAME]   runs the models whose name contains NAME
set -euo pipefail
cd "$(dirname "$0")/.."

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/model"
export RUSTFLAGS="${RUSTFLAGS:-} --cfg loom"
# Few pre-emptions find most mistakes, and all of them take for ever. Empty means all.
export LOOM_MAX_PREEMPTIONS="${LOOM_MAX_PREEMPTIONS-3}"
if [ -z "$LOOM_MAX_PREEMPTIONS" ]; then
    unset LOOM_MAX_PREEMPTIONS
fi
cargo test --package csp-runtime --release --lib --locked -- "${1:-model}"
