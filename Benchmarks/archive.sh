#!/usr/bin/env bash
# archive: what it brings to archive the closed half of a shop's orders. A shop is filled with orders, of which half expire and half stay open;
# its data is copied, and the closed half of one copy is archived and its file shrunk. Then both shops are loaded in turn; the idle server is
# stopped (SIGSTOP). Prints the sizes, the time and the digests of the archiving, the rate of each pair of rounds with its p99, and the medians.
#
# Usage: Benchmarks/archive.sh [ORDERS] [ROUNDS]       (200000 6; the published figure is of 10000000)
# Environment: TRADEWIND, WORK (as in servers.bash).
set -euo pipefail
# shellcheck source=Benchmarks/servers.bash
source "$(dirname "$0")/servers.bash"

orders=${1:-200000}
rounds=${2:-6}

# serve DATA [OPTION...]: starts a server; its port and process are `port` and `pid` then.
serve() {
    local data=$1
    shift
    port=$(free_port)
    "$binary" serve --data "$data" --host 127.0.0.1 --port "$port" "$@" >>"$data.log" 2>&1 &
    pid=$!
    pids+=("$pid")
    wait_ready 127.0.0.1 "$port" "$pid" 600
}

# load PORT SECONDS [OPTION...]: orders a second, and the p99 in milliseconds.
load() {
    local port=$1 seconds=$2
    shift 2
    "$binary" bench checkout --url "http://127.0.0.1:$port" --key "$key" --duration "$seconds" --warmup 1 --json "$@" \
        2>/dev/null | python3 -c 'import json, sys; r = json.load(sys.stdin)["result"]; print(r["rate"], r["latency"]["p99Micros"] / 1000)'
}

# fill COUNT: places about that many orders.
fill() {
    local left=$1 rate
    while ((left > 0)); do
        read -r rate _ < <(load "$port" 10)
        left=$(awk -v l="$left" -v r="$rate" 'BEGIN { print int(l - 11 * r) }')
    done
}

size() { stat -c %s "$1/tradewind.db"; }

key=$("$binary" keys create --data "$work/before" --scope admin --name bench)
serve "$work/before" --set orders.reservation=1
load "$port" 1 --prepare >/dev/null
fill $((orders / 2))
# Until the worker has expired them all.
while python3 -c 'import sqlite3, sys; sys.exit(sqlite3.connect(sys.argv[1]).execute("SELECT 1 FROM orders WHERE reserved_until IS NOT NULL LIMIT 1").fetchone() is None)' \
    "$work/before/tradewind.db"; do sleep 1; done
stop_server "$pid"
serve "$work/before"
fill $((orders - orders / 2))
stop_server "$pid"
cp -r "$work/before" "$work/after"

echo "before: $(size "$work/before") bytes"
time "$binary" archive --data "$work/after" --older-than 0s --even-if-remembered
time "$binary" archive --data "$work/after" --shrink
echo "after: $(size "$work/after") bytes, and $(du -sb "$work/after/archive" | cut -f1) bytes of archive"

serve "$work/before"
before=$port
before_pid=$pid
serve "$work/after"
after=$port
after_pid=$pid
printf '%10s %10s %8s %10s %10s\n' before after ratio 'p99 before' 'p99 after'
for ((round = 0; round < rounds; round++)); do
    kill -STOP "$after_pid"
    read -r a a99 < <(load "$before" 4)
    kill -CONT "$after_pid"
    kill -STOP "$before_pid"
    read -r b b99 < <(load "$after" 4)
    kill -CONT "$before_pid"
    awk -v a="$a" -v b="$b" -v p="$a99" -v q="$b99" 'BEGIN { printf "%10.0f %10.0f %8.3f %10.2f %10.2f\n", a, b, b / a, p, q }'
done | tee "$work/pairs"
echo "median of the ratios: $(awk '{ print $3 }' "$work/pairs" | median)"
echo "median of the ratios of p99: $(awk '{ print $5 / $4 }' "$work/pairs" | median)"
