#!/usr/bin/env python3
"""Writes Sources/Components/Schemas/Schemas+examples.swift: for each schema of a response one that a shop returned.

Usage: TRADEWIND=PROGRAM scripts/generate-examples.py > Sources/Components/Schemas/Schemas+examples.swift

A shop of its own, with both sandboxes, lives through one small story: two products, one order by card, its parcel, a return. All
examples come from that story, so they fit together, and their sums are right because the shop made them. A test holds each against
its schema; where one does not fit any more, run this again.
"""
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ.get("TRADEWIND", ".build/release/tradewind")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shop:
    """A shop with both sandboxes, and its responses by the name of their schema."""

    def __init__(self, place):
        self.processes, self.found, self.port = [], {}, free_port()
        data = f"{place}/data"
        settings = []
        for kind, name in (("payments", "payments.providers"), ("deliveries", "deliveries.carriers")):
            options = ["--speed", "36000"] if kind == "deliveries" else []
            sandbox = self.start(["sandbox", kind, "--data", f"{place}/{kind}", "--log-level", "error", *options])
            url = sandbox.stdout.readline().strip()
            settings += ["--set", f"{name}=sandbox", "--set", f"{kind}.sandbox.url={url}"]
        self.key = subprocess.run(
            [PROGRAM, "keys", "create", "--data", data, "--scope", "admin", "--name", "examples"],
            check=True, capture_output=True, text=True).stdout.strip()
        self.start(["serve", "--data", data, "--port", str(self.port), "--log-level", "error",
                    "--set", "deliveries.track-least=1", *settings])
        for _ in range(200):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.05)
        self.api = self.ask("GET", "/openapi.json")[1]

    def start(self, arguments):
        process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def ask(self, method, path, body=None, wait=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {} if path == "/readyz" else {"Authorization": f"Bearer {self.key}"} if hasattr(self, "key") else {}
        if wait:
            headers["Prefer"] = f"wait={wait}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(16)
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def do(self, method, path, body=None, wait=None):
        """Sends a request; keeps the first response of each schema as its example."""
        status, answer = self.ask(method, path, body, wait)
        if status >= 300:
            sys.exit(f"{method} {path}: {status} {answer}")
        name = self.schema(method, path, status)
        if name and isinstance(answer, (dict, list)):
            self.found.setdefault(name, answer)
        return answer

    def schema(self, method, path, status):
        plain = path.split("?")[0]
        for template, methods in self.api["paths"].items():
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if re.fullmatch(pattern, plain) and method.lower() in methods:
                answer = methods[method.lower()]["responses"].get(str(status), {})
                reference = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
                return reference.split("/")[-1]
        return ""

    def until(self, path, holds):
        for _ in range(300):
            answer = self.ask("GET", path)[1]
            if holds(answer):
                return
            time.sleep(0.1)
        sys.exit(f"{path} does not come so far: {answer}")

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


def pounds(amount):
    return {"amount": amount, "currency": "GBP"}


def story(shop):
    do = shop.do
    address = {"name": "Ann Lee", "line1": "1 High Street", "city": "Leeds", "postalCode": "LS1 1AA", "country": "GB"}
    for sku, name, price, grams in (("MUG-BLUE", "Blue mug", 895, 350), ("MUG-RED", "Red mug", 895, 350),
                                    ("TEAPOT", "Teapot for four", 2450, 900)):
        do("PUT", f"/v1/products/{sku}", {
            "name": name, "prices": [pounds(price)], "categories": ["Kitchen"], "grams": grams,
            **({"group": "mugs", "options": {"colour": name.split()[0].lower()}} if "MUG" in sku else {})})
        do("POST", f"/v1/stock/{sku}/adjustments", {"delta": 40, "kind": "received", "reason": "delivery 4711"})
    do("PUT", "/v1/groups/mugs", {"name": "Mugs"})
    customer = do("POST", "/v1/customers", {"email": "ann@example.com", "name": "Ann Lee", "addresses": [address]})["id"]
    cart = do("POST", "/v1/carts", {"currency": "GBP"})["id"]
    shop.found.pop("Cart")
    do("POST", f"/v1/carts/{cart}/lines", {"sku": "MUG-BLUE", "quantity": 2})
    lines = [{"sku": "MUG-BLUE", "quantity": 2}, {"sku": "TEAPOT", "quantity": 1}]
    who = {"id": customer, "email": "ann@example.com", "name": "Ann Lee"}
    do("POST", "/v1/orders/quote", {"lines": lines, "currency": "GBP", "customer": who})
    placed = do("POST", "/v1/orders", {
        "lines": lines, "currency": "GBP", "customer": who, "shipTo": address, "reference": "web-1001",
        "payment": {"method": "card", "token": "tok_visa"}}, wait=10)
    order = placed["id"]
    do("GET", f"/v1/orders/{order}")
    do("GET", f"/v1/orders/{order}/payments")
    parcel = do("POST", f"/v1/orders/{order}/shipments", {})["id"]
    shop.until(f"/v1/shipments/{parcel}", lambda answer: answer.get("state") == "delivered")
    shop.found.pop("Shipment", None)
    do("GET", f"/v1/shipments/{parcel}")
    shop.until("/v1/payments", lambda answer: answer["items"][0]["captured"]["amount"] == 4240)
    payment = do("GET", "/v1/payments")["items"][0]["id"]
    do("GET", f"/v1/payments/{payment}")
    do("POST", f"/v1/orders/{order}/returns", {
        "lines": [{"line": 1, "quantity": 1, "disposition": "restock"}], "reason": "chipped"})
    shop.until(f"/v1/payments/{payment}", lambda answer: answer["refunded"]["amount"] == 895)
    do("POST", "/v1/credits", {"order": order, "amount": pounds(200), "reason": "late delivery"})
    do("POST", "/v1/gift-cards", {"amount": pounds(5000), "funding": "sold"})
    do("POST", f"/v1/customers/{customer}/store-credit", {"amount": pounds(500), "reason": "late delivery"})
    hook = do("POST", "/v1/webhooks", {"url": "https://example.com/hooks", "events": ["order.*"]})["id"]
    # Every other route that can be read with these ids.
    known = {"/v1/orders": order, "/v1/payments": payment, "/v1/shipments": parcel, "/v1/customers": customer,
             "/v1/carts": cart, "/v1/webhooks": hook, "/v1/products": "MUG-BLUE", "/v1/stock": "MUG-BLUE",
             "/v1/groups": "mugs", "/v1/locations": "main"}
    for template, methods in shop.api["paths"].items():
        if "get" not in methods or template in ("/openapi.json", "/metrics"):
            continue
        path = template
        if "{" in path:
            base = "/".join(template.split("/")[:3])
            if base not in known:
                continue
            path = re.sub(r"\{[^}]*\}", known[base], template, count=1)
        takes = {parameter["name"] for parameter in methods["get"].get("parameters", [])}
        status, answer = shop.ask("GET", path + ("?limit=2" if "limit" in takes else ""))
        name = shop.schema("GET", path, status) if status == 200 else ""
        if name and isinstance(answer, (dict, list)):
            shop.found.setdefault(name, answer)


def literal(value):
    """A Swift raw string, split into lines that the compiler joins again."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    lines = [text[place:place + 108] for place in range(0, len(text), 108)]
    return "#\"\"\"\n" + "\\#\n".join(f"            {line}" for line in lines) + "\n            \"\"\"#"


def main():
    place = tempfile.mkdtemp(prefix="tradewind-examples-")
    shop = None
    try:
        shop = Shop(place)
        story(shop)
    finally:
        if shop:
            shop.end()
        shutil.rmtree(place)
    # Values that depend on the machine are left out.
    for name in ("Health", "ReplicaList", "ComponentList", "Availability", "IncidentList"):
        shop.found.pop(name, None)
    print("// Generated by scripts/generate-examples.py from the responses of a shop in one short scenario. Do not edit; run the script.\n")
    print("extension Schemas {")
    print("    /// For each schema of a response, one document that a shop returned.")
    print("    static let examples: [String: String] = [")
    for name, answer in sorted(shop.found.items()):
        print(f'        "{name}":\n            {literal(answer)},')
    print("    ]\n}")


main()
