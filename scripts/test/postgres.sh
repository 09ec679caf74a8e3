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

database() {
    start_database "$work/pg" "$pg" || fail "PostgreSQL did not start"
    pids+=("$database_pid")
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
psql postgres -c 'CREATE DATABASE newer' -c 'CREATE DATABASE bare' -c 'CREATE DATABASE others' -c 'CREATE ROLE weak LOGIN'
weak=postgres://weak:s3cret@127.0.0.1:$pg
owner=postgres://tradewind:s3cret@127.0.0.1:$pg

# objects DATABASE: everything that stands in a database, with its rights.
objects() {
    psql "$1" -c "SELECT relname, relkind, relowner, relacl, relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1" \
        -c "SELECT tablename, pg_relation_size(tablename::text) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
}

TRADEWIND_POSTGRES_URL=$owner/newer "$tradewind" migrate-schema >"$work/migrate.log" 2>&1 || fail "the tables were not made"
refuses 'may not use the ledger.*migrate-schema --runtime-role weak' "$weak/newer"
psql newer -c "INSERT INTO migrations VALUES ('9999 later', 0)"
psql others -c 'CREATE TABLE wp_posts (id bigint)'
for database in newer bare others; do objects "$database" >"$work/before.$database"; done
refuses 'newer than this build' "$owner/newer"
refuses 'no tables yet, and the role weak may not alter it.*migrate-schema --runtime-role weak' "$weak/bare"
refuses 'not a shop.s (wp_posts)' "$owner/others"
for database in newer bare others; do
    [[ $(objects "$database") == "$(<"$work/before.$database")" ]] || fail "something was made in the database $database"
done

# The directory of a replica belongs to its shop: it takes no other database, also not an empty one, until its mark is removed.
mkdir -p "$work/wrong"
cp "$work/replica0/tradewind.db-shop" "$work/wrong/"
refuses 'holds no shop yet, but the data directory belongs to the shop' "$owner/bare"
[[ -z $(objects bare) ]] || fail "something was made in a database although the directory belongs to another shop"
rm "$work/wrong/tradewind.db-shop"

# A server that is too old: no such one is in Debian, so it is one that says so and no more.
old=$(free_port)
python3 - "$old" 2>"$work/old.log" 9>&- <<'PYTHON' &
import socket, struct, sys

def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body

def serve(connection):
    code = None
    while code != 196608:
        start = connection.recv(8)
        if len(start) < 8:
            return
        size, code = struct.unpack("!ii", start)
        connection.recv(size - 8) if size > 8 else None
        if code != 196608:
            connection.sendall(b"N")  # neither TLS nor GSSAPI
    status = [(b"server_version", b"13.9"), (b"integer_datetimes", b"on")]
    told = b"".join(message(b"S", name + b"\0" + value + b"\0") for name, value in status)
    connection.sendall(message(b"R", struct.pack("!i", 0)) + told + message(b"Z", b"I"))
    while asked := connection.recv(1000):
        if b"transaction_read_only" in asked:  # libpq asks a server before 14 whether it takes changes
            column = b"transaction_read_only\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0)
            row = struct.pack("!hi", 1, 3) + b"off"
            connection.sendall(
                message(b"T", struct.pack("!h", 1) + column) + message(b"D", row)
                + message(b"C", b"SHOW\0") + message(b"Z", b"I")
            )

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    serve(listener.accept()[0])
PYTHON
pids+=("$!")
until=$((SECONDS + 10))
until port_open 127.0.0.1 "$old" || ((SECONDS > until)); do sleep 0.05; done
refuses 'PostgreSQL 13.9; Tradewind needs 14 or later' "postgres://tradewind:s3cret@127.0.0.1:$old/shop"
passed "wrong addresses, an older server, databases that are newer, another's or nobody's, and a role without rights are refused in a line"
