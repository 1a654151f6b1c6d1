# SPDX-License-Identifier: GPL-3.0-or-later
"""Trainings that several processes share: they learn as one does, and whoever is lost, nothing else is."""
import json
import os
import pathlib
import shutil
import signal
import socket
import tempfile
import unittest

from program import TUNES, ProgramTest, run, start

SMALL = ("--preset", "tiny", "--device", "cpu", "--precision", "float32", "--set", "threads=1", "--set", "samples=false",
         "--set", "logEvery=1", "--set", "network.hidden=16", "--set", "batch=6", "--set", "sequence=16")
# Threads that wait for others on a busy machine leave it the core.
ENVIRONMENT = {**os.environ, "OMP_WAIT_POLICY": "passive"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def weights(path):
    """The numbers of a model file without its receipt, which tells of times."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    return {name: data[8 + length + fact["data_offsets"][0]:8 + length + fact["data_offsets"][1]]
            for name, fact in header.items() if name != "__metadata__"}


def children(process):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(process):
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


class Workers(ProgramTest):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-workers-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.data = folder / "set.continuo-dataset"
        for arguments in (("import", TUNES, "--out", cls.data), ("split", cls.data, "--seed", "1")):
            done = run(*arguments)
            if done.returncode != 0:
                raise AssertionError(done.stderr)
        done = run("train", *SMALL, "--dataset", cls.data, "--workers", "2", "--preview")
        if done.returncode == 2 and "libgloo-dev" in done.stderr:
            raise unittest.SkipTest("built without the headers of Gloo")

    def arguments(self, name, *more):
        return ("train", *SMALL, "--dataset", self.data, "--run", self.folder / name, *more)

    def events(self, *arguments):
        """Trains to the end; all events."""
        done = run(*arguments, "--events")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def losses(self, name, *more):
        return [event["loss"] for event in self.events(*self.arguments(name, "--set", "steps=20", *more))
                if event.get("event") == "step"]

    def started(self, *arguments, **options):
        process = start(*arguments, **options)

        def end():
            process.kill()
            process.communicate()

        self.addCleanup(end)
        return process

    def begin(self, *arguments, **options):
        """A training under way, with two steps done at least, and its children."""
        training = self.started(*arguments, "--events", **options)
        self.read_to(training, "step")
        self.read_to(training, "step")
        return training, children(training.pid)

    def read_to(self, training, name):
        for line in training.stdout:
            event = json.loads(line)
            if event.get("event") == name:
                return event
        self.fail(f"no event \"{name}\": {training.stderr.read()}")

    def wait_for_end(self, processes):
        self.wait_until(lambda: not any(is_alive(process) for process in processes), 60, "the end of the workers")

    def test_they_learn_as_one_does(self):
        alone = self.losses("alone")
        self.assertEqual(len(alone), 20)
        self.assertLess(alone[-1], alone[0])
        for count in (2, 3):
            together = self.losses(f"by-{count}", "--workers", count)
            self.assertEqual(len(together), 20)
            for one, other in zip(alone, together):
                self.assertAlmostEqual(one, other, delta=1e-5)
        self.assertNotEqual(weights(self.folder / "by-2" / "last.safetensors"), {})

    def test_all_read_the_same_pieces(self):
        """Few of them, one behind the other, and nothing held out."""
        more = ("--set", "pieces=7", "--set", "acrossPieces=true", "--set", "holdOut=false")
        alone = self.losses("alone", *more)
        together = self.losses("together", "--workers", "2", *more)
        self.assertEqual(len(alone), 20)
        for one, other in zip(alone, together):
            self.assertAlmostEqual(one, other, delta=1e-5)

    def test_fewer_windows_than_workers(self):
        """The last batch of an epoch may have nothing for some of them."""
        more = ("--set", "batch=2", "--set", "epochs=1", "--set", "sequence=2048")
        alone = self.losses("alone", *more)
        together = self.losses("together", "--workers", "3", *more)
        self.assertEqual(len(alone), len(together))
        for one, other in zip(alone, together):
            self.assertAlmostEqual(one, other, delta=1e-5)

    def test_the_first_is_killed_and_the_run_goes_on_to_the_same_weights(self):
        more = ("--set", "steps=12", "--set", "evaluateEvery=4", "--set", "network.dropout=0.3", "--workers", "2")
        started = self.events(*self.arguments("whole", *more))[0]
        self.assertEqual((started["event"], started["workers"], started["threads"]), ("started", 2, 1))
        training, others = self.begin(*self.arguments("broken", *more))
        self.assertEqual(len(others), 1)
        self.read_to(training, "evaluated")
        self.read_to(training, "step")
        training.kill()
        self.assertEqual(training.wait(60), -signal.SIGKILL)
        self.wait_for_end(others)
        # The run knows how many shared it.
        events = self.events("train", "--resume", self.folder / "broken")
        self.assertEqual(events[0]["event"], "resumed")
        self.assertNotIn("train.workers-changed", [event.get("id") for event in events])
        self.assertEqual(weights(self.folder / "broken" / "last.safetensors"), weights(self.folder / "whole" / "last.safetensors"))

    def test_a_worker_is_killed(self):
        training, others = self.begin(*self.arguments("run", "--set", "epochs=1000", "--workers", "3"))
        self.assertEqual(len(others), 2)
        os.kill(others[1], signal.SIGKILL)
        output, words = training.communicate(timeout=120)
        self.assertEqual(training.returncode, 1, words)
        self.assertIn("The worker with rank 2", words)
        self.assertIn("signal 9", words)
        self.assertIn("--resume", words)
        failed = [event for event in map(json.loads, output.splitlines()) if event.get("event") == "failed"]
        self.assertEqual([event["id"] for event in failed], ["train.worker-lost"])
        self.wait_for_end(others)
        # It goes on with another number of them, and Ctrl+C keeps what was learned.
        training, others = self.begin("train", "--resume", self.folder / "run", "--workers", "2")
        self.assertEqual(len(others), 1)
        training.send_signal(signal.SIGINT)
        output, words = training.communicate(timeout=120)
        self.assertEqual(training.returncode, 130, words)
        self.assertEqual(json.loads(output.splitlines()[-1])["reason"], "stopped")
        self.assertFalse(any(is_alive(other) for other in others))
        log = [json.loads(line) for line in (self.folder / "run" / "log.jsonl").read_text().splitlines()]
        self.assertIn("train.workers-changed", [event.get("id") for event in log])
        self.assertEqual(log[-1]["event"], "finished")

    def place(self, rank, port, **more):
        return {**ENVIRONMENT, "RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_RANK": str(rank), "LOCAL_WORLD_SIZE": "2",
                "MASTER_ADDR": "localhost", "MASTER_PORT": str(port), **more}

    def test_started_by_others(self):
        """As torchrun and Slurm do: everyone gets the same command and its place in the environment."""
        port = free_port()
        arguments = self.arguments("run", "--set", "steps=5", "--json")
        slurm = {**ENVIRONMENT, "SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_LOCALID": "1", "MASTER_ADDR": "localhost",
                 "MASTER_PORT": str(port)}
        second = self.started(*arguments, env=slurm)
        first = run(*arguments, env=self.place(0, port))
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(json.loads(first.stdout)["steps"], 5)
        output, words = second.communicate(timeout=120)
        self.assertEqual((second.returncode, output, words), (0, "", ""))

    def test_a_worker_elsewhere_is_asked_to_stop(self):
        port = free_port()
        arguments = self.arguments("run", "--set", "epochs=1000")
        second = self.started(*arguments, env=self.place(1, port))
        first, _ = self.begin(*arguments, env=self.place(0, port))
        second.send_signal(signal.SIGINT)
        output, words = first.communicate(timeout=120)
        self.assertEqual(first.returncode, 0, words)
        self.assertEqual(json.loads(output.splitlines()[-1])["reason"], "stopped")
        self.assertEqual(second.wait(60), 130)

    def test_pause_and_commands_reach_all(self):
        training, others = self.begin(*self.arguments("run", "--set", "epochs=1000", "--workers", "2"))
        for command in (("pause",), ("resume",), ("set-learning-rate", "0.001"), ("stop",)):
            done = run("attach", self.folder / "run", "--command", *command)
            self.assertEqual(done.returncode, 0, done.stderr)
        output, words = training.communicate(timeout=120)
        self.assertEqual(training.returncode, 0, words)
        self.assertEqual(json.loads(output.splitlines()[-1])["reason"], "stopped")
        self.wait_for_end(others)

    def test_refused(self):
        count = ("--preset", "count-first", "--dataset", self.data, "--run", self.folder / "never")
        self.fail_with(2, "train", *count, "--workers", "2", saying=["alone", "--workers"])
        self.fail_with(2, *self.arguments("never", "--workers", "0"), saying="--workers")
        self.fail_with(2, *self.arguments("never", "--workers", "2"), env=self.place(0, 1), saying="--workers")
        self.fail_with(2, *self.arguments("never", "--detach"), env=self.place(0, 1), saying="--detach")
        for name, value in (("RANK", "2"), ("WORLD_SIZE", "many"), ("MASTER_PORT", ""), ("MASTER_ADDR", "")):
            self.fail_with(2, *self.arguments("never"), env=self.place(0, 1, **{name: value}), saying=name)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
