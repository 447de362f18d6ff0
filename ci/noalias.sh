#!/usr/bin/env bash
# What the compiler assumes of futures while they are polled: no reference to memory that peers write meanwhile is `noalias`.
# It reads the intermediate code of `tests/noalias.rs`, which polls each future in a function of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

program=tests/noalias.rs
status=0
fail() {
    echo "noalias.sh: $1" >&2
    status=1
}

# Every future of the runtime is in the program.
while IFS=: read -r file line; do
    type=$(sed -E 's/.*Future for (\w+).*/\1/' <<<"$line")
    grep -qF "\"${file#csp-runtime/src/}\" $type:" "$program" ||
        fail "$file implements a future, $type, that $program does not name"
done < <(git grep -E '^\s*impl.* Future for ' -- csp-runtime/src ':!*tests*')

# The compiler says so from the first level of optimization on; nothing has to be optimized for that.
ir=$(mktemp)
trap 'rm -f "$ir"' EXIT
cargo rustc --locked --quiet --test noalias -- \
    --emit=llvm-ir="$ir" -C opt-level=1 -C no-prepopulate-passes -C codegen-units=1

# `define .. @..4send4poll..(ptr ATTRIBUTES %future, ..)`: the attributes of the first parameter.
first() {
    grep -E "^define .*7noalias[0-9]+\w*$1" "$ir" | sed -E 's/^define [^@]*@"?([^"(]*)"?\((ptr[^,)]*).*/\1 \2/'
}
found=$(first '4poll')
if [ "$(wc -l <<<"$found")" -ne "$(grep -cE '^ *polls(_arm)?!\(' "$program")" ]; then
    fail "not every poll of $program is in its intermediate code:"
    echo "$found" >&2
fi
if grep -w noalias <<<"$found" >&2; then
    fail "these futures are taken to be unaliased while peers write to them"
fi
if ! first '13poll_unshared' | grep -qw noalias; then
    fail "the compiler does not say noalias of anything, so that this check means nothing"
fi
exit "$status"
