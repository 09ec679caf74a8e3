#!/usr/bin/env bash
# Checks what `make up` does once the binary is built: the first start makes a key and loads the sample, an order can be
# placed, an interrupt stops it cleanly, a second start is quick and keeps the data, and an occupied port is reported.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
export TRADEWIND=${TRADEWIND:-$PWD/.build/release/tradewind}

work=$(mktemp -d)
DATA=$work/data PORT=$(free_port) HOST=127.0.0.1
export DATA PORT HOST
url=http://$HOST:$PORT
up=''
cleanup() {
    if [[ -n $up ]]; then stop_server "$up" || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

passed() { printf '  ok  %s\n' "$1"; }
fail() {
    printf '  FAIL  %s\n' "$1" >&2
    sed 's/^/    /' "$work"/up.* >&2
    exit 1
}

# start N SECONDS: starts the shop, and waits until it has printed its addresses.
start() {
    local until=$((SECONDS + $2))
    # A background command of a script ignores INT and cannot undo that itself.
    env --default-signal=INT scripts/up >"$work/up.$1" 2>&1 &
    up=$!
    until grep -q 'admin key' "$work/up.$1"; do
        kill -0 "$up" 2>/dev/null || fail "start $1 ended early"
        ((SECONDS <= until)) || fail "start $1 was not done within $2 s"
        sleep 0.02
    done
}

# stop SIGNAL
stop() {
    local status=0
    kill "-$1" "$up"
    wait "$up" || status=$?
    up=''
    ((status == 0)) || fail "$1 ended it with $status, not 0"
    ! port_open "$HOST" "$PORT" || fail "something still listens after $1"
}

# status_of PATH [curl options]: the status; the body is in $work/answer.
status_of() {
    curl --silent --max-time 10 -o "$work/answer" -w '%{http_code}' "${@:2}" "$url$1"
}

start 1 60
[[ $(stat -c %a "$DATA/admin.key") == 600 ]] || fail "admin.key can be read by others"
[[ $(status_of /docs) == 200 ]] || fail "/docs is not there"
[[ $(status_of /v1/products/85123A) == 200 ]] || fail "the sample catalogue is not there"
passed "the first start makes a key and loads the sample catalogue"

body='{"currency":"GBP","customer":{"email":"ada@example.com"},"lines":[{"sku":"85123A","quantity":2}]}'
[[ $(status_of /v1/orders -H 'Content-Type: application/json' -H 'Idempotency-Key: make-up-1' -d "$body") == 201 ]] ||
    fail "the order was refused: $(<"$work/answer")"
order=$(grep -o '"id":"ord_[^"]*"' "$work/answer" | head -n 1 | cut -d '"' -f 4)
[[ $order == ord_* ]] || fail "the order has no id"
# A replica other than the one that accepted the order may answer; it catches up within moments.
for _ in {1..20}; do
    [[ $(status_of /v1/stock/85123A) == 200 ]] || fail "the stock cannot be read"
    ! grep -q '"available":998' "$work/answer" || break
    sleep 0.05
done
grep -q '"available":998' "$work/answer" || fail "two of 1000 are sold, but the stock says $(<"$work/answer")"
passed "an order is placed from the sample"

# Every curl line of the README, verbatim, against this shop.
export URL=$url KEY
KEY=$(<"$DATA/admin.key")
lines=0
while IFS= read -r line; do
    lines=$((lines + 1))
    answer=$(bash -c "curl() { command curl --fail-with-body --max-time 20 \"\$@\"; }; $line") ||
        fail "a line of the README does not work: $line: $answer"
done < <(grep '^curl -s' README.md)
((lines >= 7)) || fail "the README has only $lines lines with curl"
grep -q '"captured"\|"authorised"' <<<"$answer" || fail "the order by card is not paid: $answer"
passed "the $lines requests of the README work as they stand, one of them paid by card"

[[ $(status_of / -o /dev/null -w '%{http_code} %{redirect_url}') == *302*"$url/docs"* ]] || fail "/ does not lead to /docs"
"$TRADEWIND" books --data "$DATA" >"$work/answer" || fail "books: $(<"$work/answer")"
grep -q balanced "$work/answer" || fail "the books are not balanced: $(<"$work/answer")"
passed "/ leads to the documentation, and the books balance"

status=0
scripts/up >"$work/up.taken" 2>&1 || status=$?
((status != 0)) || fail "a second server started on the same port"
grep -q "port $PORT .*taken" "$work/up.taken" || fail "a taken port is not said"
[[ $(status_of /livez) == 200 ]] || fail "the first server did not survive the second start"
passed "a taken port is said, and leaves the server on it alone"

[[ $(status_of /v1/stock/85123A) == 200 ]] || fail "the stock cannot be read"
left=$(grep -o '"available":[0-9]*' "$work/answer")
stop TERM
passed "TERM ends it with 0"

key=$(<"$DATA/admin.key")
begun=${EPOCHREALTIME/./}
start 2 10
took=$(((${EPOCHREALTIME/./} - begun) / 1000))
((took < 3000)) || fail "the second start took $took ms"
[[ $(<"$DATA/admin.key") == "$key" ]] || fail "the second start made another key"
[[ $(status_of "/v1/orders/$order" -H "Authorization: Bearer $key") == 200 ]] || fail "the order is gone"
[[ $(status_of /v1/stock/85123A) == 200 ]] || fail "the stock cannot be read"
grep -q "$left" "$work/answer" || fail "the second start changed the stock: $(<"$work/answer")"
stop INT
passed "the second start takes $took ms and keeps the data"

# Ctrl-C at a terminal reaches the script and the supervisor, and the script passes it on; the supervisor drains regardless.
setsid env --default-signal=INT scripts/up >"$work/up.3" 2>&1 &
up=$!
for _ in {1..400}; do
    ! grep -q 'admin key' "$work/up.3" || break
    sleep 0.05
done
grep -q 'admin key' "$work/up.3" || fail "start 3 was not done"
kill -INT -- "-$up"
status=0
wait "$up" || status=$?
up=''
((status == 0)) || fail "Ctrl-C ended it with $status, not 0"
! grep -q 'killing' "$work/up.3" || fail "Ctrl-C killed the replicas"
grep -q 'every replica has ended' "$work/up.3" || fail "Ctrl-C did not drain"
passed "Ctrl-C drains, although it comes twice"
