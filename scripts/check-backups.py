#!/usr/bin/env python3
"""check-backups.py PROGRAM [--moments N] [--seconds S] [--replay FILE]: backs up a shop of two replicas while customers buy and
processes are killed, and restores it from the archive alone.

The customers keep a journal of their own: when each order was sent, and when it was acknowledged. A ledger that is restored to a moment
must have every order that was acknowledged before it, and none that was sent after it.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

CHECKS = []


def check(name, fine, detail=""):
    """Notes and prints the result of a check."""
    CHECKS.append(fine)
    print(f"  {'ok  ' if fine else 'FAIL'}  {name}{'' if fine or not detail else ': ' + str(detail)[:2000]}", flush=True)


def stamp(seconds):
    """A time as the command line takes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z"


class Link:
    """A way to a server of this machine that can be made slow: bytes wait, and come at a rate."""

    CHUNK = 2048

    def __init__(self, port):
        self.target, self.delay, self.rate = port, 0.0, None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listener.accept()[0]
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for source, sink in (client, server), (server, client):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    def carry(self, source, sink):
        """Carries bytes in one direction until the end."""
        try:
            while chunk := source.recv(self.CHUNK):
                if self.rate:
                    time.sleep(self.delay + len(chunk) / self.rate)
                sink.sendall(chunk)
        except OSError:
            pass
        for end in source, sink:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Bucket:
    """A moto server, which imitates Amazon's store, with a bucket in it."""

    VENV = pathlib.Path(__file__).parent.parent / ".build" / "venv" / "bin"

    def __init__(self, work):
        if not (self.VENV / "moto_server").exists():
            sys.exit("moto_server is missing: scripts/install-deps test")
        port = free_port()
        self.log = open(work / "moto.log", "ab")
        self.process = subprocess.Popen(
            [self.VENV / "moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=self.log, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        maker = pathlib.Path(__file__).parent / "s3" / "make_bucket.py"
        made = subprocess.run([self.VENV / "python", maker, f"http://127.0.0.1:{port}", "shop-backups"], capture_output=True, text=True, check=True)
        self.access, self.secret = made.stdout.split()
        self.link = Link(port)
        self.url = f"http://127.0.0.1:{self.link.port}"

    def stop(self):
        """Ends the server."""
        self.process.kill()
        self.process.wait()


def free_port():
    """A port of this machine on which nothing listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Shop:
    """A shop with two replicas and an archiver, under `tradewind up`."""

    def __init__(self, program, work, bucket):
        self.program, self.work = program, work
        self.data, self.place, self.second = work / "data", work / "place", "s3://shop-backups/first/shop"
        self.port = free_port()
        keys = work / "backup.keys"
        keys.write_text(os.urandom(32).hex() + "\n")
        keys.chmod(0o600)
        self.environment = dict(
            os.environ,
            TRADEWIND_BACKUP_PLACE=str(self.place),
            TRADEWIND_BACKUP_SECOND_PLACE=self.second,
            TRADEWIND_BACKUP_S3_ENDPOINT=bucket.url,
            TRADEWIND_BACKUP_S3_ACCESS_KEY=bucket.access,
            TRADEWIND_BACKUP_S3_SECRET_KEY=bucket.secret,
            TRADEWIND_BACKUP_KEYS=str(keys),
            TRADEWIND_BACKUP_ALERT="2",
        )
        self.key = self.run("keys", "create", "--data", self.data, "--scope", "admin").stdout.split()[-1]
        self.log = open(work / "up.log", "ab")
        self.process = None

    def run(self, *words, environment=None):
        """Runs a command of the program; its exit code is in the result."""
        return subprocess.run(
            [self.program, *map(str, words)],
            env=environment or self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self):
        """Opens the shop, and waits until it serves."""
        words = [self.program, "up", "--data", str(self.data), "--port", str(self.port), "--replicas", "2"]
        self.process = subprocess.Popen(words, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit("the shop did not open: " + (self.work / "up.log").read_text()[-2000:])

    def stop(self):
        """Closes the shop."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def request(self, method, path, body=None, key=None):
        """One request on a connection of its own: the status and the JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            if key:
                headers["Idempotency-Key"] = key
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, (json.loads(text) if text[:1] in b"{[" else text)
        finally:
            connection.close()

    def metric(self, name):
        """A figure of /metrics; nil where it is not there."""
        text = self.request("GET", "/metrics")[1].decode()
        lines = [line for line in text.splitlines() if line.startswith(name + " ")]
        return float(lines[0].split()[1]) if lines else None

    def pids(self, file):
        """The process of a companion."""
        return int((self.data / "run" / file).read_text())

    def replicas(self):
        """The processes of the replicas."""
        status = json.loads(self.run("status", "--data", self.data, "--json").stdout)
        return [replica["pid"] for replica in status["replicas"]]


class Customers:
    """Buyers who note what they sent and what was acknowledged."""

    def __init__(self, shop, count):
        self.shop, self.orders, self.lock, self.stopped = shop, [], threading.Lock(), threading.Event()
        self.slowest, self.waits = 0.0, []
        self.threads = [threading.Thread(target=self.buy, args=(number,), daemon=True) for number in range(count)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def figures(self, begun, ended):
        """Orders a second in a time, and the 99th percentile of their waits in milliseconds."""
        with self.lock:
            waits = sorted(wait for at, wait in self.waits if begun <= at < ended)
        return len(waits) / (ended - begun), 1000 * waits[len(waits) * 99 // 100] if waits else 0.0

    def buy(self, number):
        count = 0
        while not self.stopped.is_set():
            count += 1
            self.order(f"check-{number}-{count}")
            time.sleep(0.01)

    def order(self, key):
        body = {
            "currency": "GBP",
            "customer": {"email": f"{key}@example.com"},
            "lines": [{"sku": random.choice(["A", "B", "C"]), "quantity": 1}],
        }
        sent = time.time()
        while not self.stopped.is_set() or time.time() - sent < 20:
            try:
                begun = time.time()
                status, answer = self.shop.request("POST", "/v1/orders", body, key)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 201:
                with self.lock:
                    self.waits.append((begun, time.time() - begun))
                    self.slowest = max(self.slowest, time.time() - begun)
                    self.orders.append((sent, time.time(), answer["id"]))
                return
            time.sleep(0.02)


def orders_of(database):
    """The ids of all orders in a ledger's file."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return {"ord_" + row[0].lower() for row in connection.execute("SELECT hex(id) FROM orders")}


def compare(customers, moment, database):
    """What a restored ledger lacks of the journal, and what it has too much."""
    there = orders_of(database)
    lacking = [order for _, answered, order in customers.orders if answered < moment and order not in there]
    beyond = [order for sent, _, order in customers.orders if sent > moment and order in there]
    return lacking, beyond


def trade(shop, customers, seconds, replay):
    """Customers buy while replicas and the archiver are killed and stopped."""
    load = None
    if replay:
        environment = dict(shop.environment, TRADEWIND_URL=f"http://127.0.0.1:{shop.port}", TRADEWIND_KEY=shop.key)
        load = subprocess.Popen([shop.program, "replay", replay], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + seconds
    kills = 0
    while time.monotonic() < end or (load and load.poll() is None):
        time.sleep(seconds / 8)
        try:
            os.kill(random.choice(shop.replicas()), signal.SIGKILL)
            kills += 1
            time.sleep(seconds / 16)
            os.kill(shop.pids("archiver.pid"), signal.SIGKILL)
            kills += 1
        except (ProcessLookupError, IndexError, ValueError, FileNotFoundError, json.JSONDecodeError):
            pass
    if load:
        check("the year's replay went through meanwhile", load.wait() == 0)
    return kills


def check_moments(shop, customers, work, moments, begun, ended):
    """Restores to random moments."""
    for number in range(moments):
        moment = random.uniform(begun, ended)
        into = work / f"moment-{number}"
        told = shop.run("restore", "--to", stamp(moment), "--into", into)
        if told.returncode:
            check(f"restore to {stamp(moment)}", False, told.stderr)
            continue
        # The command line takes milliseconds, so an order that was sent or answered within this one may be on either side.
        lacking, beyond = compare(customers, moment - 0.002, into / "tradewind.db"), compare(customers, moment + 0.002, into / "tradewind.db")
        audit = shop.run("audit", "--data", into)
        fine = not lacking[0] and not beyond[1] and audit.returncode == 0
        check(f"restored to {stamp(moment)}, it is as the customers' journal says, and its audit is clean", fine, (lacking[0][:3], beyond[1][:3], audit.stdout[-500:]))
        shutil.rmtree(into)


def settle(shop):
    """Waits until the shop's own archiver works, which was killed a moment ago, and has nothing left to do."""
    begun, report = time.time(), shop.data / "backup" / "report.json"

    def reported():
        # A restored shop has no report before the first round of its archiver.
        return json.loads(report.read_text())["at"] / 1000 if report.exists() else 0

    while time.time() - begun < 60 and reported() < begun + 1:
        time.sleep(0.1)
    check("the archiver works", shop.run("backup", "now", "--data", shop.data).returncode == 0)


def check_archiver(shop):
    """A stopped archiver is noticed, and what it missed is caught up with."""
    archiver = shop.pids("archiver.pid")
    os.kill(archiver, signal.SIGSTOP)
    begun = time.monotonic()
    while time.monotonic() - begun < 15 and "may be in no place" not in shop.run("status", "--data", shop.data).stdout:
        time.sleep(0.1)
    took = time.monotonic() - begun
    age = shop.metric("tradewind_backup_age_seconds")
    os.kill(archiver, signal.SIGCONT)
    check(f"a stopped archiver is told of after {took:.1f} s, and its age grows", took < 6 and age and age > 2, (took, age))
    check("it catches up", shop.run("backup", "now", "--data", shop.data).returncode == 0)


def check_slow(shop, customers, bucket, seconds=5):
    """A store that is slow slows no order, is told of, and is caught up with; real bytes over a connection that takes its time."""
    settle(shop)
    report = shop.data / "backup" / "report.json"
    before = time.time()
    time.sleep(seconds / 2)
    begun = time.time()
    bucket.link.delay, bucket.link.rate = 0.1, 2000
    told, waiting, ages = None, 0, []
    while time.time() - begun < seconds:
        status = json.loads(shop.run("status", "--data", shop.data, "--json").stdout)
        if told is None and any("a place of the archive lacks" in one["cause"] for one in status["recoveries"]):
            told = time.time() - begun
        waiting = max(waiting, json.loads(report.read_text())["waitingBytes"])
        text = shop.request("GET", "/metrics")[1].decode()
        ages = [float(line.split()[1]) for line in text.splitlines() if line.startswith("tradewind_backup_place_age_seconds{")]
        time.sleep(0.1)
    ended = time.time()
    bucket.link.rate = None
    done = shop.run("backup", "now", "--data", shop.data)
    caught = time.time() - ended
    after = time.time()
    time.sleep(seconds / 2)
    calm = [customers.figures(before, begun), customers.figures(after, after + seconds / 2)]
    slow = customers.figures(begun, ended)
    words = f"{slow[0]:.0f} orders a second and p99 {slow[1]:.0f} ms, calm {calm[0][0]:.0f} and {calm[0][1]:.0f} before, {calm[1][0]:.0f} and {calm[1][1]:.0f} after"
    fine = slow[0] >= 0.7 * min(rate for rate, _ in calm) and slow[1] <= 1.5 * max(p99 for _, p99 in calm) + 50
    check(f"while the bucket is slow no order is: {words}", fine)
    check(f"a slow bucket is told of ({told or 0:.1f} s), its age grows and the other place's does not", told and told < 4 and len(ages) == 2 and ages[1] > 2 > ages[0], (told, ages))
    check(f"what waited ({waiting >> 10} KiB at most) is caught up with within {caught:.1f} s", done.returncode == 0 and 0 < waiting < 64 << 20, done.stderr)


def check_stopped_store(shop, customers, bucket):
    """A store that takes connections and answers nothing holds up neither orders nor the other place."""
    settle(shop)
    customers.slowest = 0.0
    os.kill(bucket.process.pid, signal.SIGSTOP)
    time.sleep(4)
    report = json.loads((shop.data / "backup" / "report.json").read_text())
    behind = [time.time() - (place.get("until") or 0) / 1000 for place in report["places"]]
    os.kill(bucket.process.pid, signal.SIGCONT)
    check(f"while the bucket answers nothing the directory is {behind[0]:.1f} s behind, and no order took longer than two", behind[0] < 3 < behind[1] and customers.slowest < 2, (behind, customers.slowest))
    check("the bucket is caught up with", shop.run("backup", "now", "--data", shop.data).returncode == 0)


def check_absent(shop, customers):
    """A place that is away does not slow orders, and is caught up with."""
    settle(shop)
    away = shop.place.with_name("away")
    customers.slowest = 0.0
    shop.place.rename(away)
    time.sleep(3)
    report = json.loads((shop.data / "backup" / "report.json").read_text())
    failing = [place for place in report["places"] if place.get("failure")]
    empty = not shop.place.exists() or not any(shop.place.iterdir())
    away.rename(shop.place) if not shop.place.exists() else None
    check("a place that is away is told of, and nothing is written where it was", len(failing) == 1 and empty, report)
    check(f"no order took longer than two seconds meanwhile ({customers.slowest:.2f} s)", customers.slowest < 2)
    check("it is caught up with", shop.run("backup", "now", "--data", shop.data).returncode == 0)


def damages(place):
    """Six damages of an archive, each as a function of a copy."""

    def pieces(root, kind):
        return sorted(path for path in root.rglob("*") if path.is_file() and f"/{kind}/" in str(path))

    def flip(path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        path.write_bytes(content)

    def cut(path):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[: len(content) // 2])

    def swap(first, second):
        one, two = first.read_bytes(), second.read_bytes()
        first.unlink(), second.unlink()
        first.write_bytes(two), second.write_bytes(one)

    def part(root):
        return [path for path in pieces(root, "snapshots") if path.name.startswith("part")][0]

    def middle(root):
        runs = pieces(root, "changes")
        return runs[len(runs) // 2]

    return {
        "a flipped byte in a run of turns": lambda root: flip(middle(root)),
        "a run of turns that is missing": lambda root: middle(root).unlink(),
        "two runs of turns with each other's names": lambda root: swap(*pieces(root, "changes")[1:3]),
        "a flipped byte in a snapshot": lambda root: flip(part(root)),
        "a snapshot that is cut": lambda root: cut(part(root)),
        "a snapshot without its manifest": lambda root: [path for path in pieces(root, "snapshots") if path.name == "manifest"][0].unlink(),
    }


def check_damages(shop, customers, work):
    """Each planted damage is found, and not restored without a word."""
    whole = {order for _, _, order in customers.orders}
    for name, plant in damages(shop.place).items():
        copy = work / "damaged"
        shutil.copytree(shop.place, copy)
        plant(copy)
        found = shop.run("backup", "verify", "--data", shop.data, "--from", copy)
        check(f"verify finds {name}", found.returncode == 1 and "wrong:" in found.stdout, found.stdout + found.stderr)
        into = work / "from-damaged"
        restored = shop.run("restore", "--into", into, "--from", copy)
        silent = restored.returncode == 0 and not whole <= orders_of(into / "tradewind.db")
        check(f"  and it is not restored without a word", not silent, restored.stdout)
        shutil.rmtree(copy)
        shutil.rmtree(into, ignore_errors=True)


def check_mistake(shop, customers, work):
    """A table that is emptied by mistake is back when the shop is restored to the moment before."""
    settle(shop)
    before = time.time()
    orders = orders_of(shop.data / "tradewind.db")
    time.sleep(1.5)
    with sqlite3.connect(shop.data / "tradewind.db", timeout=10) as connection:
        connection.execute("DELETE FROM orders")
    time.sleep(1)
    into = work / "mistake"
    told = shop.run("restore", "--to", stamp(before + 0.5), "--into", into)
    there = orders_of(into / "tradewind.db") if told.returncode == 0 else set()
    check("a table that was emptied by mistake is there a second before", told.returncode == 0 and orders <= there, told.stderr)


def check_disaster(shop, customers, work):
    """The disk is lost: the shop goes on from the archive alone, on another machine."""
    shop.run("backup", "now", "--data", shop.data)
    lost = time.time()
    for replica in shop.replicas():
        os.kill(replica, signal.SIGSTOP)
    shop.process.kill()
    shop.process.wait()
    for file in ["archiver.pid"]:
        try:
            os.kill(shop.pids(file), signal.SIGKILL)
        except ProcessLookupError:
            pass
    subprocess.run(["pkill", "-KILL", "-f", f"serve --data {shop.data}"], check=False)
    shutil.rmtree(shop.data)
    told = shop.run("restore", "--into", shop.data)
    lacking, _ = compare(customers, lost - 1, shop.data / "tradewind.db") if told.returncode == 0 else ([None], [])
    check("after the loss of the disk all that is older than a second is there", told.returncode == 0 and not lacking, (told.stderr, lacking[:3]))
    shop.start()
    status, events = shop.request("GET", "/v1/events?limit=1")
    check("the restored shop serves, and its feed has a new epoch", status == 200 and events.get("epoch", 0) > 0, events)
    customers.stopped.clear()
    customers.order("after-the-restore")
    customers.stopped.set()
    check("it takes orders, and is archived again", shop.run("backup", "now", "--data", shop.data).returncode == 0)
    verified = shop.run("backup", "verify", "--data", shop.data)
    check("and that archive is sound", verified.returncode == 0, verified.stdout + verified.stderr)


def check_corruption(shop, customers):
    """A byte that changes in the shop's file, and that the file's own checks cannot see, closes the shop for changes until it is restored."""
    shop.run("backup", "now", "--data", shop.data)
    shop.stop()
    database = shop.data / "tradewind.db"
    content = bytearray(database.read_bytes())
    at = content.rindex(b"after-the-restore@example.com")
    content[at] ^= 1
    database.write_bytes(content)
    shop.start()
    found = shop.run("backup", "verify", "--data", shop.data)
    check("a byte that changed inside a text of the ledger is found by verify", found.returncode == 1 and "orders:" in found.stdout, found.stdout)
    body = {"currency": "GBP", "lines": [{"sku": "A", "quantity": 1}]}
    status, answer = shop.request("POST", "/v1/orders", body, "damaged")
    check("from then on the shop changes nothing", status == 503 and answer.get("code") == "ledger_damaged", (status, answer))
    check("and is still read", shop.request("GET", "/v1/products/A")[0] == 200)
    shop.stop()
    told = shop.run("restore", "--in-place", shop.data)
    check("one command restores it", told.returncode == 0, told.stderr)
    shop.start()
    status, answer = shop.request("POST", "/v1/orders", body, "damaged")
    check("then it takes orders", status == 201, (status, answer))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--moments", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--replay")
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="backups-"))
    bucket = Bucket(work)
    shop = Shop(os.path.abspath(options.program), work, bucket)
    try:
        shop.start()
        for sku in "ABC":
            shop.request("PUT", f"/v1/products/{sku}", {"name": sku, "prices": [{"currency": "GBP", "amount": 100}]})
            shop.request("POST", f"/v1/stock/{sku}/adjustments", {"delta": 1_000_000, "kind": "received", "reason": "check"})
        first = shop.run("backup", "now", "--data", shop.data)
        check("a shop that is new is archived", first.returncode == 0, first.stderr)
        customers = Customers(shop, 4)
        customers.start()
        begun = time.time()
        check_slow(shop, customers, bucket)
        check_archiver(shop)
        kills = trade(shop, customers, options.seconds, options.replay)
        check_absent(shop, customers)
        check_stopped_store(shop, customers, bucket)
        ended = time.time()
        customers.stop()
        check("it is archived up to the end", shop.run("backup", "now", "--data", shop.data).returncode == 0)
        report = json.loads((shop.data / "backup" / "report.json").read_text())
        check(f"after {kills} kills and {len(customers.orders)} orders the archive has no gap", report["gaps"] == 0, report)
        check_moments(shop, customers, work, options.moments, begun, ended)
        for place in shop.place, shop.second:
            sound = shop.run("backup", "verify", "--data", shop.data, "--from", place)
            check(f"the {'first' if place == shop.place else 'second'} place is sound", sound.returncode == 0, sound.stdout + sound.stderr)
        check_damages(shop, customers, work)
        check_disaster(shop, customers, work)
        check_corruption(shop, customers)
        check_mistake(shop, customers, work)
    finally:
        shop.stop()
        bucket.stop()
        if all(CHECKS):
            shutil.rmtree(work)
        else:
            print(f"what is left is in {work}", file=sys.stderr)
    sys.exit(0 if CHECKS and all(CHECKS) else 1)


if __name__ == "__main__":
    main()
