#!/usr/bin/env python3
"""Makes the fixture that the tests check requests to Stripe against: the few operations of Stripe's OpenAPI document that are used,
without descriptions, an example of each object that is read, and the contract's own words for the amounts in them.

    scripts/extract-stripe-contract.py SPEC.yaml[.xz] FIXTURES.json[.xz] > Tests/ProvidersTests/Fixtures/stripe.json
"""

import json
import lzma
import sys

import yaml

OPERATIONS = [
    ("post", "/v1/payment_intents"),
    ("get", "/v1/payment_intents"),
    ("get", "/v1/payment_intents/search"),
    ("get", "/v1/payment_intents/{intent}"),
    ("post", "/v1/payment_intents/{intent}/capture"),
    ("post", "/v1/payment_intents/{intent}/cancel"),
    ("post", "/v1/refunds"),
    ("get", "/v1/refunds"),
    ("get", "/v1/disputes"),
]
EXAMPLES = ["payment_intent", "refund", "charge", "dispute", "balance_transaction"]
# The members that describe the handling of money: the stand-in of the tests follows their descriptions.
WORDS = {
    "payment_intent": ["amount", "amount_capturable", "amount_received", "latest_charge", "status"],
    "charge": ["amount", "amount_captured", "amount_refunded", "captured", "disputed", "refunded", "refunds"],
    "refund": ["amount", "created", "metadata", "payment_intent", "reason", "status"],
    "dispute": ["amount", "balance_transactions", "created", "payment_intent", "status"],
}
# The lists that are read by time, and the parameters whose descriptions say how.
LISTS = ["refunds", "disputes"]
LIST_PARAMETERS = ["limit", "starting_after"]
KEPT = {"type", "enum", "maxLength", "required", "properties", "additionalProperties", "items", "anyOf"}
# Large members that are not sent; only their names are kept.
OPAQUE = {"payment_method_options", "payment_method_data", "shipping", "mandate_data", "transfer_data", "radar_options"}


def load(path):
    opened = lzma.open(path, "rt") if path.endswith(".xz") else open(path)
    with opened as file:
        return yaml.load(file, Loader=yaml.CSafeLoader) if ".yaml" in path else json.load(file)


def compact(schema):
    kept = {name: value for name, value in schema.items() if name in KEPT}
    if "properties" in kept:
        kept["properties"] = {
            name: {} if name in OPAQUE else compact(value) for name, value in kept["properties"].items()
        }
    if isinstance(kept.get("additionalProperties"), dict):
        kept["additionalProperties"] = compact(kept["additionalProperties"])
    if "items" in kept:
        kept["items"] = compact(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [compact(choice) for choice in kept["anyOf"]]
    return kept


def operation(spec, method, path):
    found = spec["paths"][path][method]
    query = {
        "type": "object",
        "additionalProperties": False,
        "properties": {p["name"]: compact(p["schema"]) for p in found.get("parameters", []) if p["in"] == "query"},
        "required": [p["name"] for p in found.get("parameters", []) if p["in"] == "query" and p.get("required")],
    }
    form = found["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return {"method": method.upper(), "path": path, "query": query, "form": compact(form)}


def words(spec):
    schemas = spec["components"]["schemas"]
    found = {
        f"{name}.{member}": " ".join(schemas[name]["properties"][member]["description"].split())
        for name, members in WORDS.items()
        for member in members
    }
    capture = spec["paths"]["/v1/payment_intents/{intent}/capture"]["post"]["requestBody"]
    form = capture["content"]["application/x-www-form-urlencoded"]["schema"]["properties"]
    found["capture.amount_to_capture"] = " ".join(form["amount_to_capture"]["description"].split())
    found["cancel"] = " ".join(spec["paths"]["/v1/payment_intents/{intent}/cancel"]["post"]["description"].split())
    for name in LISTS:
        listing = spec["paths"][f"/v1/{name}"]["get"]
        found[name] = " ".join(listing["description"].split())
        for parameter in listing["parameters"]:
            if parameter["name"] in LIST_PARAMETERS:
                found[f"{name}.{parameter['name']}"] = " ".join(parameter["description"].split())
    return found


def main():
    spec, fixtures = load(sys.argv[1]), load(sys.argv[2])
    contract = {
        "version": spec["info"]["version"],
        "operations": [operation(spec, method, path) for method, path in OPERATIONS],
        "examples": {name: fixtures["resources"][name] for name in EXAMPLES},
        "words": words(spec),
    }
    json.dump(contract, sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
