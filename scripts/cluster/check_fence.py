#!/usr/bin/env python3
"""check_fence.py: checks what the fence of deploy/postgres takes for a server that hangs, as tables; it looks at no server and ends nothing."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

FILE = pathlib.Path(__file__).resolve().parent.parent.parent / "deploy/postgres/fence"


def load():
    """The fence as a module."""
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("fence", str(FILE))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fence", loader))
    loader.exec_module(module)
    return module


fence = load()


def ready(age, writes="ok", status="ok", code=None):
    """What a replica answers at /readyz."""
    return 200, {"status": status, "writes": writes, "canaryAgeMs": age, **({"writesCode": code} if code else {})}


class Silence(unittest.TestCase):
    def test_what_a_replica_says(self):
        cases = [
            (ready(300), 0),
            (ready(2499), 0),
            (ready(2500), 2.5),
            ((503, {"status": "stuck", "writes": "no answer", "canaryAgeMs": 16000}), 16),
            (ready(40, "the ledger's server cannot be reached", "degraded", "away"), 0.04),
            # A full disk and a lock say nothing against the server.
            (ready(40, "the disk is full", "degraded", "diskFull"), None),
            (ready(40, "the ledger is busy", "degraded", "busy"), None),
            (ready(9000, "unknown", "starting"), None),
            (ready(9000, "unknown", "draining"), None),
            ((0, None), None),
            ((200, {"status": "ok"}), None),
            ((200, [1]), None),
            ((200, {"status": "ok", "writes": "ok", "canaryAgeMs": True}), None),
        ]
        for answer, expected in cases:
            self.assertEqual(fence.silence(answer), expected, answer)


class Witnesses(unittest.TestCase):
    def look(self, *rounds):
        """What is seen in the last of some rounds, a second apart; each is the silence of replicas a, b and c."""
        witnesses = fence.Witnesses(7)
        for second, silences in enumerate(rounds):
            seen = witnesses.look(dict(zip("abc", silences)), 100 + second)
        return seen

    def test_all_are_silent_for_long(self):
        self.assertEqual(self.look((6.9, 6.9, 6.9)), [])
        self.assertEqual(self.look((6.9, 6.9, 6.9), (7.9, 7.9, 7.9)), ["a", "b", "c"])

    def test_one_that_commits_speaks_for_the_server(self):
        self.assertEqual(self.look((20, 20, 0)), [])

    def test_one_that_says_nothing_speaks_for_nobody(self):
        self.assertEqual(self.look((20, 20, None)), ["a", "b"])
        self.assertEqual(self.look((20, None, None)), ["a"])

    def test_a_commit_in_between_ends_the_silence(self):
        self.assertEqual(self.look((6, 6, 6), (0, 6.5, 6.5), (2.6, 7.5, 7.5)), ["b", "c"])
        self.assertEqual(self.look((6, 6, 6), (0, 0, 0), (2.6, 2.6, 2.6)), [])

    def test_silence_lasts_over_refusals_in_time(self):
        """A replica that refuses at once tells a small age each time."""
        self.assertEqual(self.look(*[(0.04, 0.04, 0.04)] * 7), [])
        self.assertEqual(self.look(*[(0.04, 0.04, 0.04)] * 8), ["a", "b", "c"])

    def test_a_fence_that_was_stopped_begins_anew(self):
        witnesses = fence.Witnesses(7)
        witnesses.look({"a": 3, "b": 3}, 100)
        self.assertEqual(witnesses.look({"a": 3, "b": 3}, 160), [])


class Decision(unittest.TestCase):
    def fence(self, commits, role, successor, silences=(20, 20, 20)):
        """A fence over a server, etcd and replicas that are only described; what it killed is in `killed`."""
        environment = {
            "PATRONI_NAME": "one",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": "127.0.0.1:1",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": "127.0.0.1:1",
            "PATRONI_POSTGRESQL_DATA_DIR": "/nonexistent",
            "PATRONI_SUPERUSER_USERNAME": "postgres",
            "PATRONI_SUPERUSER_PASSWORD": "s3cret",
            "TRADEWIND_REPLICAS": "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3",
        }
        made = fence.Fence(environment)
        self.killed, self.steps = 0, []

        def kill():
            self.killed += 1
            return [1], []

        made.server.commits, made.server.kill, made.server.is_primary = lambda: commits, kill, lambda: False
        made.members = lambda: {"one": {"role": role}}
        made.successor = lambda members: successor
        made.follow = lambda: None
        made.tell = lambda step, **details: self.steps.append(step)
        made.witnesses.look = lambda said, now: [f"r{n}" for n, seconds in enumerate(silences) if seconds]
        return made

    def test_it_acts_where_everything_speaks_for_it(self):
        self.assertTrue(self.fence(False, "leader", "two").look())
        self.assertEqual((self.killed, self.steps), (1, ["fenced", "killed"]))

    def test_it_leaves_the_server_alone_otherwise(self):
        for name, one in {
            "the server commits": self.fence(True, "leader", "two"),
            "it does not lead": self.fence(False, "sync_standby", "two"),
            "Patroni says nothing": self.fence(False, None, "two"),
            "nobody could take over": self.fence(False, "leader", None),
            "one replica alone": self.fence(False, "leader", "two", (20, None, None)),
        }.items():
            self.assertFalse(one.look(), name)
            self.assertEqual(self.killed, 0, name)

    def test_an_obstacle_is_told_once(self):
        one = self.fence(True, "leader", "two")
        for _ in range(3):
            one.look()
        self.assertEqual(self.steps, ["not fenced"])

    def test_a_primary_that_another_has_replaced_is_ended_at_the_third_look(self):
        for leader, is_primary, expected in ("two", True, 1), ("two", False, 0), ("one", True, 0), (None, True, 0):
            one = self.fence(True, None, "two", (0, 0, 0))
            one.server.is_primary = lambda is_primary=is_primary: is_primary
            one.members = lambda leader=leader: {name: {"role": "leader" if name == leader else "replica"} for name in ("one", "two")}
            ended, fence.kill_patroni = [], lambda name: ended.append(name) or [1]
            self.assertEqual([one.look() for _ in range(3)], [False, False, expected == 1], (leader, is_primary))
            self.assertEqual((self.killed, ended), (expected, ["one"] * expected), (leader, is_primary))

    def test_one_replica_is_no_witness(self):
        with self.assertRaises(ValueError):
            fence.Fence({**os.environ, **{name: "x:1" for name in (
                "PATRONI_NAME", "PATRONI_RESTAPI_CONNECT_ADDRESS", "PATRONI_POSTGRESQL_CONNECT_ADDRESS", "PATRONI_POSTGRESQL_DATA_DIR",
                "PATRONI_SUPERUSER_USERNAME", "PATRONI_SUPERUSER_PASSWORD")}, "TRADEWIND_REPLICAS": "a:1, a:1"})


class Killing(unittest.TestCase):
    def test_it_ends_what_works_in_the_data_directory_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as other:
            inside = [subprocess.Popen(["sleep", "60"], cwd=data) for _ in range(3)]
            outside = subprocess.Popen(["sleep", "60"], cwd=other)
            os.kill(inside[1].pid, 19)
            (pathlib.Path(data) / "postmaster.pid").write_text(f"{inside[2].pid}\n{data}\n")
            server = fence.Server({"PATRONI_POSTGRESQL_DATA_DIR": data, "PATRONI_POSTGRESQL_CONNECT_ADDRESS": "h:1",
                                   "PATRONI_SUPERUSER_USERNAME": "u", "PATRONI_SUPERUSER_PASSWORD": "p"})
            self.assertEqual(server.processes()[0], inside[2].pid)
            killed = []
            real, os.kill = os.kill, lambda pid, number: (killed.append((pid, number)), real(pid, number))
            try:
                found = {process.pid for process in inside}
                server.processes = lambda: [process.pid for process in inside if process.poll() is None]
                self.assertEqual(server.kill(), (sorted(found), []))
            finally:
                os.kill = real
            self.assertEqual({pid for pid, _ in killed}, found)
            time.sleep(0.05)
            self.assertIsNone(outside.poll())
            outside.kill()
            outside.wait()


if __name__ == "__main__":
    unittest.main(verbosity=0)
