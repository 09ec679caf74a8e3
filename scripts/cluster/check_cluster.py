#!/usr/bin/env python3
"""check_cluster.py: checks which directories a cluster takes, how it finds programs, and what else of it needs no server; it starts nothing but `sleep`."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

sys.dont_write_bytecode = True

from cluster import Cluster, ClusterError, find_program
from faults import moment


class Directories(unittest.TestCase):
    def cluster(self, directory):
        """A cluster that is not started."""
        with unittest.mock.patch.object(Cluster, "check_programs"):
            return Cluster("/nonexistent", directory)

    def test_a_directory_of_something_else_is_left_as_it_is(self):
        with tempfile.TemporaryDirectory() as scratch:
            home = pathlib.Path(scratch)
            (home / "letter").write_text("dear")
            home.chmod(0o700)
            worker = subprocess.Popen(["sleep", "60"], cwd=home, start_new_session=True)
            self.addCleanup(worker.wait)
            self.addCleanup(worker.kill)
            with self.assertRaises(ClusterError):
                self.cluster(home)
            self.assertEqual(home.stat().st_mode & 0o777, 0o700)
            self.assertEqual([path.name for path in home.iterdir()], ["letter"])
            self.assertIsNone(worker.poll())

    def test_an_empty_directory_in_which_something_works_is_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            worker = subprocess.Popen(["sleep", "60"], cwd=scratch, start_new_session=True)
            self.addCleanup(worker.wait)
            self.addCleanup(worker.kill)
            with self.assertRaises(ClusterError):
                self.cluster(scratch)

    def test_a_new_directory_an_empty_one_and_a_clusters_are_taken(self):
        with tempfile.TemporaryDirectory() as scratch:
            empty, new = pathlib.Path(scratch, "empty"), pathlib.Path(scratch, "far", "new")
            empty.mkdir()
            for directory in empty, new:
                first = self.cluster(directory)
                self.assertEqual(self.cluster(directory).secrets, first.secrets)


class Programs(unittest.TestCase):
    def test_a_daemon_is_found_without_roots_path(self):
        with tempfile.TemporaryDirectory() as scratch:
            with unittest.mock.patch.dict(os.environ, {"PATH": scratch}):
                self.assertEqual(find_program("haproxy"), "/usr/sbin/haproxy")
                self.assertIsNone(find_program("no-such-program"))


class Description(unittest.TestCase):
    def test_two_writers_do_not_take_each_others_file(self):
        with tempfile.TemporaryDirectory() as scratch:
            with unittest.mock.patch.object(Cluster, "check_programs"):
                cluster = Cluster("/nonexistent", pathlib.Path(scratch, "new"))
            counts, failures = iter(range(1_000_000)), []
            cluster.description = lambda: {"count": next(counts)}

            def write():
                try:
                    for _ in range(300):
                        cluster.write_description()
                except OSError as error:
                    failures.append(error)

            writers = [threading.Thread(target=write) for _ in range(4)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            self.assertEqual(failures, [])
            self.assertEqual(json.loads((cluster.directory / "cluster.json").read_text()), {"count": 1199})


class Times(unittest.TestCase):
    def test_a_fences_time_is_utc_also_in_summer(self):
        self.addCleanup(time.tzset)
        with unittest.mock.patch.dict(os.environ, {"TZ": "Europe/Berlin"}):
            time.tzset()
            self.assertEqual(moment("2026-07-01T12:00:00.250Z"), 1782907200.25)
            self.assertEqual(moment("2026-01-01T12:00:00.000Z"), 1767268800)


if __name__ == "__main__":
    unittest.main(verbosity=0)
