#!/usr/bin/env bash
# Checks a shop whose ledger is in PostgreSQL, on a real server: a real day runs through two replicas and reconciles; nothing acknowledged is
# lost or doubled when the server is killed under load, and changes wait for it instead of failing; a replica that is stopped holds the other
# up for seconds only; and what an operator may get wrong is said in a line, with nothing changed.
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
    for pid in "${pids[@]}"; do
        kill -CONT "$pid" 2>/dev/null || continue
        stop_server "$pid" || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

passed() { printf '  ok  %s\n' "$1"; }
fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 15 "$work"/*.log "$work"/*.json >&2
    exit 1
}

# The database server, whose life ends with descriptor 9.
database() {
    exec 9>&- || true
    rm -f "$work/life" "$work/said"
    mkfifo "$work/life"
    scripts/postgres/run "$work/pg" "$pg" <"$work/life" >"$work/said" 2>>"$work/pg.log" 9>&- &
    pids+=("$!")
    exec 9>"$work/life"
    local until=$((SECONDS + 60))
    until grep -q ready "$work/said"; do
        ((SECONDS <= until)) || fail "PostgreSQL did not start"
        sleep 0.05
    done
}

psql() { command psql -X -q -A -t -h 127.0.0.1 -p "$pg" -U tradewind "$@"; }

# serve N: starts replica N; its port is in ports, its process in replicas.
serve() {
    ports[$1]=$(free_port)
    "$tradewind" serve --data "$work/replica$1" --port "${ports[$1]}" >>"$work/serve$1.log" 2>&1 9>&- &
    replicas[$1]=$!
    pids+=("$!")
    wait_ready 127.0.0.1 "${ports[$1]}" "$!" 30 || fail "replica $1 was not ready in 30 s"
}

pg=$(free_port)
ports=() replicas=()
database
psql postgres -c 'CREATE DATABASE shop'
export TRADEWIND_POSTGRES_URL=postgres://tradewind@127.0.0.1:$pg/shop
key=$("$tradewind" keys create --data "$work/replica0" --scope admin)
export TRADEWIND_KEY=$key
serve 0
serve 1

TRADEWIND_URL=http://127.0.0.1:${ports[0]} "$tradewind" replay Samples/orders-2010-12-01.csv.gz >"$work/replay.log" 2>&1 \
    || fail "the replay did not reconcile"
grep -q '^RECONCILED: 3,108 rows accounted for, net 58,635.56 GBP, no difference' "$work/replay.log" \
    || fail "the reconciliation does not say what was expected"
passed "a real day on PostgreSQL reconciles"

# load N SECONDS JOURNAL [OPTION...]: a load of checkouts at replica N, with a journal of what was acknowledged.
load() {
    "$tradewind" bench checkout --url "http://127.0.0.1:${ports[$1]}" --duration "$2" --warmup 1 --connections 16 \
        --journal "$work/journal$1" --json "${@:3}" >"$work/load$1.json" 2>>"$work/load.log"
}

load 0 1 --prepare || fail "the load did not run"
rm -f "$work/journal0"
load 0 16 9>&- &
first=$!
load 1 16 --seed 2 9>&- &
second=$!
for _ in 1 2 3; do
    sleep 3
    kill -KILL "$(head -n 1 "$work/pg/postmaster.pid")"
    sleep 1
    database
done
# A load with an error fails.
wait "$first" || fail "checkouts failed at the first replica while the server was away"
wait "$second" || fail "checkouts failed at the second replica while the server was away"
cat "$work/journal0" "$work/journal1" >"$work/journal"
orders=$(wc -l <"$work/journal")
((orders > 100)) || fail "only $orders orders were acknowledged"
"$tradewind" audit --data "$work/replica0" --journal "$work/journal" >"$work/audit.log" 2>&1 || fail "the audit found something"
passed "$orders acknowledged orders survived three kills of the server; no checkout failed"

load 0 14 --seed 3 9>&- &
first=$!
load 1 14 --seed 4 9>&- &
second=$!
sleep 2
longest=0
for _ in 1 2 3 4 5 6; do
    kill -STOP "${replicas[0]}"
    before=$(psql shop -c 'SELECT max(number) FROM turns')
    begun=${EPOCHREALTIME/./}
    while (($(psql shop -c 'SELECT max(number) FROM turns') <= before)); do
        ((${EPOCHREALTIME/./} - begun < 10000000)) || fail "a stopped replica holds the other up for good"
        sleep 0.02
    done
    waited=$(((${EPOCHREALTIME/./} - begun) / 1000))
    ((waited <= longest)) || longest=$waited
    kill -CONT "${replicas[0]}"
    sleep 0.3
done
wait "$first" || fail "a checkout failed at the replica that was stopped"
wait "$second" || fail "a checkout failed beside the replica that was stopped"
((longest <= 3000)) || fail "a stopped replica held the other up for $longest ms"
"$tradewind" audit --data "$work/replica1" >"$work/audit.log" 2>&1 || fail "the audit found something after the pauses"
passed "a stopped replica held the other up for $longest ms at most"

# refuses WORDS URL: a server with this address of the database ends at once, and says so.
refuses() {
    local status=0
    TRADEWIND_POSTGRES_URL=$2 timeout 30 "$tradewind" serve --data "$work/wrong" --port "$(free_port)" >"$work/refused.log" 2>&1 9>&- \
        || status=$?
    ((status != 0 && status != 124)) || fail "a server with $2 started"
    grep -q "$1" "$work/refused.log" || fail "with $2 it does not say: $1"
    ! grep -q s3cret "$work/refused.log" || fail "with $2 it tells the password"
}

closed=$(free_port)
refuses 'Connection refused' "postgres://tradewind:s3cret@127.0.0.1:$closed/shop"
refuses 'cannot be read' 'postgre://tradewind:s3cret@127.0.0.1/shop'
refuses 'does not exist' "postgres://tradewind:s3cret@127.0.0.1:$pg/none"
psql postgres -c 'CREATE DATABASE newer' -c 'CREATE DATABASE bare' -c 'CREATE ROLE weak LOGIN'
psql newer -c 'CREATE TABLE migrations (name text PRIMARY KEY, applied_at bigint)' -c "INSERT INTO migrations VALUES ('9999 later', 0)"
refuses 'newer than this build' "postgres://tradewind:s3cret@127.0.0.1:$pg/newer"
refuses 'permission denied' "postgres://weak:s3cret@127.0.0.1:$pg/bare"
[[ $(psql bare -c "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0 ]] || fail "something was made in another's database"
passed "wrong addresses, a newer database and a role without rights are refused in a line"
