#!/usr/bin/env bash
# Memory and times at scale, by the clock and by resident memory, each figure in a program of its own: what waits while a channel
# grows, what a burst leaves behind, runtimes one after the other, the end of a runtime after a peak, processes of several sizes.
# What can be counted instead is in tests/memory.rs. For Linux, on a machine that does nothing else.
#
# ci/memory.sh [burst|back|runtimes|end|sizes]...
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(cargo bench --locked --bench memory --no-run --message-format=json 2>/dev/null |
    python3 -c 'import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message.get("executable"): print(message["executable"])')
if [ $# -eq 0 ]; then
    set -- burst back runtimes end sizes
fi
out=$(for figure in "$@"; do "$program" "$figure"; done | tee /dev/stderr)
! grep -q 'TOO MUCH' <<<"$out"
