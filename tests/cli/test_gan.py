# SPDX-License-Identifier: GPL-3.0-or-later
"""A GAN from the command line: trained for a moment, asked for melodies, asked for what it cannot do."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, TUNES, ProgramTest, run


class Gan(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.data = cls.shared / "set.continuo-dataset"
        for words in (["import", TUNES, "--out", cls.data], ["split", cls.data, "--seed", "1"]):
            subprocess.run([PROGRAM, *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        cls.trained = {}
        for variant in ("corrected", "published"):
            done = run("train", "--preset", "gan-rnn", "--variant", variant, "--dataset", cls.data, "--run",
                       cls.shared / variant, "--set", "steps=8", "--set", "evaluateEvery=4", "--set", "hidden=16",
                       "--set", "logEvery=2", "--picture", cls.shared / f"{variant}.svg", "--events")
            assert done.returncode == 0, done.stderr
            cls.trained[variant] = done

    def test_the_end_tells_both_losses_and_no_held_out_one(self):
        for variant, done in self.trained.items():
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            end = lines[-1]
            self.assertEqual(end["steps"], 8)
            for member in ("trainLoss", "validationLoss", "testLoss", "trainAccuracy", "validationAccuracy"):
                self.assertIsNone(end[member], member)
            self.assertGreater(end["discriminatorLoss"], 0)
            self.assertEqual(set(end["references"].values()), {None}, "nothing is judged by likelihood")
            self.assertGreater(end["generatorLoss"], 0)
            self.assertTrue(0 <= end["collapse"] <= 1)
            self.assertTrue(0 <= end["pairDistance"] <= 1)
            steps = [line for line in lines[:-1] if line["event"] == "step"]
            self.assertEqual(len(steps), 4)
            for step in steps:
                self.assertEqual(set(step["more"]), {"discriminatorLoss", "generatorLoss"})
            judged = [line for line in lines[:-1] if line["event"] == "evaluated"]
            self.assertEqual([line["step"] for line in judged], [4, 8])
            self.assertIsNone(judged[0]["validation"])
            samples = [line for line in lines[:-1] if line["event"] == "sample"]
            self.assertTrue(samples)
            for sample in samples:
                self.assertEqual(sample["problem"], "")
                self.assertEqual(len(sample["files"]), 2)
            self.assertIn("generator", done.stderr)
            self.assertNotIn("uniform", done.stderr)
            picture = (self.shared / f"{variant}.svg").read_text()
            self.assertGreater(len(picture), 1000)

    def test_a_number_is_a_melody(self):
        for variant in self.trained:
            model = self.shared / variant / "best.safetensors"
            several = self.succeed("generate", "--model", model, "--mode", "new", "--seed", "40", "--candidates", "3",
                                   "--out", self.folder / f"{variant}.mid")
            self.assertEqual(len(several["candidates"]), 3)
            alone = self.succeed("generate", "--model", model, "--mode", "new", "--seed", "42", "--out",
                                 self.folder / f"{variant}-alone.mid")
            first = [{key: event[key] for key in ("pitch", "start", "length")} for event in alone["candidates"][0]["events"]]
            third = [{key: event[key] for key in ("pitch", "start", "length")} for event in several["candidates"][2]["events"]]
            self.assertEqual(first, third)
            self.assertTrue(first)

    def test_it_cannot_read_a_melody(self):
        model = self.shared / "corrected" / "best.safetensors"
        out = self.folder / "next.mid"
        self.fail_with(2, "generate", "--model", model, "--notes", "C4 E4 G4", "--out", out,
                       saying="This model starts from noise and cannot read your melody")
        self.assertFalse(out.exists())
        self.fail_with(2, "predict", "--model", model, "--notes", "C4 E4 G4",
                       saying="This model starts from noise and cannot read your melody")
        self.fail_with(2, "evaluate", "--model", model, "--dataset", self.data, "--part", "test",
                       saying="does not say what comes next")

    def test_what_it_cannot_learn_is_said_before_it_trains(self):
        self.fail_with(2, "train", "--preset", "gan-rnn", "--dataset", self.data, "--run", self.folder / "run", "--set",
                       "encoding.name=abc", saying="grid")

    def test_it_goes_on_where_it_stopped(self):
        model = self.shared / "published"
        copy = self.folder / "run"
        shutil.copytree(model, copy)
        end = self.succeed("train", "--resume", copy, "--extend", "1")
        self.assertGreater(end["steps"], 8)
        self.assertGreater(end["generatorLoss"], 0)


if __name__ == "__main__":
    unittest.main()
