#!/usr/bin/env bash
# drills: the short forms of the dependable drills, against real processes. A bound on a time that is broken is told; what fails this
# check is an error that a customer saw, an order lost or doubled, a broken invariant, or a process that is left.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${TRADEWIND:-$PWD/.build/release/tradewind}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$program" drill all --short --counts-only --scratch "$scratch"
"$program" drill kill-replica --short --counts-only --front-door haproxy --scratch "$scratch"

if pgrep -f "$scratch" >/dev/null; then
    echo "a drill left a process running" >&2
    exit 1
fi
