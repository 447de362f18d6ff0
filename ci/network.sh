#!/usr/bin/env bash
# Sockets at length: the protocols of other crates on them; connections opened, used and closed in random order for
# CSP_NET_SECONDS (60) without a byte, a descriptor or a process lost; all of their tests, and those of signals and pipes, with
# the portable poller.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo clippy -p csp-ecosystem --all-targets --locked -- -D warnings
cargo test -p csp-ecosystem --locked

export CSP_NET_SECONDS="${CSP_NET_SECONDS-60}"
cargo test -p csp-runtime --lib --locked torture -- --nocapture

# The poller of all systems but Linux, in a target directory of its own, because the flag rebuilds everything.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/portable" RUSTFLAGS="${RUSTFLAGS:-} --cfg csp_portable_poller"
cargo clippy -p csp-runtime --all-targets --features hyper,signal --locked -- -D warnings
CSP_NET_SECONDS=3 cargo test -p csp-runtime --lib --features signal --locked -- net:: os::
RUSTFLAGS="$RUSTFLAGS --cfg csp_oneshot_poller" CSP_NET_SECONDS=3 cargo test -p csp-runtime --lib --features signal --locked -- net:: os::
