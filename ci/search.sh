#!/usr/bin/env bash
# The search example against grep on a large tree: the same lines in path order, and both times.
#
# ci/search.sh [TREE [PATTERN..]]   TREE is by default where cargo keeps the sources of crates
#
# Compared in two locales with GNU grep 3.8, whose rules the example follows; other versions of grep word
# their messages differently. The output goes to a file: grep stops at the first match when it is /dev/null.
set -euo pipefail
cd "$(dirname "$0")/.."

tree=${1:-${CARGO_HOME:-$HOME/.cargo}/registry/src}
shift || true
if [ $# -gt 0 ]; then
    patterns=("$@")
else
    patterns=('unsafe' 'fn [a-z_]*_mut' '^use std::sync' 'TODO' '[0-9][0-9]*\.[0-9][0-9]*\.[0-9]')
fi
if ! grep --version 2>/dev/null | head -n 1 | grep -q 'GNU grep'; then
    echo "search.sh: no GNU grep here: nothing done"
    exit 0
fi

cargo build --release --locked --example search
search=${CARGO_TARGET_DIR:-target}/release/examples/search
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# milliseconds NAME COMMAND..: runs the command, its output in NAME.out and NAME.err, and prints how long it took.
milliseconds() {
    local name=$1 start end status=0
    shift
    start=$(date +%s%N)
    "$@" >"$work/$name.out" 2>"$work/$name.err" || status=$?
    end=$(date +%s%N)
    echo "$status" >"$work/$name.status"
    echo $(((end - start) / 1000000))
}

echo "$(find "$tree" -type f | wc -l) files, $(du -sm "$tree" | cut -f 1) MiB below $tree"
"$search" --no-ignore -c 'warm the cache' "$tree" >/dev/null || true

different=0
for locale in C.UTF-8 C; do
    for pattern in "${patterns[@]}"; do
        export LC_ALL=$locale
        grep_time=$(milliseconds grep grep -rn -e "$pattern" "$tree")
        search_time=$(CSP_WORKERS=2 milliseconds search "$search" --no-ignore -j 2 -- "$pattern" "$tree")
        LC_ALL=C sort --stable --field-separator=: --key=1,1 "$work/grep.out" >"$work/sorted.out"
        LC_ALL=C sort "$work/grep.err" | sed 's/^grep: /search: /' >"$work/sorted.err"
        LC_ALL=C sort "$work/search.err" >"$work/search-sorted.err"
        verdict=same
        if ! cmp "$work/sorted.out" "$work/search.out" ||
            ! cmp "$work/sorted.err" "$work/search-sorted.err" ||
            ! cmp "$work/grep.status" "$work/search.status"; then
            verdict=DIFFERENT
            different=1
        fi
        printf '%-8s %-32s %8d lines  grep %6d ms  search %6d ms  %5.2f times as fast  %s\n' \
            "$locale" "$pattern" "$(wc -l <"$work/search.out")" "$grep_time" "$search_time" \
            "$(echo "$grep_time $search_time" | awk '{ print $1 / ($2 ? $2 : 1) }')" "$verdict"
    done
done
exit "$different"
