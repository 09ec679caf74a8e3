#!/usr/bin/env bash
# Checks that a shop whose replicas and archiver are killed is archived without a gap, that every moment of it can be restored, that each
# of six damages of an archive is found, and that the shop goes on after the loss of its disk.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec scripts/check-backups.py "${TRADEWIND:-$PWD/.build/release/tradewind}" "$@"
