#!/bin/sh
# Runs all findings one after the other, or those whose names begin with one of the arguments; says how each ended.
folder=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0
for script in "$folder"/*.sh; do
    name=$(basename "$script" .sh)
    case $name in all | setup) continue ;; esac
    if [ $# -gt 0 ]; then
        wanted=
        for prefix; do case $name in "$prefix"*) wanted=1 ;; esac; done
        [ "$wanted" ] || continue
    fi
    sh "$script" > "$log" 2>&1
    case $? in
        0) passed=$((passed + 1)); echo "as stated   $name" ;;
        2) skipped=$((skipped + 1)); echo "not run     $name"; sed 's/^/    /' "$log" ;;
        *) failed=$((failed + 1)); echo "has changed $name"; sed 's/^/    /' "$log" ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
