#!/usr/bin/env python3
"""backups.py PROGRAM [ROUNDS] [SECONDS]: what an archive costs a checkout, and how long a restore takes.

Two servers of one program, one of them archived to a directory on the same disk, take checkouts in turn. Processor time is that of all
threads of a process (/proc/PID/task/*/schedstat), for a checkout. In the end the archive is verified, which restores it.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def processor_time(process):
    """Nanoseconds of all threads."""
    total = 0
    for thread in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            pass
    return total


class Server:
    """A server, with or without an archiver."""

    def __init__(self, program, port, archived):
        self.program, self.port, self.work = program, port, pathlib.Path(tempfile.mkdtemp(prefix="backups-"))
        self.environment = dict(os.environ)
        if archived:
            self.environment["TRADEWIND_BACKUP_PLACE"] = str(self.work / "place")
        self.data = self.work / "data"
        self.key = self.run("keys", "create", "--data", self.data, "--scope", "admin").stdout.split()[-1]
        self.log = open(self.work / "log", "ab")
        self.server = self.spawn("serve", "--data", self.data, "--port", port)
        self.archiver = self.spawn("backup", "run", "--data", self.data) if archived else None
        while not self.is_ready():
            time.sleep(0.1)

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], env=self.environment, capture_output=True, text=True, check=True)

    def spawn(self, *words):
        return subprocess.Popen([self.program, *map(str, words)], env=self.environment, stdout=self.log, stderr=self.log)

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz").status == 200
        except (urllib.error.URLError, OSError):
            return False

    def load(self, seconds, *options):
        """Checkouts for some seconds: microseconds of server and archiver for each, their rate, and their p99 in milliseconds."""
        before = [processor_time(process) if process else 0 for process in (self.server, self.archiver)]
        environment = dict(self.environment, TRADEWIND_KEY=self.key)
        words = ["bench", "checkout", "--url", f"http://127.0.0.1:{self.port}", "--duration", str(seconds), "--warmup", "0.3"]
        told = subprocess.run(
            [self.program, *words, "--skus", "4000", "--json", *options], env=environment, capture_output=True, text=True, check=True
        )
        if self.archiver:
            # What was committed last is archived within a second, and counts.
            time.sleep(1.2)
        after = [processor_time(process) if process else 0 for process in (self.server, self.archiver)]
        result = json.loads(told.stdout)["result"]
        spent = [(late - early) / result["requests"] / 1000 for early, late in zip(before, after)]
        return *spent, result["requests"] / seconds, result["latency"]["p99Micros"] / 1000

    def stop(self):
        for process in (self.archiver, self.server):
            if process:
                process.terminate()
                process.wait()
        shutil.rmtree(self.work)


def main():
    program = os.path.abspath(sys.argv[1])
    rounds, seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 8, float(sys.argv[3]) if len(sys.argv) > 3 else 5
    servers = [Server(program, 19700 + archived, archived) for archived in (0, 1)]
    try:
        for server in servers:
            server.load(1, "--prepare")
        results = ([], [])
        for number in range(rounds):
            for which in ((0, 1), (1, 0))[number % 2]:
                results[which].append(servers[which].load(seconds))
        for which, name in enumerate(("not archived", "archived")):
            own, archiver, rate, slowest = (statistics.median(column) for column in zip(*results[which]))
            print(f"{name:13} {own:6.1f} us of the server, {archiver:4.1f} us of the archiver, {rate:7.0f}/s, p99 {slowest:5.1f} ms")
        for index, name in ((2, "rate"), (3, "p99")):
            ratios = [late[index] / early[index] for early, late in zip(*results)]
            print(f"archived against not, {name}: median {statistics.median(ratios):.3f} of {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
        report = json.loads(servers[1].run("backup", "verify", "--data", servers[1].data, "--json").stdout)
        size, took = report["restoredBytes"] / 1e9, report["restoreSeconds"]
        print(f"restored {size:.2f} GB in {took:.1f} s: {took / size:.1f} s a GB; an archive of {report['archiveBytes'] / 1e6:.0f} MB")
        print(f"a loss of the disk would have cost {report['lossMilliseconds']} ms of turns; wrong: {report['findings']}")
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
