# shellcheck shell=bash
# Sourced by the benchmarks that start servers: `binary` is the program, `work` a directory that is removed at the end, and the processes in
# `pids` are stopped then, also those that a benchmark has put to sleep.
#
# Environment: TRADEWIND (.build/release/tradewind), WORK (a directory on the disk to measure; .build).
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
# shellcheck source=scripts/server.bash
source scripts/server.bash

# shellcheck disable=SC2034  # for the benchmarks
binary=${TRADEWIND:-.build/release/tradewind}
mkdir -p .build
work=$(mktemp -d "${WORK:-.build}/$(basename "$0" .sh).XXXXXX")
pids=()
cleanup() {
    for pid in "${pids[@]}"; do
        kill -CONT "$pid" 2>/dev/null || continue
        stop_server "$pid" || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The median of the numbers on the lines of the input.
median() { sort -g | awk '{ r[NR] = $1 } END { print (r[int((NR + 1) / 2)] + r[int(NR / 2) + 1]) / 2 }'; }
