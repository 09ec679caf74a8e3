#!/usr/bin/env bash
# contract: checks that the server behaves as its OpenAPI document says. Schemathesis generates valid and invalid requests from
# the document and checks the responses: status, type, headers and body as documented, no valid request refused, no invalid one
# accepted, no route open without its key. A failure prints the request as a curl line, and the seed that reproduces it.
#
# Environment: TRADEWIND (.build/release/tradewind), CONTRACT_FORM (short | long), CONTRACT_SEED (1; the long form's is random).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/server.bash
source scripts/server.bash

binary=${TRADEWIND:-.build/release/tradewind}
form=${CONTRACT_FORM:-short}
case $form in
short) seed=${CONTRACT_SEED:-1} sizes=(--max-examples 30) ;;
long) seed=${CONTRACT_SEED:-$RANDOM} sizes=(--max-examples 400) ;;
*) echo "contract: CONTRACT_FORM is short or long, not $form" >&2; exit 1 ;;
esac

work=$(mktemp -d)
server=
cleanup() {
    if [[ -n $server ]]; then stop_server "$server" || true; fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    printf '  FAIL  %s\n' "$1" >&2
    tail -n 20 "$work/server.log" | sed 's/^/    /' >&2
    exit 1
}

key=$("$binary" keys create --data "$work/data" --scope admin --name contract)
port=$(free_port)
url=http://127.0.0.1:$port
"$binary" serve --data "$work/data" --host 127.0.0.1 --port "$port" \
    --set webhooks.allow-private=1 --set limits.rates=no >"$work/server.log" 2>&1 &
server=$!
wait_ready 127.0.0.1 "$port" "$server" 60 || fail "the server was not ready within 60 s"

# send METHOD PATH BODY: fails unless the request succeeded.
send() {
    curl --silent --show-error --fail-with-body --max-time 10 -o "$work/answer" -X "$1" "$url$2" \
        -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d "$3" ||
        fail "$1 $2: $(<"$work/answer")"
}
for sku in CONTRACT-1 CONTRACT-2 CONTRACT-3; do
    send PUT "/v1/products/$sku" '{"name":"Mug","prices":[{"amount":250,"currency":"GBP"}]}'
    send POST "/v1/stock/$sku/adjustments" '{"delta":1000000,"reason":"contract test","kind":"received"}'
done

# Clients generated from the document place orders.
bin=$PWD/.build/venv/bin
(umask 077 && printf '%s\n' "$key" >"$work/key")

# complain FILE SENTENCE: fails with the printed output, without the key.
complain() {
    sed "s/$key/KEY/g; s/^/    /" "$1" >&2
    fail "$2"
}

begun=$SECONDS
"$bin/openapi-python-client" generate --url "$url/openapi.json" \
    --meta none --output-path "$work/shopclient" >"$work/generated" 2>&1 ||
    complain "$work/generated" "openapi-python-client makes no client"
# Lines of a file, labels and streams are no JSON: the generator has no types for them and warns about that.
if grep -q '^Attempted to generate duplicate models\|^Unable to process schema' "$work/generated"; then
    complain "$work/generated" "openapi-python-client cannot read a schema"
fi
PYTHONPATH=$work "$bin/python" scripts/contract/place_order.py "$url" "$work/key" >"$work/placed" 2>&1 ||
    complain "$work/placed" "a client made by openapi-python-client does not place an order"
printf '  ok  a client made by openapi-python-client places an order (%d s)\n' $((SECONDS - begun))

# It validates the document first. The options halve the time of a short run of the virtual machine.
begun=$SECONDS
JAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' "$bin/openapi-generator-cli" generate \
    --input-spec "$url/openapi.json" --generator-name python --package-name shop_models --output "$work/generator" \
    --global-property models,apis,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false \
    >"$work/generated" 2>&1 || complain "$work/generated" "openapi-generator makes no client"
PYTHONPATH=$work/generator "$bin/python" scripts/contract/place_order_pydantic.py "$url" "$work/key" >"$work/placed" 2>&1 ||
    complain "$work/placed" "a client made by openapi-generator does not place an order"
printf '  ok  a client made by openapi-generator places orders (%d s)\n' $((SECONDS - begun))

# The key is in a file that other users of the machine cannot read; a new database makes each run the same.
{
    cat scripts/contract/schemathesis.toml
    printf '\n[headers]\nAuthorization = "Bearer %s"\n' "$key"
} >"$work/schemathesis.toml"
status=0
repository=$PWD
# In the work folder, because Schemathesis and Hypothesis leave folders behind.
(
    cd "$work"
    SCHEMATHESIS_HOOKS=$repository/scripts/contract/hooks.py "$repository/.build/venv/bin/schemathesis" \
        --config-file schemathesis.toml run "$url/openapi.json" \
        --checks all --exclude-checks object_level_authorization --mode all --phases examples,coverage,fuzzing,stateful \
        --seed "$seed" --generation-database none --workers 1 --request-timeout 10 \
        --warnings off --continue-on-failure --no-color "${sizes[@]}"
) >"$work/report" 2>&1 || status=$?
if ((status != 0)); then
    sed "s/$key/KEY/g; s/^/    /" "$work/report" >&2
    fail "the server and its OpenAPI document disagree (seed $seed, $form form)"
fi
[[ $(http_status 127.0.0.1 "$port" /readyz) == 200 ]] || fail "the server is not ready after the contract tests"
kill -0 "$server" 2>/dev/null || fail "the server did not survive the contract tests"
# A run without cases or without operations has tested nothing.
grep -Eq '[1-9][0-9,]* generated' "$work/report" || fail "Schemathesis made no request: $(tail -n 20 "$work/report")"
sed -n '/Test cases/,/^$/p' "$work/report"
printf '  ok  the server does what its OpenAPI document says (seed %s, %s form)\n' "$seed" "$form"
