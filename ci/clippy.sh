#!/usr/bin/env bash
# No warning, of the compiler or of clippy, in any target of any crate. `clippy::incompatible_msrv` is among
# them: nothing newer than `rust-version` is used.
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the comparison only what is csp's own, and no criterion: `ci/compare.sh` looks at all of both.
cargo clippy --workspace --exclude csp-compare --exclude csp-bench --all-targets --locked -- -D warnings
cargo clippy -p csp-compare --no-default-features --all-targets --locked -- -D warnings
