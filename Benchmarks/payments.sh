#!/usr/bin/env bash
# payments: the cost of card payments at peak load. Two servers on the same disk, one with card payments at a sandbox and one with
# `manual` payments, are loaded in turn; the idle one is stopped (SIGSTOP), so that its backlog does not slow the other. Prints the
# rate of each pair of rounds, and the median of their ratios.
#
# Usage: Benchmarks/payments.sh [ROUNDS]       (6)
# Environment: TRADEWIND, WORK (as in servers.bash).
set -euo pipefail
# shellcheck source=Benchmarks/servers.bash
source "$(dirname "$0")/servers.bash"

rounds=${1:-6}

ports=("$(free_port)" "$(free_port)" "$(free_port)")
"$binary" sandbox payments --data "$work/sandbox" --port "${ports[0]}" >"$work/sandbox.log" 2>&1 &
pids+=($!)
keys=()
for shop in card manual; do
    keys+=("$("$binary" keys create --data "$work/$shop" --scope admin --name bench)")
done
"$binary" serve --data "$work/card" --host 127.0.0.1 --port "${ports[1]}" --set payments.providers=sandbox \
    --set "payments.sandbox.url=http://127.0.0.1:${ports[0]}" >"$work/card.log" 2>&1 &
pids+=($!)
"$binary" serve --data "$work/manual" --host 127.0.0.1 --port "${ports[2]}" >"$work/manual.log" 2>&1 &
pids+=($!)
for index in 1 2; do
    wait_ready 127.0.0.1 "${ports[index]}" "${pids[index]}" 60
done

# rate INDEX LOAD [OPTION...]: requests a second.
rate() {
    local index=$1 load=$2
    shift 2
    "$binary" bench "$load" --url "http://127.0.0.1:${ports[index]}" --key "${keys[index - 1]}" --duration 4 --warmup 1 --json \
        "$@" 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["result"]["rate"])'
}

for index in 1 2; do rate "$index" checkout --prepare >/dev/null; done
printf '%10s %10s %8s\n' manual card ratio
for ((round = 0; round < rounds; round++)); do
    kill -STOP "${pids[0]}" "${pids[1]}"
    manual=$(rate 2 checkout)
    kill -CONT "${pids[0]}" "${pids[1]}"
    kill -STOP "${pids[2]}"
    card=$(rate 1 checkout:card)
    kill -CONT "${pids[2]}"
    awk -v m="$manual" -v c="$card" 'BEGIN { printf "%10.0f %10.0f %8.2f\n", m, c, c / m }'
done | tee "$work/pairs"
echo "median of the ratios: $(awk '{ print $3 }' "$work/pairs" | median)"
