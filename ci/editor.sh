#!/usr/bin/env bash
# What a real rust-analyzer completes and shows in the language, and that it complains about no example. Skipped where none
# is installed; `RUST_ANALYZER` names one.
set -euo pipefail
cd "$(dirname "$0")/.."

server=${RUST_ANALYZER:-rust-analyzer}
if ! "$server" --version; then
    echo 'skipped: no rust-analyzer is installed (rustup component add rust-analyzer)'
    exit 0
fi
python3 ci/editor.py "$server" . target/editor
