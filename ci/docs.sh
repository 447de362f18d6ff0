#!/usr/bin/env bash
# The documentation builds without a warning: no broken link, nothing public undocumented. Its examples name `csp` and nothing that users
# do not have, and every public item has one (`ci/docs.py`).
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTDOCFLAGS="-D warnings"
cargo doc --workspace --no-deps --locked
# The facade with all features, as docs.rs shows it.
target=${CARGO_TARGET_DIR:-target}/docs
rm -rf "$target/doc/csp"
cargo doc -p csp-rs -p csp-runtime --all-features --no-deps --locked --target-dir "$target"
python3 ci/docs.py "$target/doc"
