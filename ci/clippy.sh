#!/usr/bin/env bash
# No warning, of the compiler or of clippy, in any target of any crate. `clippy::incompatible_msrv` is among
# them: nothing newer than `rust-version` is used.
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the comparison only what is csp's own: `ci/compare.sh` looks at the peers.
cargo clippy --workspace --exclude csp-compare --all-targets --locked -- -D warnings
cargo clippy -p csp-compare --no-default-features --all-targets --locked -- -D warnings
