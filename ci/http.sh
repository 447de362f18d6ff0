#!/usr/bin/env bash
# The example http_server beside hyper on tokio and Go's net/http, on this machine: requests per second and the 99th percentile
# of their latency under `wrk -c64` and `-c512`, in rounds that take turns, then medians, and the medians of each round's
# ratios, which suffer less from a machine whose speed changes; the server's own processor time a request, since wrk takes its share of
# the same processors; and the resident memory for 10,000 idle keep-alive connections. What is not installed (wrk, Go) is left out, and
# this says so.
#
# ci/http.sh [ROUNDS [SECONDS]]    by default 5 rounds of 5 seconds for each server and number of connections.
# CSP_GO is the Go toolchain, else `go` on the path; CSP_WORKERS how many workers each server has, else one a processor;
# CONNECTIONS how many idle ones there are.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
seconds=${2:-5}
connections=${CONNECTIONS:-10000}
go=${CSP_GO:-go}
target=${CARGO_TARGET_DIR:-target}/release

cargo clippy -p csp-http --all-targets --locked -- -D warnings
cargo build --release --locked --example http_server
cargo build --release --locked -p csp-http

work=$(mktemp -d)
declare -A program=([csp]=$target/examples/http_server [tokio]=$target/http_on_tokio) pid address
servers=(csp tokio)
if command -v "$go" >/dev/null; then
    (cd benches/http/go && "$go" build -o "$work/http_on_go" .)
    program[go]=$work/http_on_go
    servers+=(go)
else
    echo "http.sh: no Go toolchain here: net/http is left out"
fi

finish() {
    for server in "${!pid[@]}"; do
        kill "${pid[$server]}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

# start SERVER: starts it, and waits for the address that it prints.
start() {
    "${program[$1]}" 127.0.0.1:0 >"$work/$1.said" &
    pid[$1]=$!
    local tries=0
    until address[$1]=$(sed -n 's,^http://,,p' "$work/$1.said") && [ -n "${address[$1]}" ]; do
        if ! kill -0 "${pid[$1]}" 2>/dev/null || [ $((tries += 1)) -gt 200 ]; then
            echo "http.sh: $1 does not start" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# stop SERVER: interrupts it; it has to end well.
stop() {
    kill -INT "${pid[$1]}"
    wait "${pid[$1]}" || { echo "http.sh: $1 ends with status $?" >&2; exit 1; }
    unset "pid[$1]"
}

# spent SERVER: the processor time that it took so far, in microseconds.
spent() {
    sed 's/.*) //' "/proc/${pid[$1]}/stat" 2>/dev/null | awk -v tick="$(getconf CLK_TCK)" '{ printf "%.0f", ($12 + $13) * 1e6 / tick }'
}

# load SERVER CONNECTIONS: one run of wrk; adds a line with requests per second, the 99th percentile in milliseconds, and the server's
# processor time a request in microseconds.
load() {
    local before
    before=$(spent "$1")
    wrk -t1 -c"$2" -d"${seconds}s" --latency "http://${address[$1]}/" >"$work/wrk"
    if grep -E 'Socket errors|Non-2xx' "$work/wrk" >&2; then
        echo "http.sh: $1 with $2 connections: not every request was answered" >&2
    fi
    awk -v spent="$(($(spent "$1") - before))" '
        $1 == "99%" {
            p99 = $2 + 0
            if ($2 ~ /us$/) p99 /= 1000
            else if ($2 ~ /[0-9]s$/) p99 *= 1000
        }
        $2 == "requests" { count = $1 }
        $1 == "Requests/sec:" { rate = $2 }
        END { printf "%.0f %.2f %.2f\n", rate, p99, count ? spent / count : 0 }
    ' "$work/wrk" | tee -a "$work/$1.$2"
}

# median FILE COLUMN
median() {
    sort -n -k "$2,$2" "$1" | awk -v column="$2" '{ value[NR] = $column } END {
        print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
    }'
}

echo "$(nproc) processors; $rounds rounds of $seconds seconds; wrk with one thread on the same machine"
if command -v wrk >/dev/null; then
    for server in "${servers[@]}"; do
        start "$server"
    done
    for count in 64 512; do
        for ((round = 1; round <= rounds; round++)); do
            # Each round begins with another one.
            for ((i = 0; i < ${#servers[@]}; i++)); do
                server=${servers[$(((round + i) % ${#servers[@]}))]}
                printf -- '-c%-4s round %-3s %-6s ' "$count" "$round" "$server"
                load "$server" "$count"
            done
        done
    done
    for server in "${servers[@]}"; do
        stop "$server"
    done
    echo
    printf '%-8s %-8s %12s %10s %12s %14s %14s %14s\n' wrk server 'requests/s' 'p99 ms' 'us/request' 'csp/it: rate' 'csp/it: p99' 'it/csp: us'
    for count in 64 512; do
        for server in "${servers[@]}"; do
            paste -d ' ' "$work/csp.$count" "$work/$server.$count" |
                awk '{ print $4, $5, $6, $1 / $4, $5 ? $2 / $5 : 0, $3 ? $6 / $3 : 0 }' >"$work/rounds"
            printf -- '-c%-6s %-8s %12.0f %10.2f %12.2f %14.2f %14.2f %14.2f\n' "$count" "$server" \
                "$(median "$work/rounds" 1)" "$(median "$work/rounds" 2)" "$(median "$work/rounds" 3)" \
                "$(median "$work/rounds" 4)" "$(median "$work/rounds" 5)" "$(median "$work/rounds" 6)"
        done
    done
else
    echo "http.sh: wrk is not installed: no requests are counted"
fi

if [ ! -r /proc/self/status ]; then
    echo "http.sh: no /proc here: no memory is measured"
    exit 0
fi
ulimit -n "$(ulimit -Hn)"
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt $((connections + 100)) ]; then
    echo "http.sh: no more than $(ulimit -n) descriptors: no memory of $connections connections is measured"
    exit 0
fi
echo
printf '%-8s %16s %16s %20s %24s\n' server 'KiB with none' "KiB with $connections" 'bytes a connection' 'idle: ms in 10 s'
for server in csp tokio; do
    start "$server"
    read -r before after idle < <("$target/hold_connections" "${address[$server]}" "$connections" "${pid[$server]}")
    stop "$server"
    awk -v server="$server" -v before="$before" -v after="$after" -v idle="$idle" -v count="$connections" 'BEGIN {
        printf "%-8s %16d %16d %20.0f %24.3f\n", server, before, after, 1024 * (after - before) / count, idle
    }'
done
