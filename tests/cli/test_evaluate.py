# SPDX-License-Identifier: GPL-3.0-or-later
"""evaluate as a user calls it: a model on a part of a set, and melodies against a set."""
import json
import math
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import unittest

from program import PROGRAM, RESOURCES, TUNES, ProgramTest, run, start

TUNE = "X:1\nT:a tune\nM:4/4\nL:1/8\nK:{key}\n{notes}\n"
METRICS = {
    "harmony": {"pitchInScaleRate", "scaleConsistency", "chordToneRate", "pitchClassesUsed", "pitchClassEntropy", "polyphony",
                "polyphonyRate"},
    "melodyCoherence": {"pitchRange", "pitchesUsed", "pitchEntropy", "repeatShare", "stepShare", "leapShare", "selfSimilarity"},
    "rhythmConsistency": {"grooveConsistency", "emptyBeatRate", "emptyMeasureRate"},
}


class Evaluate(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.data = cls.shared / "set.continuo-dataset"
        for words in (["import", TUNES, "--out", cls.data], ["split", cls.data, "--seed", "1"],
                      ["train", "--preset", "tiny", "--dataset", cls.data, "--run", cls.shared / "run", "--set", "epochs=1"]):
            subprocess.run([PROGRAM, *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        cls.model = cls.shared / "run" / "best.safetensors"
        cls.receipt = json.loads((cls.shared / "run" / "receipt.json").read_text())

    def judge(self, *options):
        return self.succeed("evaluate", "--model", self.model, "--dataset", self.data, *options)

    def test_several_models_are_compared_on_the_same_notes(self):
        alone = self.judge("--part", "validation")
        both = self.succeed("evaluate", "--model", self.model, "--model", self.model, "--dataset", self.data,
                            "--part", "validation")
        self.assertEqual(both["part"], "validation")
        self.assertEqual(both["notes"], alone["notes"])
        first, second = both["models"]
        self.assertAlmostEqual(first["bitsPerNote"], alone["bitsPerNote"], 9)
        self.assertEqual(first["bitsPerNote"], second["bitsPerNote"])
        self.assertEqual((second["difference"], second["differenceError"]), (0, 0))
        self.assertTrue(first["isSetOfTraining"])
        words = run("evaluate", "--model", self.model, "--model", self.model, "--dataset", self.data)
        self.assertEqual(words.returncode, 0, words.stderr)
        self.assertIn("bits per note", words.stdout)
        self.fail_with(2, "evaluate", "--model", self.model, "--model", self.model, saying="--dataset")

    def test_a_model_has_the_figures_of_its_receipt(self):
        for part in ("train", "validation", "test"):
            judged = self.judge("--part", part)
            theirs = self.receipt["best"][part]
            self.assertAlmostEqual(judged["crossEntropy"], theirs["loss"], delta=1e-4)
            self.assertAlmostEqual(judged["bitsPerNote"], theirs["bitsPerNote"], delta=1e-4)
            self.assertAlmostEqual(judged["perplexity"], math.exp(judged["crossEntropy"]), places=9)
            self.assertEqual((judged["steps"], judged["notes"]), (theirs["steps"], theirs["notes"]))
            self.assertAlmostEqual(judged["trainerLoss"], theirs["loss"], places=9)
            self.assertTrue(judged["isSetOfTraining"])
            for name in ("accuracy", "noteAccuracy"):
                self.assertTrue(0 <= judged[name] <= 1)
                self.assertAlmostEqual(judged[name], theirs[name], delta=1e-3)
            self.assertEqual(judged["fingerprint"], self.receipt["dataset"]["fingerprint"])
            if part == "validation":
                for name, value in self.receipt["references"].items():
                    self.assertAlmostEqual(judged["references"][name], value, places=9)

    def test_the_test_part_is_meant_and_threads_change_nothing(self):
        plain = self.judge()
        self.assertEqual(plain["part"], "test")
        for threads in ("1", "3"):
            other = self.judge("--threads", threads)
            del other["seconds"], plain["seconds"]
            self.assertEqual(other, plain)
            plain["seconds"] = 0

    def test_another_split_is_told(self):
        data = self.folder / "other.continuo-dataset"
        shutil.copy(self.data, data)
        self.succeed("split", data, "--seed", "2")
        done = run("evaluate", "--model", self.model, "--dataset", data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("trained on another set or split", done.stderr)
        self.assertIn("cross-entropy", done.stdout)
        self.assertIn("test part", done.stdout)

    def against(self, *files):
        return self.succeed("evaluate", "--midi", *files, "--against", self.data, "--part", "all")

    def test_a_tune_of_the_set_is_found_with_piece_and_bar(self):
        # Eight bars of a tune of the set, as MIDI, behind two bars that are not in it.
        (self.folder / "own.abc").write_text(TUNE.format(key="C", notes="C F E B, D G F C|E A G D F B A E|"))
        card = self.against(TUNES / "irish-washerwoman.abc", self.folder / "own.abc")
        known, own = card["pieces"]
        self.assertGreater(len(known["quotations"]), 0)
        passage = known["quotations"][0]
        self.assertTrue(passage["isSpecial"])
        self.assertGreaterEqual(passage["notes"], 20)
        places = [(pathlib.Path(place["path"]).name, place["bar"]) for place in passage["alsoFoundIn"]]
        self.assertIn(("irish-washerwoman.abc", 1), places)
        self.assertEqual(own["quotations"], [])
        self.assertEqual(known["novelty"]["8"], 0)
        self.assertGreater(own["novelty"]["8"], 0.8)
        words = run("evaluate", "--midi", TUNES / "irish-washerwoman.abc", "--against", self.data, "--part", "all").stdout
        self.assertRegex(words, r"irish-washerwoman.abc: bars 1–\d+, \d+ notes: also found in the set: .*from bar 1")
        # The set's own figure leaves each tune out.
        self.assertGreater(card["originality"]["corpus"]["novelty"]["12"], 0.5)

    def test_every_piece_of_a_book_is_judged(self):
        book = self.folder / "book.abc"
        book.write_text(TUNE.format(key="C", notes="C4 E4|G4 c4|") + "\n" +
                        TUNE.format(key="G", notes="z8|z8|").replace("X:1", "X:2") + "\n" +
                        TUNE.format(key="G", notes="G4 B4|d4 g4|b8|").replace("X:1", "X:3"))
        card = self.against(book)
        self.assertEqual([(piece["piece"], piece["notes"]) for piece in card["pieces"]], [(1, 4), (3, 5)])
        self.assertEqual(card["collapse"]["verdict"], "tooLittle")

    def test_members(self):
        card = self.against(*sorted(TUNES.glob("*.abc"))[:12])
        self.assertEqual(set(card["metrics"]), set(METRICS))
        for group, names in METRICS.items():
            self.assertEqual(set(card["metrics"][group]), names)
            for row in card["metrics"][group].values():
                self.assertTrue(0 <= row["overlapArea"] <= 1.0000001)
                self.assertGreaterEqual(row["klDivergence"], -1e-9)
                self.assertGreater(row["corpus"]["pieces"], 50)
        for piece in card["pieces"]:
            self.assertEqual(set(piece["metrics"]), set.union(*METRICS.values()))
        self.assertEqual(card["collapse"]["verdict"], "none")
        self.assertEqual(sorted(card["originality"]["novelty"]), sorted(map(str, range(4, 13))))
        self.assertEqual(card["polyphonyRateThreshold"], 2)

    def test_a_collapse_is_named(self):
        stuck = self.folder / "stuck.abc"
        stuck.write_text(TUNE.format(key="C", notes="C C C C C C C C|" * 12))
        card = self.against(stuck)
        self.assertEqual(card["collapse"]["verdict"], "collapsed")
        self.assertEqual(card["collapse"]["found"], ["loops", "fewSymbols"])
        done = run("evaluate", "--midi", stuck, "--against", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("Harmony", "Melody coherence", "Rhythm consistency", "generated", "corpus", "Originality", "Collapsed:"):
            self.assertIn(words, done.stdout)

    def test_the_answer_of_a_model_is_judged(self):
        made = self.folder / "made.mid"
        self.succeed("generate", "--model", self.model, "--mode", "new", "--bars", "4", "--out", made, "--candidates", "3")
        files = sorted(self.folder.glob("made-*.mid"))
        card = self.succeed("evaluate", "--midi", *files, "--against", self.data)
        self.assertEqual([piece["file"] for piece in card["pieces"]], list(map(str, files)))
        self.assertEqual(card["part"], "train")
        again = self.succeed("evaluate", "--midi", *files, "--against", self.data, "--threads", "1")
        del card["seconds"], again["seconds"]
        self.assertEqual(card, again)

    def test_wrong_usage_names_what_is_allowed(self):
        tune = TUNES / "greensleeves.abc"
        for words, saying in (
                ([], ["--model", "--midi"]),
                (["--model", self.model], ["--dataset"]),
                (["--midi", tune], ["--against"]),
                (["--model", self.model, "--dataset", self.data, "--midi", tune], ["--model and --midi"]),
                (["--model", self.model, "--dataset", self.data, "--against", self.data], ["--against"]),
                (["--midi", tune, "--against", self.data, "--dataset", self.data], ["--dataset"]),
                (["--model", self.model, "--dataset", self.data, "--part", "all"], ["\"all\"", "train, validation or test"]),
                (["--midi", tune, "--against", self.data, "--part", "some"], ["\"some\"", "or all"]),
                (["--model", self.model, "--dataset", self.data, "--threads", "many"], ["threads"]),
                (["--model", self.model, "--dataset", self.data, "--threads", "100000"], ["threads", "1024"])):
            self.fail_with(2, "evaluate", *words, saying=saying)

    def test_what_cannot_be_read_is_refused(self):
        tune = TUNES / "greensleeves.abc"
        silent = self.folder / "silent.abc"
        silent.write_text(TUNE.format(key="C", notes="z8|z8|"))
        junk = self.folder / "junk.mid"
        junk.write_bytes(bytes(range(256)) * 40)
        whole = self.folder / "whole.continuo-dataset"
        self.succeed("import", tune, "--out", whole)
        for words, saying in (
                (["--model", self.folder / "none.safetensors", "--dataset", self.data], ["none.safetensors"]),
                (["--model", junk, "--dataset", self.data], ["junk.mid"]),
                (["--model", self.model, "--dataset", self.folder / "none.continuo-dataset"], ["none.continuo-dataset"]),
                (["--model", self.model, "--dataset", junk], ["junk.mid"]),
                (["--model", self.model, "--dataset", whole], ["whole.continuo-dataset", "continuo split"]),
                (["--midi", tune, "--against", whole], ["whole.continuo-dataset", "continuo split"]),
                (["--midi", tune, silent, "--against", self.data], ["silent.abc", "no notes"]),
                (["--midi", junk, "--against", self.data], ["junk.mid"]),
                (["--midi", self.folder / "none.mid", "--against", self.data], ["none.mid"]),
                (["--midi", tune, "--against", junk], ["junk.mid"])):
            done = self.fail_with(3, "evaluate", *words, saying=saying)
            self.assertEqual(done.stdout, "")
        failed = run("evaluate", "--midi", silent, "--against", self.data, "--json")
        self.assertEqual(failed.returncode, 3)
        self.assertEqual(json.loads(failed.stdout)["error"]["id"], "evaluate.no-notes")

    def test_ctrl_c(self):
        # More steps than the bundled model can judge on one thread while a signal travels.
        source = self.folder / "long"
        source.mkdir()
        draw = random.Random(1)
        for i in range(12):
            bars = ("".join(draw.choices("CDEFGABcdefgab", k=8)) + "|" for _ in range(1500))
            (source / f"{i}.abc").write_text(TUNE.format(key="C", notes="\n".join(bars)))
        data = self.folder / "long.continuo-dataset"
        self.succeed("import", source, "--out", data)
        self.succeed("split", data, "--train", "1", "--validation", "0", "--test", "0", "--seed", "1")
        working = start("evaluate", "--model", RESOURCES / "models" / "starter.safetensors", "--dataset", data, "--part",
                        "train", "--threads", "1", "--json")
        self.addCleanup(working.kill)
        first = working.stderr.readline()
        self.assertIn("steps", first)
        working.send_signal(signal.SIGINT)
        out, words = working.communicate(timeout=120)
        self.assertEqual(working.returncode, 130, words)
        self.assertEqual(json.loads(out)["error"]["id"], "base.cancelled")


if __name__ == "__main__":
    unittest.main()
