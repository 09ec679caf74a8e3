"""The course of every drill of a cluster: customers come, something is broken while they go on, they leave, and their notes are compared with the
ledger.
"""

import http.client
import json
import os
import random
import statistics
import time

from cluster import ClusterError, wait_until
from customers import SKUS, Customers


class Course:
    """One drill."""

    def __init__(self, name, cluster, options):
        self.name, self.cluster, self.options = name, cluster, options
        self.random = random.Random(options.seed)
        self.checks, self.notes = [], []
        # When something was broken, and how long it took then until an order that was wanted later was acknowledged.
        self.faults, self.resumed = [], []
        self.customers = self.errors = None
        self.lost = self.doubled = self.before = 0

    def times(self, full, short=1):
        """How often the fault is injected."""
        return self.options.times or (short if self.options.short else full)

    # What drills do

    def note(self, words):
        """Notes and prints something worth telling."""
        self.notes.append(words)
        print(f"      {words}", flush=True)

    def check(self, words, is_kept, detail="", is_time=False):
        """Notes and prints whether a bound was kept; one on a time only counts where the machine has nothing else to do."""
        counts = not (is_time and self.options.counts_only)
        self.checks.append((words, bool(is_kept) or not counts))
        verdict = "ok  " if is_kept else ("FAIL" if counts else "slow")
        print(f"  {verdict}  {words}{'' if is_kept or not detail else f': {detail}'}", flush=True)

    def fault(self):
        """Notes that something is broken from now on; returns the time."""
        self.faults.append(time.time())
        return self.faults[-1]

    def first_order(self, since):
        """The order that was acknowledged first of those that were wanted after a moment; None where none was."""
        return next((one for one in self.customers.ended_since(since, "buy") if one.is_done), None)

    def wait_for_orders(self, since, within=90):
        """Waits until an order that was wanted after a moment is acknowledged; returns how long after that moment it was."""
        order = wait_until("orders are acknowledged again", lambda: self.first_order(since), within, pause=0.02)
        self.resumed.append(order.ended - since)
        return self.resumed[-1]

    def longest_gap(self, since, until):
        """The longest time in which no order was acknowledged."""
        ends = sorted(one.ended for one in self.customers.ended_since(0, "buy") if one.is_done and since <= one.ended <= until)
        moments = [since, *ends, until]
        return max(after - before for before, after in zip(moments, moments[1:]))

    def check_errors(self, orders=0, pages=0):
        """Checks how many errors customers saw."""
        for kind, most in ("buy", orders), ("browse", pages):
            count = sum(one.kind == kind for one in self.customers.operations)
            words = f"of {count:,} orders failed" if kind == "buy" else f"of {count:,} pages failed"
            tries = {0: ", without a second attempt", 1: ", with a second attempt by key"}[self.customers.retries] if kind == "buy" else ""
            seen = [one.attempts for one in self.errors[kind]]
            self.check(f"{len(seen)} {words}{tries}", len(seen) <= most, seen[:5])

    def check_pages(self):
        """Checks that no page failed."""
        self.check("pages went on", not self.errors["browse"], [one.attempts for one in self.errors["browse"]][:5])

    def check_resumed(self, within):
        """Checks how long orders were not acknowledged, the median of all faults."""
        median = statistics.median(self.resumed)
        self.check(f"orders were acknowledged again after {median:.1f} s (median of {len(self.resumed)}), {within} s at most", median <= within, is_time=True)

    # From the beginning to the end

    def run(self, drill):
        """Runs a drill to its end: up to its `yield` it breaks things, after it its bounds are checked."""
        print(f"== {self.name}: {drill.__doc__.splitlines()[0]}", flush=True)
        self.cluster.wait_for_database()
        self.before = self.count_orders()
        self.customers = Customers(self.cluster.doors, self.options.rate, self.options.rate, drill.retries, self.options.seed)
        steps = drill(self)
        self.customers.start()
        try:
            time.sleep(3)
            next(steps)
            time.sleep(3)
        finally:
            self.customers.leave()
            self.cluster.mend()
        self.cluster.wait_for_database()
        self.compare()
        next(steps, None)

    def count_orders(self):
        """The orders in the ledger."""
        return int(self.cluster.psql(self.cluster.leader(), "SELECT count(*) FROM orders;", database="shop"))

    def compare(self):
        """Compares the customers' notes with the ledger."""
        unsettled = self.customers.settle()
        if unsettled:
            self.note(f"{unsettled} orders were not acknowledged, and were sent again after the drill")
        operations = self.customers.operations
        orders = [one for one in operations if one.kind == "buy"]
        noted = {}
        for one in orders:
            noted.setdefault(one.key, set()).add(one.order)
        ids = {order for found in noted.values() for order in found}
        leader, query = self.cluster.leader(), "SELECT 'ord_' || encode(id, 'hex') FROM orders;"
        kept = set(self.cluster.psql(leader, query, database="shop", timeout=120).split())
        self.lost = len(ids - kept)
        self.doubled = len(kept) - self.before - len(ids & kept) + sum(len(found) - 1 for found in noted.values())
        self.errors = {kind: [one for one in operations if one.kind == kind and not one.is_done] for kind in ("buy", "browse")}
        self.check(f"none of {len(orders):,} orders is lost", self.lost == 0, self.lost)
        self.check("none is doubled", self.doubled == 0, self.doubled)
        journal = self.cluster.directory / "journal"
        journal.write_text("".join(f"{one.key}\t{one.order}\n" for one in orders))
        audit = self.cluster.command("audit", "--data", self.cluster.replicas[0].data, "--journal", journal, timeout=600)
        self.check("the audit is clean", audit.returncode == 0, audit.stdout[-1000:] + audit.stderr[-1000:])

    def report(self):
        """The report, as a line of JSON has it."""
        orders = [one for one in self.customers.operations if one.kind == "buy"]
        pages = [one for one in self.customers.operations if one.kind == "browse"]
        figures = {
            "orders": len(orders),
            "pages": len(pages),
            "failedOrders": len(self.errors["buy"]),
            "failedPages": len(self.errors["browse"]),
            "secondAttempts": sum(len(one.attempts) > 1 for one in orders),
            "longestOrder": round(max(one.ended - one.due for one in orders), 3),
            "longestPage": round(max(one.ended - one.due for one in pages), 3),
            "faults": len(self.faults),
            "lost": self.lost,
            "doubled": self.doubled,
        }
        if self.resumed:
            figures["resumed"] = sorted(round(took, 2) for took in self.resumed)
            figures["resumedMedian"] = round(statistics.median(self.resumed), 2)
        self.note(", ".join(f"{name} {value}" for name, value in figures.items()))
        return {
            "drill": f"cluster-{self.name}",
            "commit": os.environ.get("TRADEWIND_COMMIT", ""),
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "rate": self.options.rate,
            **figures,
            "checks": [{"bound": words, "kept": kept} for words, kept in self.checks],
            "notes": self.notes,
        }


def stock(cluster):
    """Gives the shop something to sell."""
    for sku in SKUS:
        operate(cluster, "PUT", f"/v1/products/{sku}", {"name": sku, "prices": [{"amount": 500, "currency": "GBP"}]})
        operate(cluster, "POST", f"/v1/stock/{sku}/adjustments", {"delta": 1_000_000, "kind": "received", "reason": "for drills"})


def operate(cluster, method, path, body):
    """A request of the operator."""
    connection = http.client.HTTPConnection(cluster.doors[0].host, cluster.doors[0].port, timeout=20)
    headers = {"Authorization": f"Bearer {cluster.key}", "Content-Type": "application/json", "Idempotency-Key": f"{method}{path}"}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status not in (200, 201, 204):
        raise ClusterError(f"{method} {path}: {answer.status} {text[:300]}")
