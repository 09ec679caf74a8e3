#!/usr/bin/env bash
# Checks the backups of a shop on PostgreSQL, with pgBackRest as deploy/postgres/pgbackrest.conf sets it up: a backup is made under load, restored into
# scratch and equal to the shop; the shop is restored to an event, to a time and to the latest moment, each with exactly the orders of that moment, and knows
# that it was restored; damage of a backup is found. TRADEWIND_RESTORES=N restores to N events, chosen by chance, instead of one.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
tradewind=${TRADEWIND:-$PWD/.build/release/tradewind}
command -v pgbackrest >/dev/null || { echo "pgbackrest.sh: pgbackrest was not found; scripts/install-deps test installs it" >&2; exit 69; }

work=$(mktemp -d)
# PostgreSQL, and what reads its files, run as another user, who has to get there.
chmod 755 "$work"
as=()
if ((EUID == 0)); then as=(setpriv --reuid=postgres --regid=postgres --init-groups --); fi
mkdir "$work"/{repo,log,lock,data,restored}
cp "$tradewind" "$work/tradewind"
((EUID != 0)) || chown postgres "$work"/{repo,log,lock,data,restored}
pids=()
cleanup() {
    local pid
    exec 9>&- || true
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || continue
        wait "$pid" || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

passed() { printf '  ok  %s\n' "$1"; }
fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 20 "$work"/*.log "$work/pg/server.log" >&2 || true
    exit 1
}

psql() { command psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$pg" -U tradewind "$@"; }

# backup COMMAND...: a command of backups, as the user of the database's server.
backup() {
    (cd "$work" && "${as[@]}" env HOME="$work" TRADEWIND_POSTGRES_URL="postgres://shop@127.0.0.1:$pg/shop" \
        TRADEWIND_BACKUP_PGBACKREST_STANZA=shop TRADEWIND_BACKUP_PGBACKREST_CONFIG="$work/pgbackrest.conf" \
        "$work/tradewind" "$@") 9>&-
}

pg=$(free_port)
# The file as it is delivered, but for places.
sed -e "s|^repo1-path=.*|repo1-path=$work/repo|" -e "s|^pg1-path=.*|pg1-path=$work/pg|" -e "s|^pg1-port=.*|pg1-port=$pg|" \
    -e "s|^pg1-socket-path=.*|pg1-socket-path=$work/pg|" -e "s|^pg1-user=.*|pg1-user=tradewind|" -e "s|^repo1-cipher-pass=.*|repo1-cipher-pass=check|" \
    deploy/postgres/pgbackrest.conf >"$work/pgbackrest.conf"
printf 'log-path=%s\nlock-path=%s\n' "$work/log" "$work/lock" | sed -i '/^\[global\]$/r /dev/stdin' "$work/pgbackrest.conf"
start_database "$work/pg" "$pg" archive_mode=on \
    "archive_command=pgbackrest --config=$work/pgbackrest.conf --stanza=shop archive-push %p" || fail "PostgreSQL did not start"
psql postgres -c 'CREATE ROLE keeper LOGIN' -c 'CREATE ROLE shop LOGIN' -c 'CREATE DATABASE shop OWNER keeper'
TRADEWIND_POSTGRES_URL=postgres://keeper@127.0.0.1:$pg/shop "$tradewind" migrate-schema --runtime-role shop >"$work/migrate.log" 2>&1 \
    || fail "the tables were not made"
export TRADEWIND_POSTGRES_URL=postgres://shop@127.0.0.1:$pg/shop
port=$(free_port)
TRADEWIND_KEY=$("$tradewind" keys create --data "$work/replica" --scope admin)
export TRADEWIND_KEY
"$tradewind" serve --data "$work/replica" --port "$port" >"$work/serve.log" 2>&1 9>&- &
pids+=("$!")
wait_ready 127.0.0.1 "$port" "$!" 30 || fail "the shop was not ready in 30 s"

status=0
backup backup list --data "$work/data" >"$work/list.log" 2>&1 || status=$?
((status == 1)) || fail "without a stanza a list is no failure"
backup backup prepare --data "$work/data" >"$work/prepare.log" 2>&1 || fail "the stanza was not made"
status=0
backup backup verify --data "$work/data" >"$work/verify.log" 2>&1 || status=$?
((status == 2)) || fail "without a backup a verification ends with $status"

# load NAME SECONDS: a load of checkouts; every acknowledged order stands in the journal of this name.
load() {
    "$tradewind" bench checkout --url "http://127.0.0.1:$port" --duration "$2" --warmup 0 --connections 4 --journal "$work/$1.journal" --json \
        "${@:3}" >"$work/load.json" 2>"$work/load.log" 9>&- || fail "the load had an error"
}

load first 1 --prepare
load second 12 &
loading=$!
sleep 1
backup backup now --data "$work/data" >"$work/now.log" 2>&1 || fail "no backup was made"
backed=$(date +%s)
sleep 1
backup backup verify --data "$work/data" --json >"$work/verify.json" 2>"$work/verify.log" || fail "a sound backup is not found sound"
grep -q '"findings" : \[ *\]\|"findings":\[\]' <(tr -d '\n' <"$work/verify.json") || fail "the report has findings"
wait "$loading" || fail "the load had an error"
passed "a backup under load is restored, equal to the shop at its moment in every table, and audited: $(grep -o '"restoreSeconds"[^,]*' "$work/verify.json")"

# A time between two loads.
sleep 1.5
time=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
orders_then=$(psql shop -c 'SELECT count(*) FROM orders')
digest_then=$(psql shop -c "SELECT sum(hashtextextended(o::text, 0)) FROM orders o")
sleep 1.5
load third 2
cat "$work"/{first,second,third}.journal >"$work/journal"
backup backup list --data "$work/data" >"$work/list.log" 2>&1 || fail "the backups are not listed"
grep -q 'every moment from' "$work/list.log" || fail "the list does not say what can be restored"
psql postgres -c 'SELECT pg_switch_wal()' >/dev/null
orders_now=$(psql shop -c 'SELECT count(*) FROM orders')

# restored NAME MOMENT: restores to a moment.
restored() {
    backup restore --to "$2" --into "$work/restored/$1" >"$work/restore.log" 2>&1 || fail "no restore to $2"
    grep -q '^the feed begins epoch' "$work/restore.log" || fail "the restored shop is not marked"
}

# inspect NAME SQL [JOURNAL]: asks a restored database, on a server of its own beside the other; with a journal, it is audited, too.
inspect() (
    port=$(free_port)
    # Descriptor 9 is this subshell's own: the other server lives on.
    start_database "$work/restored/$1" "$port" archive_mode=off || fail "the restored server did not start"
    command psql -X -q -A -t -h 127.0.0.1 -p "$port" -U tradewind shop -c "$2"
    [[ -z ${3:-} ]] || TRADEWIND_POSTGRES_URL=postgres://shop@127.0.0.1:$port/shop "$tradewind" audit --data "$work/replica" ${3:+--journal "$3"} \
        >"$work/audit.log" 2>&1 9>&- || fail "the audit of $1 found something"
    exec 9>&-
    wait "$database_pid" || true
)

# What a database has of events, movements and orders up to event $1 and movement $2, in one line.
up_to() {
    echo "SELECT (SELECT count(*) || ' ' || sum(hashtextextended(e::text, 0)) FROM events e WHERE seq <= $1),
        (SELECT count(*) || ' ' || sum(hashtextextended(m::text, 0)) FROM movements m WHERE id <= $2),
        (SELECT count(DISTINCT subject) || ' ' || min(subject) || ' ' || max(subject) FROM events WHERE seq <= $1 AND subject LIKE 'ord_%')"
}
for ((n = 1; n <= ${TRADEWIND_RESTORES:-1}; n++)); do
    event=$(psql shop -c "SELECT seq FROM events WHERE at > ($backed + 2) * 1000::bigint ORDER BY random() LIMIT 1")
    restored "event$n" "event:$event"
    # The turn of the event, and no later one; as many orders as the events tell of; every acknowledged one of them.
    found=$(inspect "event$n" "SELECT last.seq, (SELECT max(id) FROM movements), (SELECT count(*) FROM orders), (SELECT count(*) FROM restores),
        last.at = (SELECT at FROM events WHERE seq = $event)
        FROM (SELECT seq, at FROM events WHERE epoch = 0 ORDER BY seq DESC LIMIT 1) AS last")
    IFS='|' read -r last movement orders marks is_turn <<<"$found"
    [[ $marks == 1 && $is_turn == t && $last -ge $event ]] || fail "the restore to event $event has $found"
    [[ $(psql shop -c "SELECT count(DISTINCT subject) FROM events WHERE seq <= $last AND subject LIKE 'ord_%'") == "$orders" ]] \
        || fail "the restore to event $event has $orders orders"
    psql shop -c "SELECT DISTINCT subject FROM events WHERE seq <= $last AND subject LIKE 'ord_%'" >"$work/ids"
    grep -F -f "$work/ids" "$work/journal" >"$work/journal$n" || fail "no acknowledged order is of before event $event"
    found=$(inspect "event$n" "$(up_to "$last" "$movement")" "$work/journal$n")
    [[ $found == "$(psql shop -c "$(up_to "$last" "$movement")")" ]] || fail "the restore to event $event differs from the shop: $found"
    passed "a restore to event $event is equal to the shop at that event's turn: $orders orders, $(wc -l <"$work/journal$n") of them in the client's journal"
done
restored time "$time"
found=$(inspect time "SELECT count(*), sum(hashtextextended(o::text, 0)) FROM orders o")
[[ $found == "$orders_then|$digest_then" ]] || fail "the restore to $time has $found, not $orders_then|$digest_then"
passed "a restore to a time has the $orders_then orders of that time, each as it was"
psql postgres -c 'SELECT pg_switch_wal()' >/dev/null
sleep 2
restored latest latest
found=$(inspect latest "SELECT count(*) FROM orders" "$work/journal")
[[ $found == "$orders_now" ]] || fail "the latest restore has $found orders, not $orders_now"
passed "the latest restore has all $orders_now orders, with those of the client's journal, and a clean audit"

status=0
backup restore --to 2020-01-01T00:00:00Z --into "$work/restored/none" >"$work/none.log" 2>&1 || status=$?
((status == 1)) || fail "a restore to before the first backup ends with $status"
grep -q 'no backup ended before' "$work/none.log" || fail "it does not say that nothing is there"
status=0
backup restore --to latest --into "$work/restored/time" >"$work/none.log" 2>&1 || status=$?
((status == 1)) || fail "a restore over another one ends with $status"
passed "what cannot be restored, or would overwrite something, is refused in a line"

# A byte of a backup's file changes.
file=$(find "$work/repo/backup/shop" -path '*pg_data/base*' -type f -size +8k | sort | sed -n 1p)
printf 'X' | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
status=0
backup backup verify --data "$work/data" >"$work/verify.log" 2>&1 || status=$?
((status == 1)) || fail "a damaged backup ends a verification with $status"
grep -q 'NOT sound' "$work/verify.log" || fail "a damaged backup is not told of"
status=0
backup backup prune --data "$work/data" >"$work/prune.log" 2>&1 || status=$?
((status == 1)) || fail "a damaged archive is pruned"
passed "a changed byte in a backup is found, and nothing is removed from then on"
