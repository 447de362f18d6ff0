#!/usr/bin/env bash
# The rules of ARCHITECTURE.md that `grep` can see: no unsafe code outside the runtime, and there only in the
# files that the page lists; no file above 450 lines; the doors of the runtime are the only ones.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
fail() {
    echo "layers.sh: $1" >&2
    status=1
}

if git grep -nw unsafe -- csp-macros 'src/*.rs' examples; then
    fail "unsafe outside the runtime"
fi

listed=$(sed -n '/^## Unsafe code/,/^## /s/^.*`\(csp-runtime[^`]*\.rs\)`.*$/\1/p' ARCHITECTURE.md | sort)
found=$(git grep -lE '\bunsafe( impl| fn|\s*\{| extern| trait)' -- csp-runtime | sort)
if ! diff <(echo "$listed") <(echo "$found") >&2; then
    fail "files with unsafe code (>) are not those that ARCHITECTURE.md lists (<)"
fi

while IFS= read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 450 ]; then
        fail "$file has $lines lines"
    fi
done < <(git ls-files '*.rs')

exit "$status"
