#!/usr/bin/env bash
# No warning, of the compiler or of clippy, in any target of any crate. `clippy::incompatible_msrv` is among
# them: nothing newer than `rust-version` is used.
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the comparison only what is csp's own, and no criterion: `ci/compare.sh` looks at all of both; `ci/network.sh` at the
# protocols of other crates; and `ci/http.sh` at its servers.
cargo clippy --workspace --exclude csp-compare --exclude csp-bench --exclude csp-ecosystem --exclude csp-http --all-targets --locked -- -D warnings
cargo clippy -p csp-compare --no-default-features --all-targets --locked -- -D warnings
