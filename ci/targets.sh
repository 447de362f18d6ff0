#!/usr/bin/env bash
# The crates check for every target whose standard library is installed: `rustup target add NAME` adds one.
set -euo pipefail
cd "$(dirname "$0")/.."

for target in $(rustup target list --installed); do
    echo "checking for $target"
    cargo check --workspace --locked --target "$target"
done
