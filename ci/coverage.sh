#!/usr/bin/env bash
# Coverage counts the lines of processes as those of an `async fn`: the same program is built twice, as it is and with plain
# functions, and the counts of each line are compared. Needs `rustup component add llvm-tools`, or LLVM_TOOLS: a folder with an
# llvm-profdata and an llvm-cov that read this compiler's profiles.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD work=$PWD/target/coverage

tools=${LLVM_TOOLS:-$(rustc --print target-libdir)/../bin}
if ! [ -x "$tools/llvm-cov" ]; then
    rustup component add llvm-tools >/dev/null 2>&1 || true
fi
if ! [ -x "$tools/llvm-cov" ]; then
    echo "there is no llvm-cov in $tools: rustup component add llvm-tools, or set LLVM_TOOLS" >&2
    exit 1
fi

counts() { # NAME: line and count, of each line of the program
    LLVM_PROFILE_FILE=$work/$1.profraw "$work/target/debug/$1" >/dev/null
    "$tools/llvm-profdata" merge -sparse "$work/$1.profraw" -o "$work/$1.profdata"
    "$tools/llvm-cov" show "$work/target/debug/$1" -instr-profile="$work/$1.profdata" -show-instantiations=false \
        --sources "$work/src/bin/$1.rs" | sed -nE 's/^ *([0-9]+)\| *([0-9.kM]*)\|.*/\1 \2/p'
}

mkdir -p "$work/src/bin"
cat > "$work/Cargo.toml" <<TOML
[package]
name = "coverage"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
csp = { package = "csp-rs", path = "$root" }
TOML
cp "$root/Cargo.lock" "$work/Cargo.lock"
cp ci/coverage/main.rs "$work/src/bin/process.rs"
sed -E '/^#\[process\]$/{N; s/^#\[process\]\nfn/\nasync fn/}; s/\.(send|recv)\(([^)]*)\)\?/.\1(\2).await?/' ci/coverage/main.rs \
    > "$work/src/bin/plain.rs"
cargo rustc -q --manifest-path "$work/Cargo.toml" --target-dir "$work/target" --bin process -- -C instrument-coverage
cargo rustc -q --manifest-path "$work/Cargo.toml" --target-dir "$work/target" --bin plain -- -C instrument-coverage
counts process > "$work/process.txt"
counts plain > "$work/plain.txt"
counted=$(grep -c ' [0-9]' "$work/process.txt")
if ! diff "$work/plain.txt" "$work/process.txt"; then
    echo "lines are counted otherwise than those of an async fn (<)" >&2
    exit 1
fi
echo "$counted lines are counted as those of an async fn"
[ "$counted" -ge 30 ]
