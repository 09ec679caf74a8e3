#!/usr/bin/env bash
# Checks `tradewind doctor` on a real PostgreSQL server with a standby: well set up it finds nothing; each misconfiguration, planted by itself, is what
# it finds, and all that it finds; and its exit code says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash
tradewind=${TRADEWIND:-$PWD/.build/release/tradewind}
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)

work=$(mktemp -d)
# PostgreSQL runs as another user, who has to get there.
chmod 755 "$work"
as=()
if ((EUID == 0)); then as=(setpriv --reuid=postgres --regid=postgres --init-groups --); fi
mkdir "$work/archive" "$work/standby"
chmod 700 "$work/standby"
((EUID != 0)) || chown postgres "$work/archive" "$work/standby"
declare -A life=() server=() ports=()
cleanup() {
    local name
    for name in "${!life[@]}"; do stop "$name" || true; done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 15 "$work"/*.log "$work"/*/server.log >&2 || true
    exit 1
}

# start NAME: starts the server of that name, whose life ends with a descriptor of ours.
start() {
    rm -f "$work/$1.life"
    mkfifo "$work/$1.life"
    : >"$work/$1.said"
    local other
    (
        for other in "${life[@]}"; do exec {other}>&-; done
        exec scripts/postgres/run "$work/$1" "${ports[$1]}" <"$work/$1.life" >"$work/$1.said" 2>>"$work/$1.log"
    ) &
    server[$1]=$!
    local descriptor
    exec {descriptor}>"$work/$1.life"
    life[$1]=$descriptor
    local until=$((SECONDS + 60))
    until grep -q ready "$work/$1.said"; do
        ((SECONDS <= until)) || fail "the server $1 did not start"
        sleep 0.05
    done
}

stop() {
    local descriptor=${life[$1]:-}
    [[ -n $descriptor ]] || return 0
    exec {descriptor}>&-
    unset "life[$1]"
    wait "${server[$1]}" || true
}

psql() { command psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${ports[primary]}" -U tradewind "$@"; }

# reload SETTING VALUE: a setting that needs no start of the server.
reload() { psql -d postgres -c "ALTER SYSTEM SET $1 = '${2//\'/\'\'}'" -c "SELECT pg_reload_conf()" >/dev/null; }

# finds WORDS [COMMAND...]: the doctor finds exactly these things, in this order, within seconds; nothing where WORDS is empty.
finds() {
    local expected=$1 found='' status until=$((SECONDS + 20))
    shift
    while :; do
        status=0
        TRADEWIND_POSTGRES_URL=$url "$@" "$tradewind" doctor --data "$work/data" --json >"$work/doctor.json" 2>"$work/doctor.log" \
            || status=$?
        ((status < 2)) || fail "the doctor could not look"
        found=$(grep -o '"name":"[^"]*"' "$work/doctor.json" | cut -d '"' -f 4 | paste -sd ' ') || true
        if [[ $found == "$expected" ]]; then
            [[ $status == $([[ -z $expected ]] && echo 0 || echo 1) ]] || fail "the exit code is $status for '$found'"
            return
        fi
        ((SECONDS <= until)) || fail "it should find '$expected', and finds '$found'"
        sleep 0.1
    done
}

planted=0
found() {
    planted=$((planted + 1))
    printf '  ok  %s\n' "$1"
}

# plant FINDING SETTING VALUE: with this value of a setting that alone is found; with the old one nothing.
plant() {
    local sound
    sound=$(psql -d postgres -c "SHOW $2")
    reload "$2" "$3"
    [[ $1 != archiving-fails ]] || next_segment
    finds "$1"
    found "$1: $2 = '$3'"
    reload "$2" "$sound"
    [[ $1 != archiving-fails ]] || next_segment
    finds ''
}

# Has the server begin another file of its log, so that it archives the last one.
next_segment() { psql -d postgres -c "SELECT pg_logical_emit_message(false, 'check', '')" -c "SELECT pg_switch_wal()" >/dev/null; }

as() {
    url="postgres://$1@127.0.0.1:${ports[primary]}/shop?sslmode=prefer"
}

ports[primary]=$(free_port)
ports[standby]=$(free_port)
start primary
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -keyout "$work/primary/server.key" -out "$work/primary/server.crt" 2>"$work/openssl.log" || fail "no certificate"
chmod 600 "$work/primary/server.key"
((EUID != 0)) || chown postgres "$work"/primary/server.{key,crt}
psql -d postgres -c 'CREATE ROLE keeper LOGIN' -c 'CREATE ROLE shop LOGIN' -c 'GRANT pg_read_all_stats TO keeper, shop' \
    -c 'CREATE DATABASE shop OWNER keeper' -c 'ALTER SYSTEM SET ssl = on' -c 'ALTER SYSTEM SET archive_mode = on' \
    -c "ALTER SYSTEM SET archive_command = 'cp %p $work/archive/%f'"
stop primary
start primary
as keeper
TRADEWIND_POSTGRES_URL=$url "$tradewind" migrate-schema --runtime-role shop >"$work/migrate.log" 2>&1 || fail "the tables were not made"
"${as[@]}" "$bin/pg_basebackup" -h 127.0.0.1 -p "${ports[primary]}" -U tradewind -D "$work/standby" -R -X stream -c fast \
    >"$work/basebackup.log" 2>&1 || fail "no copy for a standby"
start standby
reload synchronous_standby_names 'ANY 1 (*)'
as shop
finds ''
printf '  ok  nothing is found of a server that is well set up\n'

plant fsync-off fsync off
plant full-page-writes-off full_page_writes off
plant asynchronous synchronous_standby_names ''
plant no-synchronous-standby synchronous_standby_names elsewhere
plant synchronous-commit-off synchronous_commit off
plant isolation default_transaction_isolation serializable
plant no-tls ssl off
plant no-archive archive_command ''
plant archiving-fails archive_command false

as tradewind
finds superuser
found "superuser: the server's own superuser as the shop's role"
as keeper
finds owner
found "owner: the owner of the tables as the shop's role"
as shop
psql -d postgres -c 'REVOKE pg_read_all_stats FROM shop'
finds hidden
found "hidden: a role that may not see standbys"
psql -d postgres -c 'GRANT pg_read_all_stats TO shop'
psql -d shop -c "INSERT INTO migrations VALUES ('9999 later', 0)"
finds schema
found "schema: a step that this build does not know"
psql -d shop -c "DELETE FROM migrations WHERE name = '9999 later'"
if command -v faketime >/dev/null; then
    finds clock env FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +5s
    found "clock: this machine's is 5 s ahead"
else
    printf '  --  clock: not planted, since faketime is not installed\n'
fi
finds ''

# What needs a start of the server.
stop primary
"${as[@]}" "$bin/pg_checksums" --disable -D "$work/primary" >"$work/checksums.log"
start primary
finds no-checksums
found "no-checksums: pg_checksums --disable"
psql -d postgres -c 'ALTER SYSTEM SET max_connections = 8'
stop primary
"${as[@]}" "$bin/pg_checksums" --enable -D "$work/primary" >"$work/checksums.log"
start primary
finds few-connections
found "few-connections: max_connections = 8"
psql -d postgres -c 'ALTER SYSTEM RESET max_connections' -c 'ALTER SYSTEM SET archive_mode = off'
stop primary
start primary
finds no-archive
found "no-archive: archive_mode = off"
psql -d postgres -c 'ALTER SYSTEM SET archive_mode = on'
stop primary
start primary
finds ''
stop standby
finds no-standby
found "no-standby: the standby is stopped"

# A server that is not there is no sound one.
stop primary
status=0
TRADEWIND_POSTGRES_URL=$url "$tradewind" doctor --data "$work/data" >"$work/doctor.log" 2>&1 || status=$?
((status == 2)) || fail "the exit code is $status where there is no server"
((planted >= 10)) || fail "only $planted misconfigurations were planted"
printf '  ok  each of %s planted misconfigurations was found, and nothing beside it\n' "$planted"
