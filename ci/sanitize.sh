#!/usr/bin/env bash
# The runtime's tests, the tests of the language and the examples under ThreadSanitizer and AddressSanitizer, on nightly.
#
# ci/sanitize.sh [thread|address [ARGUMENT..]]   one sanitizer; the arguments go to the test programs
#
# With the component rust-src the standard library is instrumented too (-Zbuild-std). Without it ThreadSanitizer sees
# what is inlined of std's locks and reference counts, not what they do when they have to wait. It never knows `fence`:
# what only a fence orders it may report as a race; crossbeam's crates replace their fences under a cfg of theirs.
# ci/tsan.supp names what is reported falsely, and why.
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

# The facade's tests, less those of what the compiler says and of what the README says.
tests=()
for path in tests/*.rs tests/*/main.rs; do
    name=$(sed 's,^tests/,,; s,/main\.rs$,,; s,\.rs$,,' <<<"$path")
    case "$name" in
    ui | readme | record | '*') ;;
    *) tests+=(--test "$name") ;;
    esac
done

sanitize() {
    local sanitizer=$1
    shift
    echo "sanitize.sh: $sanitizer"
    export CARGO_TARGET_DIR="$directory/sanitize-$sanitizer"
    export RUSTFLAGS="-Zsanitizer=$sanitizer -Cunsafe-allow-abi-mismatch=sanitizer"
    if [ "$sanitizer" = thread ]; then
        RUSTFLAGS+=" --cfg crossbeam_sanitize_thread"
    fi
    # A runtime that is dropped by one of its own processes leaves its threads to end by themselves.
    export TSAN_OPTIONS="suppressions=$PWD/ci/tsan.supp halt_on_error=1 report_thread_leaks=0 ${TSAN_OPTIONS:-}"
    # What a test forgets on purpose is no error; memory that is used after it was freed is.
    export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}"
    local options=("${std[@]}" --target "$host" --release --locked)
    cargo +nightly test "${options[@]}" --package csp-runtime --lib -- "$@"
    cargo +nightly build "${options[@]}" --package csp-rs --examples
    local chosen=("${tests[@]}")
    if [ "$sanitizer" = thread ]; then
        # It has a thread of its own, so that no program stands still as a whole, and the test of deadlocks waits for one that does.
        # A signal that comes to a thread in a system call which it does not know, as the standard library's wait for a lock, it keeps
        # for that thread's next call into libc; where that is `main`, which waits to the end, it never comes.
        chosen=()
        for name in "${tests[@]}"; do
            case "$name" in
            deadlock | http_server | signals) unset 'chosen[-1]' ;;
            *) chosen+=("$name") ;;
            esac
        done
    fi
    cargo +nightly test "${options[@]}" --package csp-rs "${chosen[@]}" -- "$@"
}

case "${1:-both}" in
both)
    (sanitize thread)
    (sanitize address)
    ;;
*)
    sanitize "$@"
    ;;
esac
