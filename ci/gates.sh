#!/usr/bin/env bash
# What an operation costs in instructions and in locked instructions, against the bounds of `ci/gates.txt`: no clock is
# involved, so that a noisy machine changes nothing. Skipped where valgrind is not installed.
#
# ci/gates.sh [KERNEL]...
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null || ! command -v objdump >/dev/null || [ "$(uname -m)" != x86_64 ]; then
    echo 'gates.sh: skipped: it needs valgrind and objdump, and counts the instructions of x86-64'
    exit 0
fi
if ! valgrind --tool=callgrind --callgrind-out-file=/dev/null true 2>/dev/null; then
    echo 'gates.sh: skipped: valgrind does not run on this processor'
    exit 0
fi
program=$(cargo bench --locked --bench gates --no-run --message-format=json 2>/dev/null |
    python3 -c 'import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message.get("executable"): print(message["executable"])')
python3 ci/gates.py "$program" ci/gates.txt "$@"
