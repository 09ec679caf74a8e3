#!/usr/bin/env bash
# Checks that the API is the same where the ledger is in PostgreSQL: the contract's requests, and the tests with real processes that are about
# what a shop promises (those about the files of a data directory have nothing to look at there).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash

readonly suites='KillTests|TwoProcessesTests|IdempotencyTests|ExpiryTests|KeyTests|WebhookRouteTests|HostileInputTests|FlashSaleTests|LimitTests'

work=$(mktemp -d)
# PostgreSQL runs as another user, who has to get there.
chmod 755 "$work"
database_pid=''
cleanup() {
    exec 9>&- || true
    if [[ -n $database_pid ]]; then wait "$database_pid" || true; fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

pg=$(free_port)
start_database "$work/pg" "$pg" max_connections=300 || { cat "$work/pg.log" >&2; exit 1; }

psql -X -q -h 127.0.0.1 -p "$pg" -U tradewind -d postgres -c 'CREATE DATABASE contract'
TRADEWIND_POSTGRES_URL=postgres://tradewind@127.0.0.1:$pg/contract scripts/test/contract.sh 9>&-

# The program is that of the tests' own build, as in their other run.
TRADEWIND_TEST_POSTGRES=$pg swift test --skip-build --no-parallel --filter "ProcessTests.*($suites)" >"$work/tests.log" 2>&1 9>&- ||
    { grep -A 8 'recorded an issue' "$work/tests.log" | cut -c 1-600 >&2; exit 1; }
ran=$(sed -n 's/.*Test run with \([0-9]*\) tests.* passed.*/\1/p' "$work/tests.log")
((${ran:-0} >= 30)) || { echo "  FAIL  only ${ran:-0} tests were run" >&2; exit 1; }
echo "  ok  $ran tests with real processes"
