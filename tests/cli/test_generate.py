# SPDX-License-Identifier: GPL-3.0-or-later
"""generate and predict as a user calls them, with a model trained for a moment."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, TUNES, ProgramTest, run

TUNE = "X:1\nT:a tune\nM:3/4\nL:1/4\nK:{key}\n{notes}\n"
IN_C = TUNE.format(key="C", notes="C E G|c G E|D F A|B,2 D|C E G|c G E|F D B,|C3|")
IN_D = TUNE.format(key="D", notes="D F A|d A F|E G B|C2 E|D F A|d A F|G E C|D3|")


class Generate(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        data = cls.shared / "set.continuo-dataset"
        for words in (["import", TUNES, "--out", data], ["split", data, "--seed", "1"],
                      ["train", "--preset", "tiny", "--dataset", data, "--run", cls.shared / "run", "--set", "epochs=1"]):
            subprocess.run([PROGRAM, *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        cls.data = data
        cls.model = cls.shared / "run" / "best.safetensors"

    def setUp(self):
        super().setUp()
        self.out = self.folder / "next.mid"
        self.tune = self.folder / "tune.abc"
        self.tune.write_text(IN_C)

    def answers(self, *options, prompt=None, out=None):
        return self.succeed("generate", "--model", self.model, "--prompt", prompt or self.tune, "--out", out or self.out,
                            *options)

    def test_members_and_time(self):
        made = self.answers("--bars", "4", "--candidates", "3", "--seed", "5")
        self.assertEqual(made["prompt"]["key"], "C major")
        self.assertEqual(made["prompt"]["notes"], made["prompt"]["read"])
        self.assertGreater(made["notesPerSecond"], 0)
        self.assertEqual([pathlib.Path(candidate["file"]).name for candidate in made["candidates"]],
                         ["next-1.mid", "next-2.mid", "next-3.mid"])
        for candidate in made["candidates"]:
            self.assertEqual(candidate["notes"], len(candidate["events"]))
            self.assertLess(candidate["logProbability"], 0)
            for event in candidate["events"]:
                # Eight bars of three quarters, then four more.
                self.assertGreaterEqual(event["start"], 24)
                self.assertLessEqual(event["start"] + event["length"], 36)
                self.assertTrue(0 <= event["maskedMass"] <= 1)

    def test_a_moved_melody_gives_the_moved_answer(self):
        moved = self.folder / "moved.abc"
        moved.write_text(IN_D)
        first = self.answers("--candidates", "2", "--seed", "9")
        second = self.answers("--candidates", "2", "--seed", "9", prompt=moved, out=self.folder / "moved.mid")
        self.assertEqual(second["prompt"]["key"], "D major")
        for a, b in zip(first["candidates"], second["candidates"]):
            self.assertEqual([(event["pitch"] + 2, event["start"], event["length"]) for event in a["events"]],
                             [(event["pitch"], event["start"], event["length"]) for event in b["events"]])

    def test_range_scale_and_length(self):
        made = self.answers("--range", "D4-B4", "--scale", "G major", "--length", "12", "--unit", "notes", "--candidates", "4")
        for candidate in made["candidates"]:
            self.assertEqual(candidate["notes"], 12)
            self.assertLessEqual({event["name"] for event in candidate["events"]}, {"D4", "E4", "F#4", "G4", "A4", "B4"})

    def test_every_kind_of_seed_melody(self):
        self.answers("--bars", "1", prompt=f"{self.data}:greensleeves.abc")
        self.answers("--bars", "1", "--force", prompt="random")
        alone = self.answers("--bars", "2", "--force", "--only-new")
        self.assertLess(alone["candidates"][0]["events"][0]["start"], 3)
        self.succeed("generate", "--model", self.model, "--mode", "new", "--key", "D major", "--bars", "2", "--out", self.out,
                     "--force")

    def test_pictures(self):
        for name, head in (("roll.png", b"\x89PNG"), ("roll.svg", b"<?xml")):
            picture = self.folder / name
            self.answers("--bars", "2", "--picture", picture, "--force")
            self.assertTrue(picture.read_bytes().startswith(head), name)

    def test_a_picture_shows_the_last_bars_of_a_long_seed_melody(self):
        bars = IN_C.splitlines()[-1]
        heights = []
        for repeats in (1, 5):
            self.tune.write_text(TUNE.format(key="C", notes=bars * repeats))
            picture = self.folder / "roll.svg"
            self.answers("--bars", "2", "--picture", picture, "--force")
            heights.append(re.search(r'height="(\d+)', picture.read_text()).group(1))
        self.assertEqual(heights[0], heights[1])

    def test_all_files_or_none(self):
        (self.folder / "next-2.mid").write_text("mine")
        self.fail_with(2, "generate", "--model", self.model, "--prompt", self.tune, "--candidates", "3", "--out", self.out,
                       saying=["next-2.mid", "--force"])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["next-2.mid", "tune.abc"])
        self.assertEqual((self.folder / "next-2.mid").read_text(), "mine")

    def test_wrong_usage_names_what_is_allowed(self):
        for words, saying in (
                (["--mode", "jam"], ["jam", "continue, new, infill, harmonise"]),
                (["--mode", "infill"], ["chorales", "continue, new"]),
                (["--bars", "0"], ["0 bars"]),
                (["--bars", "4", "--length", "3", "--unit", "notes"], ["--bars"]),
                (["--length", "3"], ["--unit"]),
                (["--length", "3", "--unit", "hours"], ["hours", "notes, steps, seconds"]),
                (["--sampler", "gibbs"], ["gibbs", "argmax"]),
                (["--temperature", "-1"], ["temperature"]),
                (["--top-p", "0"], ["topP"]),
                (["--key", "H major"], ["key", "H major"]),
                (["--scale", "x"], ["scale", "\"x\""]),
                (["--range", "B5-D4"], ["range", "B5-D4"]),
                (["--range", "C0-D0"], ["range"]),
                (["--picture", "a.gif"], [".png"]),
                (["--chords", "C G Am F"], ["--chords"]),
                (["--no-repeat", "3"], ["--no-repeat"])):
            self.fail_with(2, "generate", "--model", self.model, "--prompt", self.tune, "--out", self.out, *words,
                           saying=saying)
        self.fail_with(2, "generate", "--model", self.model, "--prompt", self.tune, "--out", self.folder / "next.wav",
                       saying=".mid")
        self.fail_with(2, "generate", "--model", self.model, "--out", self.out, saying="--prompt")
        self.fail_with(2, "generate", "--model", self.model, "--prompt", self.tune, "--notes", "C4", "--out", self.out,
                       saying="--notes")
        self.assertFalse(self.out.exists())

    def test_a_prompt_without_notes_is_refused(self):
        silent = self.folder / "silent.abc"
        silent.write_text(TUNE.format(key="C", notes="z3|z3|"))
        done = run("generate", "--model", self.model, "--prompt", silent, "--out", self.out)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("silent.abc", done.stderr)
        self.assertFalse(self.out.exists())

    def test_predict_shows_what_is_drawn_from(self):
        shown = self.succeed("predict", "--model", self.model, "--prompt", self.tune, "--temperature", "0", "--sampler",
                             "temperature")
        self.assertAlmostEqual(sum(symbol["probability"] for symbol in shown["symbols"]), 1, places=6)
        self.assertEqual(sorted(symbol["after"] for symbol in shown["symbols"])[-2:], [0, 1])


if __name__ == "__main__":
    unittest.main()
