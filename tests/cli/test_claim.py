# SPDX-License-Identifier: GPL-3.0-or-later
"""claim as a user calls it: a group of trainings and what they show."""
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from program import PROGRAM, TUNES, ProgramTest, run, start

SMALL = ("--set", "network.hidden=16", "--set", "network.layers=1", "--set", "training.epochs=1", "--set", "training.steps=3",
         "--set", "training.evaluateEvery=3")


class ClaimCommand(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.data = cls.shared / "set.continuo-dataset"
        for words in (["import", TUNES, "--out", cls.data], ["split", cls.data, "--seed", "1"]):
            subprocess.run([PROGRAM, *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def test_all_claims_are_listed_with_their_runs(self):
        listed = self.succeed("claim")
        names = [claim["name"] for claim in listed]
        self.assertIn("melody-37-optimisers", names)
        self.assertEqual(names, sorted(names))
        words = run("claim").stdout
        self.assertIn("rmsprop: RMSprop", words)

    def test_runs_are_trained_measured_and_judged(self):
        folder = self.folder / "optimisers"
        end = self.succeed("claim", "melody-37-optimisers", "--dataset", self.data, "--run", folder, "--seeds", "2", *SMALL)
        self.assertEqual(len(end["runs"]), 6)
        self.assertIn(end["verdict"], ("holds", "does not hold", "cannot be told"))
        self.assertEqual(json.loads((folder / "claim.json").read_text()), end)
        losses = {}
        for one in end["runs"]:
            receipt = json.loads((pathlib.Path(one["run"]) / "receipt.json").read_text())
            self.assertAlmostEqual(one["figures"]["validationLoss"], receipt["best"]["validation"]["loss"], places=9)
            self.assertTrue(0 <= one["figures"]["copies"] <= 1)
            self.assertEqual(receipt["job"]["training"]["seed"], one["seed"])
            losses.setdefault(one["entry"], []).append(one["figures"]["validationLoss"])
        mean = {name: sum(values) / len(values) for name, values in losses.items()}
        if end["verdict"] == "holds":
            self.assertLess(mean["adam"], min(mean["rmsprop"], mean["sgd"]))
        for value in mean.values():
            self.assertIn(f"{value:.3f}", end["text"])
        # What is there is not trained again, and another group does not overwrite it.
        log = (folder / "adam-1" / "log.jsonl").stat().st_mtime_ns
        again = self.succeed("claim", "melody-37-optimisers", "--dataset", self.data, "--run", folder, "--seeds", "2", *SMALL)
        self.assertEqual(again, end)
        self.assertEqual((folder / "adam-1" / "log.jsonl").stat().st_mtime_ns, log)
        other = run("claim", "melody-37-optimisers", "--dataset", self.data, "--run", folder)
        self.assertEqual(other.returncode, 2)
        self.assertIn("another training", other.stderr)

    def test_both_models_of_a_run_are_judged(self):
        end = self.succeed("claim", "melody-37-overfitted", "--dataset", self.data, "--run", self.folder / "a", "--seeds", "1", *SMALL)
        self.assertEqual([one["entry"] for one in end["runs"]], ["by-heart best", "by-heart last"])
        self.assertIn("one random seed", end["text"])

    def test_a_stopped_group_goes_on(self):
        folder = self.folder / "loops"
        words = ("claim", "melody-37-loops", "--dataset", self.data, "--run", folder, "--seeds", "1", "--set", "network.hidden=16",
                 "--set", "network.layers=1", "--set", "training.batch=8", "--set", "training.sequence=32",
                 "--set", "training.epochs=100000", "--set", "training.steps=150", "--set", "training.evaluateEvery=50")
        process = start(*words)
        deadline = time.monotonic() + 60
        while not (folder / "loops-1" / "log.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130)
        self.assertFalse((folder / "claim.json").exists())
        end = self.succeed(*words)
        self.assertEqual([one["entry"] for one in end["runs"]], ["loops", "cuts"])

    def test_what_is_missing_is_named(self):
        self.assertIn("--dataset", run("claim", "melody-37-loops", "--run", self.folder / "a").stderr)
        self.assertIn("--run", run("claim", "melody-37-loops", "--dataset", self.data).stderr)
        self.assertIn("There are:", run("claim", "melody-38").stderr)


if __name__ == "__main__":
    unittest.main()
