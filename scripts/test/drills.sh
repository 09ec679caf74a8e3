#!/usr/bin/env bash
# drills: the short forms of the dependable drills, against real processes. An exceeded time bound is only reported; the
# check fails for a lost or doubled order, a broken invariant, a leftover process, or an error that customers saw in two runs.
#
# Two runs, because one purchase in 110,000 has failed in a minute of kills on a busy machine, where its single second attempt failed
# too (docs/drills.md). It was neither lost nor doubled; a run with a lost or doubled order is not repeated.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${TRADEWIND:-$PWD/.build/release/tradewind}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# drill NAME [OPTION...]
drill() {
    local reports=$scratch/reports.json
    for run in 1 2; do
        rm -f "$reports"
        "$program" drill "$@" --short --counts-only --scratch "$scratch" --json "$reports" && return
        python3 - "$reports" <<'P' || break
import json
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    report = json.loads(line)
    if report["lost"] or report["doubled"] or report["broken"] or report["survivors"]:
        sys.exit(f"{report['drill']}: lost, doubled, broken or left something")
P
        echo "drills: run $run saw errors" >&2
    done
    return 1
}

drill all
drill kill-replica --front-door haproxy

if pgrep -f "$scratch" >/dev/null; then
    echo "a drill left a process running" >&2
    exit 1
fi
