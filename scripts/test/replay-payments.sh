#!/usr/bin/env bash
# replay-payments.sh [FILE]: checks that a real day runs through the public API with its money at the payment sandbox and its goods
# at the carrier's: every sale charged once, captured, shipped and delivered, every return refunded. All three processes are killed
# with -9 in the middle. At the end the books of the shop and those of the payment sandbox, which share no data, are equal.
# With FILE, that file is replayed instead, without interruption, and the report is printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
tradewind=${TRADEWIND:-$PWD/.build/release/tradewind}
file=${1:-Samples/orders-2010-12-01.csv.gz}

mkdir -p .build
work=$(mktemp -d "$PWD/.build/replay.XXXXXX")
port=$(free_port)
payments_port=$(free_port)
deliveries_port=$(free_port)
declare -A process=()
cleanup() {
    local name
    for name in "${!process[@]}"; do stop_server "${process[$name]}" || true; done
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 20 "$work"/*.log >&2
    exit 1
}

# start_sandbox KIND PORT [OPTION…]
start_sandbox() {
    "$tradewind" sandbox "$1" --data "$work/$1" --port "$2" "${@:3}" >>"$work/$1.log" 2>&1 &
    process[$1]=$!
    local until=$((SECONDS + 10))
    until port_open 127.0.0.1 "$2"; do
        ((SECONDS <= until)) || fail "the sandbox of $1 did not listen within 10 s"
        sleep 0.05
    done
}

start_all() {
    start_sandbox payments "$payments_port"
    # A second stands for ten hours of a parcel's transit: it is delivered about four seconds after its booking.
    start_sandbox deliveries "$deliveries_port" --speed 36000
    "$tradewind" serve --data "$work/data" --port "$port" \
        --set payments.providers=sandbox --set payments.sandbox.url="http://127.0.0.1:$payments_port" \
        --set payments.capture=onShipment \
        --set deliveries.carriers=sandbox --set deliveries.sandbox.url="http://127.0.0.1:$deliveries_port" \
        --set deliveries.concurrency=32 --set deliveries.track-least=6 --set workers.task-interval=50 \
        >>"$work/serve.log" 2>&1 &
    process[serve]=$!
    wait_ready 127.0.0.1 "$port" "${process[serve]}" 10 || fail "the server was not ready in 10 s"
}

kill_all() {
    local name
    for name in "${!process[@]}"; do
        kill -KILL "${process[$name]}"
        wait "${process[$name]}" 2>/dev/null || true
    done
    process=()
}

replay() {
    "$tradewind" replay "$file" --payments sandbox --deliveries sandbox --connections 64
}

# number NAME: a member of the payment sandbox's summary, whose books are of one currency.
number() {
    sed -E "s/.*\"$1\":(-?[0-9]+).*/\\1/" "$work/summary"
}

# balance ACCOUNT: the balance of an account; empty without postings.
balance() {
    local found
    found=$(grep -oE "\"account\":\"$1\",\"balance\":\\{\"amount\":-?[0-9]+" "$work/balances" || true)
    echo "${found##*:}"
}

key=$("$tradewind" keys create --data "$work/data" --scope admin)
export TRADEWIND_URL=http://127.0.0.1:$port TRADEWIND_KEY=$key
start_all

if (($# == 0)); then
    timeout --signal=KILL 1 "$tradewind" replay "$file" --payments sandbox --deliveries sandbox >"$work/first.log" 2>&1 || true
    kill_all
    start_all
    replay >"$work/replay.log" 2>&1 || fail "the resumed replay did not reconcile"
    grep -q '^RECONCILED: 3,108 rows accounted for, net 58,635.56 GBP, no difference' "$work/replay.log" \
        || fail "the reconciliation does not say what was expected"
    echo "  ok  a real day, interrupted and resumed, is paid, delivered and refunded"
else
    replay | tee "$work/replay.log" || fail "the replay did not reconcile"
fi

curl --silent --show-error --fail --max-time 10 -o "$work/summary" "http://127.0.0.1:$payments_port/summary"
curl --silent --show-error --fail --max-time 10 -o "$work/balances" -H "Authorization: Bearer $key" \
    "$TRADEWIND_URL/v1/books/balances"
charges=$(number charges)
paid=$(sed -nE 's/^captured +([0-9,]+) .*/\1/p' "$work/replay.log")
[[ $(number paymentsChargedTwice) == 0 ]] || fail "a payment was charged twice"
[[ $charges == "${paid//,/}" ]] || fail "the sandbox has $charges charges for $paid sales"
[[ $(number held) == 0 ]] || fail "the sandbox still holds money that nobody took"
clearing=$(($(number captured) - $(number refunded) - $(number fee)))
[[ $(balance clearing/sandbox) == "$clearing" ]] \
    || fail "the sandbox owes $clearing, and the shop's books say $(balance clearing/sandbox)"
echo "  ok  $charges charges, one for each sale; both books say that the provider owes $clearing"

"$tradewind" audit --data "$work/data" >"$work/audit.log" 2>&1 || fail "the audit found something"
echo "  ok  the audit beside the running server is clean"
