#!/usr/bin/env bash
# Checks that a shop moves from its file into a PostgreSQL database and back while it takes orders: the command is killed in the middle and given again;
# every order that was acknowledged is on the other side, and the audit finds nothing; the place that was left takes no changes any more, from no
# server; and what stands in a place is never overwritten.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
tradewind=${TRADEWIND:-$PWD/.build/release/tradewind}

work=$(mktemp -d)
# PostgreSQL runs as another user, who has to get there.
chmod 755 "$work"
pids=()
cleanup() {
    exec 9>&- || true
    for pid in "${pids[@]}"; do stop_server "$pid" || true; done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

passed() { printf '  ok  %s\n' "$1"; }
fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 15 "$work"/*.log >&2
    exit 1
}

pg=$(free_port)
start_database "$work/pg" "$pg" || fail "PostgreSQL did not start"
pids+=("$database_pid")
for name in shop other; do
    command psql -X -q -h 127.0.0.1 -p "$pg" -U tradewind postgres -c "CREATE DATABASE $name"
done
url=postgres://tradewind@127.0.0.1:$pg/shop

# serve DATA [ADDRESS]: starts a server of a shop in a file, or in a database.
serve() {
    port=$(free_port)
    TRADEWIND_POSTGRES_URL=${2:-} "$tradewind" serve --data "$work/$1" --port "$port" >>"$work/serve-$1.log" 2>&1 9>&- &
    server=$!
    pids+=("$server")
    wait_ready 127.0.0.1 "$port" "$server" 30 || fail "the server of $1 was not ready in 30 s"
}

# load SECONDS JOURNAL [OPTION...]: a load of checkouts, with a journal of what was acknowledged, and a report in JSON beside it.
load() {
    "$tradewind" bench checkout --url "http://127.0.0.1:$port" --duration "$1" --warmup 1 --connections 4 --rate 60 \
        --journal "$work/$2" --json "${@:3}" >"$work/report-$2" 2>>"$work/load.log" 9>&-
}

# trade NAME: orders go on until the shop has moved; those after that fail, which is no fault of the load.
trade() {
    local round=0
    rm -f "$work/moved"
    until [[ -e $work/moved ]]; do
        round=$((round + 1))
        load 2 "$1-$round" --seed "$((seed + round))" || true
    done
    load 1 "$1-last" --seed "$seed" || true
}

# move DATA PLACE: moves the shop under load, and is killed three times before it is let go on.
move() {
    local time status said=$work/move-$2.log
    for time in 0.4 0.8 1.2; do
        status=0
        timeout --signal=KILL "$time" "$tradewind" migrate --data "$work/$1" --to "$2" >"$said" 2>&1 9>&- || status=$?
        ((status == 0 || status == 137)) || fail "a move to $2 ended with $status"
    done
    "$tradewind" migrate --data "$work/$1" --to "$2" >"$said" 2>&1 9>&- || fail "the move to $2 failed"
    grep -q 'The audit of the new place found nothing' "$said" || fail "the move to $2 does not tell of an audit"
}

# kept DATA ADDRESS JOURNAL...: every order of the journals is there, and the audit finds nothing.
kept() {
    local data=$1 address=$2 name
    shift 2
    for name in "$@"; do find "$work" -maxdepth 1 -name "$name*" -exec cat {} +; done >"$work/journal"
    orders=$(wc -l <"$work/journal")
    mkdir -p "$work/$data"
    ((orders > 20)) || fail "only $orders orders were acknowledged"
    TRADEWIND_POSTGRES_URL=$address "$tradewind" audit --data "$work/$data" --journal "$work/journal" >"$work/audit.log" 2>&1 \
        || fail "the audit of $data found something"
}

# left DATA ADDRESS: a server that is started at a place that was left ends at once, and says where the shop went.
left() {
    local status=0
    TRADEWIND_POSTGRES_URL=$2 timeout 30 "$tradewind" serve --data "$work/$1" --port "$(free_port)" >"$work/left.log" 2>&1 9>&- || status=$?
    ((status != 0 && status != 124)) || fail "a server started in the place that was left"
    grep -q 'the shop was moved to' "$work/left.log" || fail "it does not say where the shop went"
}

key=$("$tradewind" keys create --data "$work/file" --scope admin)
export TRADEWIND_KEY=$key
serve file
TRADEWIND_URL=http://127.0.0.1:$port "$tradewind" replay Samples/orders-2010-12-01.csv.gz >"$work/replay.log" 2>&1 || fail "the replay failed"
load 1 prepared --prepare || fail "the load could not be prepared"

seed=100
trade first &
trading=$!
pids+=("$trading")
sleep 3
export TRADEWIND_POSTGRES_URL=$url
move file postgres
[[ $(http_status 127.0.0.1 "$port" /v1/products) == 200 ]] || fail "the place that was left does not show products"
touch "$work/moved"
wait "$trading" || fail "the trade did not end"
grep -q ledger_moved "$work/report-first-last" || fail "an order was taken in the place that was left"
stop_server "$server" || fail "the server did not end well"
kept database "$url" first
passed "$orders orders acknowledged while the shop moved into the database are there"
left file ''

serve database "$url"
seed=200
trade second &
trading=$!
pids+=("$trading")
sleep 3
move back file
touch "$work/moved"
wait "$trading" || fail "the trade did not end"
grep -q ledger_moved "$work/report-second-last" || fail "an order was taken in the database that was left"
stop_server "$server" || fail "the server did not end well"
kept back '' first second
passed "$orders orders acknowledged until it was back in a file are there"
left database "$url"
passed "servers of a place that was left refuse changes, and do not start again"

# refuses WORDS ARGUMENT...: a move that is refused.
refuses() {
    local words=$1
    shift
    "$tradewind" migrate "$@" >"$work/refused.log" 2>&1 9>&- && fail "migrate $* was not refused"
    grep -q "$words" "$work/refused.log" || fail "migrate $* does not say: $words"
}
digest() { sha256sum <"$work/$1/tradewind.db"; }
"$tradewind" migrate --data "$work/back" --to file >"$work/again.log" 2>&1 9>&- || fail "the same command, given again, fails"
TRADEWIND_POSTGRES_URL='' "$tradewind" keys create --data "$work/stranger" --scope admin >/dev/null 2>&1
before=$(digest stranger)
TRADEWIND_POSTGRES_URL=$url refuses 'the shop was moved to' --data "$work/stranger" --to file
TRADEWIND_POSTGRES_URL=postgres://tradewind@127.0.0.1:$pg/other refuses 'there is no shop' --data "$work/none" --to postgres
TRADEWIND_POSTGRES_URL='' refuses 'the database is not named' --data "$work/back" --to postgres
refuses 'was moved away from there' --data "$work/back" --to postgres
[[ $(digest stranger) == "$before" ]] || fail "a refused move changed its target"
[[ ! -e $work/none/tradewind.db ]] || fail "a refused move made a shop"
passed "a place with another shop is left as it is"

# Taken back, the shop goes on in its file.
serve back
export TRADEWIND_POSTGRES_URL=postgres://tradewind@127.0.0.1:$pg/other
"$tradewind" migrate --data "$work/back" --to postgres >"$work/move.log" 2>&1 9>&- || fail "the move failed"
load 1 refused --seed 3 || true
grep -q ledger_moved "$work/report-refused" || fail "an order was taken in the place that was left"
"$tradewind" migrate --data "$work/back" --to postgres --take-back >"$work/taken.log" 2>&1 9>&- || fail "the move was not taken back"
load 2 third --seed 4 || fail "the place does not take orders again"
kept back '' first second third
passed "a move that is taken back leaves the shop as it was, and it goes on"
