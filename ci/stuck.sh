#!/usr/bin/env bash
# Processes that block their threads, or compute without end, and what becomes of the others meanwhile: csp's figures and, with
# PEERS=1, tokio's beside them. Two workers; 1,000 processes that block for a second, all in one turn each; a ticker of 5 ms and
# an echo server, whose 99th percentile must stay below 20 ms. It measures time, so it says something only on a machine that
# does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

features=(--no-default-features)
runtimes=(csp)
if [ -n "${PEERS:-}" ]; then
    features=()
    runtimes=(csp tokio)
fi
cargo build --release --locked "${features[@]}" -p csp-compare --bin stuck
stuck="${CARGO_TARGET_DIR:-target}/release/stuck"

# A runtime opens no descriptor for a spare thread; those of the measurement itself may be many.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

status=0
# A machine that stands still for a moment makes a line look worse than it is: it has three attempts, all of which are shown.
show() {
    local runtime=$1 program=$2 spares=$3 most=$4 line
    for _ in 1 2 3; do
        line=$("$stuck" "$runtime" "$program" "$spares" 2>/dev/null)
        echo "$line"
        if [ "$runtime" != csp ] || awk -v most="$most" '
            / hangs/ { exit 1 }
            / slot / { exit 0 }
            { for (i = 1; i <= NF; i++) { if ($i == "s;") took = $(i - 1); if ($i == "p99" && $(i + 1) + 0 >= 20) late = 1 } }
            END { exit took + 0 > most || late }' <<<"$line"; then
            return
        fi
    done
    echo "stuck.sh: the lines above are not what they should be (at most $most s, p99 below 20 ms)" >&2
    status=1
}
for runtime in "${runtimes[@]}"; do
    for program in sleep mutex mpsc pipe; do
        show "$runtime" "$program" 1024 3
    done
    # In waves of at most 66.
    show "$runtime" sleep 64 20
    show "$runtime" mpsc 64 3
    show "$runtime" compute 64 4
    show "$runtime" crowd 1024 4
    show "$runtime" slot 64 1
done
exit "$status"
