#!/usr/bin/env bash
# compare.sh URL [KEY]: the cost of a checkout, a quote and a page relative to the cheapest request of the same server.
#
# KEY (or TRADEWIND_KEY) needs the scopes catalogue:write and stock:write, or admin. It makes its 4,000 SKUs and their
# stock, then runs each load in turn, all of them in each round: this kind of machine is noisy, and neighbours in time share
# the noise. Read the ratios. Environment: ROUNDS (3), SECONDS_EACH (5), CONNECTIONS (64), THREADS (2), SKUS (4000).
set -euo pipefail
cd "$(dirname "$0")"

url=${1:-${TRADEWIND_URL:-}} key=${2:-${TRADEWIND_KEY:-}}
[[ -n $url && -n $key ]] || { echo "usage: Benchmarks/compare.sh URL [KEY]" >&2; exit 2; }
url=${url%/}
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-5} connections=${CONNECTIONS:-64} threads=${THREADS:-2} skus=${SKUS:-4000}
# Enough for a minute of checkouts of a single SKU.
readonly stock=10000000
readonly loads=(livez browse browse304 quote order hot)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { printf 'compare: %s\n' "$*" >&2; exit 1; }
# The key goes through a file: an argument could be read by other users of the machine.
(umask 077 && printf 'header = "Authorization: Bearer %s"\n' "$key" >"$work/key.curl")
ask() { curl --silent --show-error --fail-with-body --fail-early --config "$work/key.curl" "$@"; }

# sku-[0001-4000], which curl expands itself on one connection.
range() { printf 'sku-[%04d-%04d]' 1 "$skus"; }

make_products() {
    local number
    for ((number = 1; number <= skus; number++)); do
        printf '{"sku":"sku-%04d","name":"Benchmark product %d","prices":[{"amount":%d,"currency":"GBP"}]}\n' \
            "$number" "$number" $((100 + number % 900))
    done >"$work/products.ndjson"
    # In parts, because an upload has a size limit.
    split -l 1000 "$work/products.ndjson" "$work/piece."
    local piece
    for piece in "$work"/piece.*; do
        ask -X POST -H 'Content-Type: application/x-ndjson' --data-binary "@$piece" "$url/v1/products/import" \
            >"$work/imported" || fail "the products were refused: $(cat "$work/imported")"
    done
}

make_stock() {
    ask -X POST -H 'Content-Type: application/json' -d "{\"delta\":$stock,\"reason\":\"benchmark\"}" \
        "$url/v1/stock/$(range)/adjustments" >"$work/stocked" ||
        fail "the stock was refused: $(tail -c 500 "$work/stocked")"
}

collect_etags() {
    curl --silent --show-error --fail --fail-early -o /dev/null -w '%{url_effective} %header{etag}\n' "$url/v1/products/$(range)" |
        sed 's|^.*/||' >"$work/etags" || fail "the products could not be read"
    local sku etag status
    read -r sku etag <"$work/etags"
    status=$(curl --silent -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" "$url/v1/products/$sku")
    [[ $status == 304 ]] || fail "If-None-Match: $etag was answered by $status, not 304"
}

# measure LOAD: appends its result line to the load's own file.
measure() {
    local option=$skus result
    [[ $1 != browse304 ]] || option=$work/etags
    result=$(wrk -t "$threads" -c "$connections" -d "${seconds}s" --timeout 10s --latency \
        -s "wrk/$1.lua" "$url" -- "$option" | sed -n 's/^RESULT //p') || true
    [[ -n $result ]] || fail "wrk gave no result for $1"
    echo "$result" >>"$work/$1.results"
    printf '  round %d  %-10s %8s/s\n' "$round" "$1" "${result%% *}" >&2
}

# median LOAD COLUMN
median() {
    cut -d ' ' -f "$2" "$work/$1.results" | sort -n | awk '
        { value[NR] = $1 }
        END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# total LOAD COLUMN
total() { awk -v column="$2" '{ sum += $column } END { print sum }' "$work/$1.results"; }

# ratio LOAD LOAD
ratio() { awk -v a="$(median "$1" 1)" -v b="$(median "$2" 1)" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }

echo "compare: making $skus SKUs and their stock" >&2
make_products
make_stock
collect_etags
for ((round = 1; round <= rounds; round++)); do
    for load in "${loads[@]}"; do measure "$load"; done
done

printf '\n%d rounds of %d s each, %d connections, %d wrk threads, %d SKUs; medians\n\n' \
    "$rounds" "$seconds" "$connections" "$threads" "$skus"
printf '| load | requests/s | p50 ms | p99 ms | errors | socket errors |\n|---|---:|---:|---:|---:|---:|\n'
errors=0
for load in "${loads[@]}"; do
    refused=$(total "$load" 4) broken=$(total "$load" 5)
    printf '| %s | %.0f | %.2f | %.2f | %d | %d |\n' \
        "$load" "$(median "$load" 1)" "$(median "$load" 2)" "$(median "$load" 3)" "$refused" "$broken"
    errors=$((errors + refused + broken))
done
printf '\n| ratio | measured | wanted |\n|---|---:|---:|\n'
printf '| %s | %s | ≥ %s |\n' \
    "checkouts / quotes" "$(ratio order quote)" 0.45 \
    "quotes / livez" "$(ratio quote livez)" 0.70 \
    "browse / livez" "$(ratio browse livez)" 0.85 \
    "304 / livez" "$(ratio browse304 livez)" 0.85 \
    "hot checkouts / uniform" "$(ratio hot order)" 0.90
((errors == 0)) || fail "$errors requests failed, so the figures are of something else than the load"
