#!/usr/bin/env bash
# No warning, of the compiler or of clippy, in any target of any crate. `clippy::incompatible_msrv` is among
# them: nothing newer than `rust-version` is used.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo clippy --workspace --all-targets --locked -- -D warnings
