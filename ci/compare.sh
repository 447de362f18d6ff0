#!/usr/bin/env bash
# The comparison with all its peers and the benches: no warning, and every kernel of every peer gives the right result,
# once. It builds a hundred crates that nothing else needs.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo clippy -p csp-compare -p csp-bench --all-targets --locked -- -D warnings
cargo run --release --locked -p csp-compare -- --rounds 1
