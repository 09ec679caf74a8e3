#!/usr/bin/env bash
# Checks a shop beyond one machine, short: three replicas over three PostgreSQL nodes under Patroni, and the primary killed while customers buy through
# HAProxy. No acknowledged order is lost or doubled, no order fails that is sent once more with its key, no page fails, the audit is clean, and nothing is
# left running. The long forms are in `make drills`.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

python3 scripts/cluster/check_fence.py
python3 scripts/cluster/check_cluster.py
scripts/cluster/drill kill-primary --short --counts-only --keep "$scratch/cluster"

left=()
for process in /proc/[0-9]*; do
    place=$(readlink "$process/cwd" 2>/dev/null) || continue
    [[ $place != "$scratch"* ]] || left+=("${process#/proc/}")
done
((${#left[@]} == 0)) || { echo "the cluster left processes running: ${left[*]}" >&2; exit 1; }
echo "  ok  nothing is left running"
