#!/usr/bin/env bash
# The stress tests under ThreadSanitizer and AddressSanitizer, on nightly.
#
# ci/sanitize.sh [thread|address [NAME]]   one sanitizer, and the tests whose name contains NAME
#
# With the component rust-src the standard library is instrumented too (-Zbuild-std). Without it ThreadSanitizer
# does not see what std's own code orders: its locks, its reference counts, its thread-local destructors. It knows
# pthread_create and pthread_join, and it never knows `fence`. ci/tsan.supp names what it then reports falsely, and why.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "sanitize.sh: no nightly toolchain is installed: nothing done"
    exit 0
fi
host=$(rustc +nightly --version --verbose | sed -n 's/^host: //p')
std=()
if rustup +nightly component list --installed | grep -q '^rust-src'; then
    std=(-Zbuild-std)
fi
directory=${CARGO_TARGET_DIR:-target}

sanitize() {
    local sanitizer=$1
    shift
    echo "sanitize.sh: $sanitizer"
    # The atomics of fences: a sanitizer's build uses read-modify-writes instead where the shim says so.
    RUSTFLAGS="-Zsanitizer=$sanitizer -Cunsafe-allow-abi-mismatch=sanitizer --cfg csp_sanitize" \
    CARGO_TARGET_DIR="$directory/sanitize-$sanitizer" \
    TSAN_OPTIONS="suppressions=$PWD/ci/tsan.supp halt_on_error=1" \
    ASAN_OPTIONS="detect_leaks=${ASAN_LEAKS:-0}" \
        cargo +nightly test "${std[@]}" --target "$host" --package csp-runtime --lib --tests --release --locked -- "$@"
}

case "${1:-both}" in
both)
    sanitize thread
    sanitize address
    ;;
*)
    sanitize "$@"
    ;;
esac
