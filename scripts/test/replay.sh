#!/usr/bin/env bash
# Checks that a real day runs through the public API and reconciles to the penny; that an interruption in the middle (the replayer
# killed, then the server with -9) and a second run do nothing twice; and that an audit beside the running server finds no violation.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
tradewind=${TRADEWIND:-$PWD/.build/release/tradewind}

work=$(mktemp -d)
port=$(free_port)
server=''
cleanup() {
    if [[ -n $server ]]; then stop_server "$server" || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 20 "$work"/*.log >&2
    exit 1
}

serve() {
    "$tradewind" serve --data "$work/data" --port "$port" >>"$work/serve.log" 2>&1 &
    server=$!
    wait_ready 127.0.0.1 "$port" "$server" 10 || fail "the server was not ready in 10 s"
}

key=$("$tradewind" keys create --data "$work/data" --scope admin)
export TRADEWIND_URL=http://127.0.0.1:$port TRADEWIND_KEY=$key
serve

timeout --signal=KILL 0.6 "$tradewind" replay Samples/orders-2010-12-01.csv.gz >"$work/first.log" 2>&1 || true
kill -KILL "$server"
wait "$server" 2>/dev/null || true
serve
"$tradewind" replay Samples/orders-2010-12-01.csv.gz >"$work/second.log" 2>&1 || fail "the resumed replay did not reconcile"
grep -q '^RECONCILED: 3,108 rows accounted for, net 58,635.56 GBP, no difference' "$work/second.log" \
    || fail "the reconciliation does not say what was expected"
echo "  ok  a real day, interrupted and resumed, reconciles"

"$tradewind" replay Samples/orders-2010-12-01.csv.gz >"$work/third.log" 2>&1 || fail "a further replay did not reconcile"
echo "  ok  a further replay does nothing twice"
"$tradewind" audit --data "$work/data" >"$work/audit.log" 2>&1 || fail "the audit found something"
echo "  ok  the audit beside the running server is clean"
