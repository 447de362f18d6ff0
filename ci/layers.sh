#!/usr/bin/env bash
# The rules of ARCHITECTURE.md that `grep` can see: no unsafe code outside the runtime, and there only in the
# files that the page lists; no file above 800 lines; the doors of the runtime are the only ones.
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

listed=$(sed -n '/^## Unsafe code/,/^## Rejected/p' ARCHITECTURE.md | grep -o 'csp-runtime[^`]*\.rs' | sort)
found=$(git grep -lE '\bunsafe( impl| fn|\s*\{| extern| trait)' -- csp-runtime | sort)
if ! diff <(echo "$listed") <(echo "$found") >&2; then
    fail "files with unsafe code (>) are not those that ARCHITECTURE.md lists (<)"
fi

# What each layer of the runtime may import; `time` and `sched` each have one exception, named in ARCHITECTURE.md.
layer() {
    local directory=$1 allowed=" $2 " used
    for used in $(git grep -hoE 'crate::(task|wait|chan|select|time|io|sched|rt|inspect|lang|net|os|compat|explore)\b' -- "csp-runtime/src/$directory" | sort -u); do
        used=${used#crate::}
        if [ "$used" != "$directory" ] && [[ $allowed != *" $used "* ]]; then
            fail "csp-runtime/src/$directory imports $used"
        fi
    done
}
layer shim ""
layer util ""
layer task ""
layer record "task time wait"
layer wait "task"
layer chan "task wait"
layer select "task wait chan"
layer time "task wait chan select rt"
layer io "task wait"
layer sched "task wait chan time io rt"
layer inspect "task wait chan sched"
layer rt "task wait time io sched inspect"
layer lang "task chan select"
layer compat "chan"
layer explore "time sched rt"
layer net "task chan select time io sched rt"
layer os "task chan select time io rt"
if [ "$(git grep -n 'crate::rt' -- csp-runtime/src/time csp-runtime/src/sched | wc -l)" -ne 2 ]; then
    fail "time and sched name rt once each, no more"
fi

while IFS= read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 800 ]; then
        fail "$file has $lines lines"
    fi
done < <(git ls-files '*.rs')

exit "$status"
