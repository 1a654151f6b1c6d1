# SPDX-License-Identifier: GPL-3.0-or-later
"""evaluate --model for the networks that foretell something else than the next symbol: frames, notes and four voices."""
import json
import math
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, TUNES, ProgramTest, run

CHORALE = "X:1\nT:{title}\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n" + "".join(f"V:{voice}\n{{{voice}}}\n" for voice in "SATB")
CHORDS = {"S": "cdefg", "A": "GAGFE", "T": "CDEDC", "B": "C,D,E,F,G,"}


def chorale(number):
    """Eight bars in four voices, each piece its own."""
    draw = random.Random(number)
    voices = {}
    for voice, letters in CHORDS.items():
        notes = [letters[i:i + 2] if voice == "B" else letters[i] for i in range(0, len(letters), 2 if voice == "B" else 1)]
        bars = ["".join(draw.choice(notes) for _ in range(4)) for _ in range(8)]
        voices[voice] = "|".join(bars) + "|"
    return CHORALE.format(title=f"piece {number}", **voices)


def do(*words):
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)


class EvaluateKinds(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.tunes = cls.shared / "tunes.continuo-dataset"
        do("import", TUNES, "--out", cls.tunes)
        chorales = cls.shared / "chorales"
        chorales.mkdir()
        for number in range(10):
            (chorales / f"{number}.abc").write_text(chorale(number))
        cls.chorales = cls.shared / "chorales.continuo-dataset"
        do("import", chorales, "--out", cls.chorales)
        for data in (cls.tunes, cls.chorales):
            do("split", data, "--seed", "1")

    def trained(self, data, preset, *settings):
        """A model of a few steps and what its receipt says of the parts."""
        folder = self.folder / "run"
        words = [word for setting in ("steps=3", "threads=1", "samples=false", *settings) for word in ("--set", setting)]
        self.succeed("train", "--preset", *preset, "--dataset", data, "--run", folder, "--precision", "float32", *words)
        return folder / "best.safetensors", json.loads((folder / "receipt.json").read_text())["best"]

    def judge(self, data, model, receipt):
        """Judged by the kernels that generate, held against what the trainer found; the last part's answer."""
        for part in ("validation", "test"):
            judged = self.succeed("evaluate", "--model", model, "--dataset", data, "--part", part)
            self.assertAlmostEqual(judged["crossEntropy"], receipt[part]["loss"], delta=2e-4 * receipt[part]["loss"])
            self.assertAlmostEqual(judged["accuracy"], receipt[part]["accuracy"], delta=1e-3)
            self.assertEqual(judged["steps"], receipt[part]["steps"])
        words = run("evaluate", "--model", model, "--dataset", data)
        self.assertEqual(words.returncode, 0, words.stderr)
        return judged

    def test_frames(self):
        model, receipt = self.trained(self.tunes, ("benchmark-jsb", "--variant", "class"), "hidden=16", "rank=4")
        judged = self.judge(self.tunes, model, receipt)
        self.assertAlmostEqual(judged["references"]["uniform"], 88 * math.log(2), places=6)
        # Keys have no bits per note, so models of frames are not compared by them.
        self.assertFalse(judged["bitsPerNote"])
        self.fail_with(3, "evaluate", "--model", model, "--model", model, "--dataset", self.tunes, saying="note by note")

    def test_notes(self):
        model, receipt = self.trained(self.tunes, ("note-130", "--variant", "class"), "hidden=16")
        judged = self.judge(self.tunes, model, receipt)
        self.assertAlmostEqual(judged["bitsPerNote"], judged["crossEntropy"] / math.log(2), places=6)
        self.assertEqual(judged["notes"], judged["steps"])

    def test_averaged_weights(self):
        model, receipt = self.trained(self.tunes, ("tiny",), "average=0.9", "network.weightDropout=0.3")
        judged = self.judge(self.tunes, model, receipt)
        self.assertAlmostEqual(judged["bitsPerNote"], receipt["test"]["bitsPerNote"], delta=1e-3)
        out = self.folder / "next.mid"
        self.succeed("generate", "--model", model, "--notes", "C4 E4 G4", "--bars", "2", "--out", out)
        self.assertTrue(out.exists())

    def test_four_voices(self):
        model, receipt = self.trained(self.chorales, ("chorales", "--variant", "class"), "hidden=8", "layers=4", "batch=2")
        judged = self.judge(self.chorales, model, receipt)
        self.assertAlmostEqual(judged["bitsPerNote"], receipt["test"]["bitsPerNote"], delta=1e-3)
        self.assertGreater(judged["notes"], 0)


if __name__ == "__main__":
    unittest.main()
