#!/usr/bin/env python3
"""postgres.py PROGRAM [ROUNDS] [SECONDS]: checkouts with the ledger in a file, in PostgreSQL, and in PostgreSQL with a synchronous standby.

Beside them runs pgbench's own TPC-B-like load on the same servers (`-M prepared`, the best of several numbers of clients), because the rate of
every durable commit follows the disk. In the end three servers on one database sell one SKU beside one server that does. All loads run one after another in each round, so that this machine's changes of speed meet all of them;
read the ratios. Processor time is that of all threads of the server of the API for a checkout.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIENTS = (8, 16, 32, 64)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def as_postgres(*words):
    """A command as the user who may run PostgreSQL's programs."""
    return [*(("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--") if os.geteuid() == 0 else ()), *map(str, words)]


def processor_time(process):
    """Nanoseconds of all threads."""
    total = 0
    for thread in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            pass
    return total


class Database:
    """A PostgreSQL server, and a standby that each of its commits waits for where it has one."""

    def __init__(self, work, has_standby):
        self.port, self.servers = free_port(), []
        self.start(work / "primary", self.port)
        if has_standby:
            copy = work / "standby"
            subprocess.run(
                as_postgres("pg_basebackup", "-h", "127.0.0.1", "-p", self.port, "-U", "tradewind", "-D", copy, "-R", "-c", "fast"), check=True
            )
            self.start(copy, free_port())
            self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.sql("SELECT pg_reload_conf()")
            while self.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1":
                time.sleep(0.1)
        for name in ("shop", "pgbench"):
            self.sql(f"CREATE DATABASE {name}")
        self.pgbench("-i", "-s", 50, "-q")

    def start(self, directory, port):
        settings = ("shared_buffers=256MB", "max_wal_size=4GB", "max_connections=150")
        words = [ROOT / "scripts/postgres/run", directory, port, *settings]
        server = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if server.stdout.readline() != "ready\n":
            sys.exit("PostgreSQL did not start")
        self.servers.append(server)

    def sql(self, statement):
        words = ["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tradewind", "-d", "postgres", "-c", statement]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

    def pgbench(self, *options):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
        words = [programs[-1], "-h", "127.0.0.1", "-p", self.port, "-U", "tradewind", *options, "pgbench"]
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout

    def transactions(self, seconds, clients):
        """TPC-B-like transactions a second."""
        told = self.pgbench("-M", "prepared", "-c", clients, "-j", 2, "-T", max(1, round(seconds)), "-n")
        return float(re.search(r"^tps = ([0-9.]+)", told, re.MULTILINE)[1])

    def stop(self):
        for server in self.servers:
            server.communicate(timeout=60)


class Shop:
    """A server of the API."""

    def __init__(self, program, work, database):
        self.program, self.port, self.data, self.environment = program, free_port(), work / "data", dict(os.environ)
        if database:
            self.environment["TRADEWIND_POSTGRES_URL"] = f"postgres://tradewind@127.0.0.1:{database.port}/shop"
        self.key = self.run("keys", "create", "--data", self.data, "--scope", "admin").split()[-1]
        self.log = open(work / "log", "ab")
        options = ("--set", "limits.rates=no", "--set", "orders.guest-units=0", "--set", "orders.guest-share=100")
        words = [program, "serve", "--data", self.data, "--port", self.port, *options]
        self.server = subprocess.Popen([str(word) for word in words], env=self.environment, stdout=self.log, stderr=self.log)
        while not self.is_ready():
            time.sleep(0.1)
        self.load(1, "--prepare")

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], env=self.environment, capture_output=True, text=True, check=True).stdout

    def is_ready(self):
        if self.server.poll() is not None:
            sys.exit(pathlib.Path(self.log.name).read_text())
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz").status == 200
        except (urllib.error.URLError, OSError):
            return False

    def load(self, seconds, *options, of="checkout"):
        """Checkouts: their rate, the microseconds of the server for each, and their p50 and p99 in milliseconds."""
        before = processor_time(self.server)
        words = [self.program, "bench", of, "--url", f"http://127.0.0.1:{self.port}", "--skus", "4000", "--json", "--warmup", "0.3"]
        told = subprocess.run(
            [*words, "--duration", str(seconds), *options], env=dict(self.environment, TRADEWIND_KEY=self.key), capture_output=True, text=True
        )
        if told.returncode:
            sys.exit(f"{told.stdout}{told.stderr}")
        result = json.loads(told.stdout)["result"]
        spent = (processor_time(self.server) - before) / result["requests"] / 1000
        return result["requests"] / seconds, spent, result["latency"]["p50Micros"] / 1000, result["latency"]["p99Micros"] / 1000

    def stop(self):
        self.server.terminate()
        self.server.wait()


def hot(shops, seconds):
    """Checkouts a second, each with a line of the same SKU, of several servers together."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return sum(measured[0] for measured in pool.map(lambda shop: shop.load(seconds, of="checkout:hot"), shops))


def ratio(name, above, below):
    """Tells the ratios of two lists of figures that were measured in the same rounds."""
    ratios = [first / second for first, second in zip(above, below)]
    print(f"{name:46} {statistics.median(ratios):5.2f}  of {', '.join(f'{each:.2f}' for each in ratios)}")


def main():
    program = os.path.abspath(sys.argv[1])
    rounds, seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 6, float(sys.argv[3]) if len(sys.argv) > 3 else 5
    work = pathlib.Path(tempfile.mkdtemp(prefix="postgres-bench-"))
    work.chmod(0o755)
    running = []
    try:
        databases, shops = {}, {}
        for name in ("file", "postgres", "standby"):
            (work / name).mkdir()
            (work / name).chmod(0o777)
            if name != "file":
                databases[name] = Database(work / name, name == "standby")
                running.insert(0, databases[name])
            shops[name] = Shop(program, work / name, databases.get(name))
            running.insert(0, shops[name])
        clients = {name: max(CLIENTS, key=lambda count: each.transactions(3, count)) for name, each in databases.items()}
        rates, results = {name: [] for name in databases}, {name: [] for name in shops}
        for number in range(rounds):
            for name, shop in list(shops.items())[:: (1, -1)[number % 2]]:
                results[name].append(shop.load(seconds))
                if name in databases:
                    rates[name].append(databases[name].transactions(seconds, clients[name]))
        print(f"{'checkouts over HTTP':20} {'a second':>9} {'CPU us each':>12} {'p50 ms':>7} {'p99 ms':>7}")
        for name, measured in results.items():
            print("{:20} {:9.0f} {:12.1f} {:7.1f} {:7.1f}".format(name, *map(statistics.median, zip(*measured))))
        for name, measured in rates.items():
            print(f"pgbench, {name:11} {statistics.median(measured):9.0f}  with {clients[name]} clients")
        column = {name: [each[0] for each in measured] for name, measured in results.items()}
        for name in databases:
            ratio(f"checkouts: {name} / file", column[name], column["file"])
            ratio(f"checkouts / pgbench's transactions: {name}", column[name], rates[name])
        for name, shop in shops.items():
            half = statistics.median(column[name]) / 2
            _, _, middle, slowest = shop.load(2 * seconds, "--rate", f"{half:.0f}")
            print(f"at half of the peak, {name}: {half:.0f}/s, p50 {middle:.1f} ms, p99 {slowest:.1f} ms")
        three = [shops["postgres"]]
        for number in (2, 3):
            (work / f"replica{number}").mkdir()
            three.append(Shop(program, work / f"replica{number}", databases["postgres"]))
            running.insert(0, three[-1])
        pairs = [(hot(three, seconds), hot(three[:1], seconds)) for _ in range(rounds)]
        ratio("one hot SKU: three servers / one", *zip(*pairs))
    finally:
        for each in running:
            each.stop()
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
