# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under test as a person or a script calls it. Standard library only."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["CONTINUO_PROGRAM"]
RESOURCES = pathlib.Path(os.environ["CONTINUO_RESOURCES"])
TUNES = RESOURCES / "tunes"
SHARED = os.environ.get("CONTINUO_SHARED_DATA")
HAS_SOUND = os.environ.get("CONTINUO_HAS_SOUND") == "1"


def start(*arguments, **options):
    """The program as a running child with its streams as pipes."""
    return subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


def run(*arguments, timeout=300, **options):
    """Runs the program to its end."""
    return subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", timeout=timeout, **options)


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def succeed(self, *arguments, **options):
        """Runs with --json, wants exit code 0, gives the JSON object."""
        done = run(*arguments, "--json", **options)
        self.assertEqual(done.returncode, 0, f"{' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}")
        return json.loads(done.stdout)

    def fail_with(self, code, *arguments, saying=(), **options):
        """Wants this exit code and every one of these texts on standard error; gives what was run."""
        done = run(*arguments, **options)
        words = f"{' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}"
        self.assertEqual(done.returncode, code, words)
        self.assertTrue(done.stderr.strip(), f"it failed without a word: {words}")
        for text in [saying] if isinstance(saying, str) else saying:
            self.assertIn(text, done.stderr)
        return done

    def wait_until(self, condition, seconds=60, what="what was waited for"):
        """Waits for a condition with a time limit."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        self.fail(f"{what} did not happen within {seconds} s")
