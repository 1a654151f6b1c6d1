# SPDX-License-Identifier: GPL-3.0-or-later
"""A training that finds too little memory for its batch goes on with parts of it, with the same result."""
import json
import pathlib
import re
import resource
import shutil
import sys
import tempfile
import time
import unittest

from program import TUNES, ProgramTest, run, start

# One step on so much at a time that its share of the memory stands out.
LARGE = ("--preset", "tiny", "--device", "cpu", "--precision", "float32", "--set", "threads=1", "--set", "samples=false",
         "--set", "network.hidden=128", "--set", "batch=512", "--set", "sequence=128", "--set", "passes=8", "--set", "steps=1")


@unittest.skipUnless(sys.platform == "linux", "the address space of a process is limited as Linux does it")
class Memory(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-memory-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.data = cls.folder / "set.continuo-dataset"
        for arguments in (("import", TUNES, "--out", cls.data), ("split", cls.data, "--seed", "1")):
            done = run(*arguments)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def train(self, name, *settings, limit=None):
        """What a training said, its result, and how large its address space was at most, in bytes."""
        limits = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))} if limit else {}
        process = start("train", *LARGE, *settings, "--dataset", self.data, "--run", self.folder / name, "--json", **limits)
        peak = 0
        while process.poll() is None:
            try:
                found = re.search(r"VmPeak:\s*(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text())
                peak = max(peak, int(found[1]) * 1024 if found else 0)
            except (FileNotFoundError, ProcessLookupError):
                pass
            time.sleep(0.01)
        out, err = process.communicate()
        return process.returncode, json.loads(out), err, peak

    def test_too_large_a_batch_is_learned_from_in_parts(self):
        code, whole, _, most = self.train("whole")
        self.assertEqual(code, 0)
        code, _, _, least = self.train("parts", "--set", "accumulation=16")
        self.assertEqual(code, 0)
        self.assertGreater(most - least, 64 << 20)
        code, halved, words, _ = self.train("limited", limit=least + 2 * (most - least) // 5)
        self.assertEqual(code, 0, words)
        self.assertIn("There was not enough memory for the batch: it is now learned from in", words)
        self.assertAlmostEqual(halved["trainLoss"], whole["trainLoss"], places=4)
        self.assertAlmostEqual(halved["validationLoss"], whole["validationLoss"], places=4)

    def test_where_no_part_fits_that_is_said(self):
        _, _, _, least = self.train("small", "--set", "batch=1", "--set", "sequence=8")
        code, answer, _, _ = self.train("none", "--set", "batch=1", "--set", "network.hidden=2048", "--set", "network.layers=4",
                                        limit=least + (96 << 20))
        self.assertEqual(code, 1)
        self.assertEqual(answer["error"]["id"], "train.out-of-memory")


if __name__ == "__main__":
    unittest.main()
