#!/usr/bin/env python3
"""check_fence.py: checks what the fence of deploy/postgres takes for a server that hangs, as tables; it looks at no server and ends nothing."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
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

    def test_what_was_while_another_led_does_not_count(self):
        witnesses = fence.Witnesses(7)
        witnesses.look({"a": 20, "b": 20}, 100, leads=False)
        self.assertEqual(witnesses.look({"a": 21, "b": 21}, 101), [])
        self.assertEqual(witnesses.look({"a": 26.9, "b": 26.9}, 106.9), [])
        self.assertEqual(witnesses.look({"a": 27, "b": 27}, 107), ["a", "b"])
        self.assertEqual(witnesses.look({"a": 28, "b": 28}, 108, leads=False), [])
        self.assertEqual(witnesses.look({"a": 29, "b": 29}, 109), [])

    def test_a_fence_that_was_stopped_begins_anew(self):
        witnesses = fence.Witnesses(7)
        witnesses.look({"a": 3, "b": 3}, 100)
        self.assertEqual(witnesses.look({"a": 3, "b": 3}, 160), [])


class Decision(unittest.TestCase):
    def fence(self, commits, role, successor, silences=(20, 20, 20), changed=3600):
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

        def probe():
            self.asked += 1
            return commits

        self.asked = 0
        made.server.commits, made.server.kill, made.server.is_primary = probe, kill, lambda: False
        made.members = lambda: {"one": {"role": role}} if role else None
        made.successor = lambda members, now: successor
        made.changed = lambda: changed
        made.follow = lambda: None
        made.tell = lambda step, **details: self.steps.append(step)
        made.witnesses.look = lambda said, now, leads: [f"r{n}" for n, seconds in enumerate(silences) if seconds] if leads else []
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
            "the lead has just changed": self.fence(False, "leader", "two", changed=59),
            "the lead has just changed, by a clock that is ahead": self.fence(False, "leader", "two", changed=-59),
            "nobody knows when the lead changed": self.fence(False, "leader", "two", changed=None),
        }.items():
            self.assertFalse(one.look(), name)
            self.assertEqual(self.killed, 0, name)

    def test_the_server_is_asked_only_where_somebody_could_take_over(self):
        self.fence(False, "leader", None).look()
        self.assertEqual(self.asked, 0)

    def test_a_patroni_that_does_not_answer_is_told(self):
        self.fence(False, None, "two").look()
        self.assertEqual(self.steps, ["not fenced"])

    def answering(self, **answers):
        """A fence whose questions have these answers, by path; what others ask has none."""
        made = self.fence(False, "leader", "two")
        del made.successor, made.changed
        self.addCleanup(setattr, fence, "ask", fence.ask)
        fence.ask = lambda address, path: answers.get(path.strip("/"), (0, None))
        return made

    def test_who_could_take_over(self):
        def entry(state):
            return {"one": {"role": "leader"}, "two": {"role": "sync_standby", "state": state, "api_url": "http://h:1/patroni"}}

        for name, answers, member, expected in [
            ("it says so", {"synchronous": (200, None)}, entry("running"), (["two"] * 3)),
            ("it says no", {"synchronous": (503, None), "config": (200, {"ttl": 20})}, entry("running"), [None] * 3),
            ("only its entry lives", {"config": (200, {"ttl": 20})}, entry("streaming"), [None, None, "two"]),
            ("it does not run", {"config": (200, {"ttl": 20})}, entry("stopped"), [None] * 3),
            ("Patroni does not say how long an entry lasts", {}, entry("running"), [None] * 3),
            ("there is none", {"config": (200, {"ttl": 20})}, {"one": {"role": "leader"}}, [None] * 3),
        ]:
            one = self.answering(**answers)
            self.assertEqual([one.successor(member, now) for now in (100, 120, 122)], expected, name)

    def test_the_time_without_an_answer_begins_anew_with_an_answer_and_with_another_standby(self):
        def entry(name):
            return {name: {"role": "sync_standby", "state": "running", "api_url": "http://h:1/patroni"}}

        one = self.answering(config=(200, {"ttl": 20}))
        self.assertEqual([one.successor(entry("two"), 100), one.successor(entry("three"), 122), one.successor(entry("three"), 143.5)], [None, None, "three"])
        fence.ask = lambda address, path: (503, None) if path == "/synchronous" else (200, {"ttl": 20})
        self.assertIsNone(one.successor(entry("three"), 144))
        fence.ask = lambda address, path: (0, None) if path == "/synchronous" else (200, {"ttl": 20})
        self.assertIsNone(one.successor(entry("three"), 145))

    def test_when_the_lead_changed(self):
        at = "2026-07-01T12:00:00.250000+02:00"
        for answer, expected in [
            ((200, []), float("inf")),
            ((200, [[1, 100, "no recovery target specified"]]), float("inf")),
            ((200, [[1, 100, "", "2026-06-01T12:00:00+02:00", "one"], [2, 200, "", at, "two"]]), 1782900000.25),
            ((200, [[1, 100, "", "yesterday", "one"]]), None),
            ((200, {}), None),
            ((0, None), None),
        ]:
            changed = self.answering(history=answer).changed()
            self.assertEqual(changed if changed in (None, float("inf")) else round(time.time() - changed, 2), expected, answer)

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


class Probing(unittest.TestCase):
    def test_a_commit_that_waits_is_the_only_one(self):
        """A psql that notes each start, and ends when it is told to."""
        with tempfile.TemporaryDirectory() as scratch:
            place = pathlib.Path(scratch)
            (place / "psql").write_text(f"#!/bin/sh\necho >> {place}/starts\nuntil [ -e {place}/go ]; do sleep 0.02; done\n")
            (place / "psql").chmod(0o755)
            server = fence.Server({"PATH": f"{scratch}:{os.environ['PATH']}", "PATRONI_POSTGRESQL_DATA_DIR": scratch,
                                   "PATRONI_POSTGRESQL_CONNECT_ADDRESS": "h:1", "PATRONI_SUPERUSER_USERNAME": "u", "PATRONI_SUPERUSER_PASSWORD": "p"})
            self.addCleanup(setattr, fence, "PATIENCE", fence.PATIENCE)
            fence.PATIENCE = 0.3
            self.assertEqual([server.commits() for _ in range(4)], [False] * 4)
            self.assertEqual((place / "starts").read_text(), "\n")
            fence.PATIENCE = 10
            (place / "go").touch()
            self.assertEqual([server.commits() for _ in range(2)], [True] * 2)
            self.assertEqual((place / "starts").read_text(), "\n\n")


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
            found = {process.pid for process in inside}
            self.assertEqual(set(server.processes()), found)
            # Without this stop a wrong choice would end whatever this user has on the machine.
            real, os.kill = os.kill, lambda pid, number: real(pid, number) if pid in found else self.fail(f"{pid} is none of them")
            # As init does it for processes whose parent is gone.
            reapers = [threading.Thread(target=process.wait) for process in inside]
            for reaper in reapers:
                reaper.start()
            try:
                self.assertEqual(server.kill(), (sorted(found), []))
            finally:
                os.kill = real
                for process in inside:
                    process.kill()
                for reaper in reapers:
                    reaper.join()
            time.sleep(0.05)
            self.assertIsNone(outside.poll())
            outside.kill()
            outside.wait()


if __name__ == "__main__":
    unittest.main(verbosity=0)
