#!/usr/bin/env bash
# The comparison with all its peers: no warning, and every kernel of every peer gives the right result, once. It builds
# a hundred crates that nothing else needs.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo clippy -p csp-compare --all-targets --locked -- -D warnings
cargo run --release --locked -p csp-compare -- --rounds 1
