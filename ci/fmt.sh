#!/usr/bin/env bash
# The formatting of every crate is rustfmt's, by rustfmt.toml.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --all --check
