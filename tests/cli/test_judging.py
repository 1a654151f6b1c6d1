# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging through `serve`, as the studio asks for it: the figures of `evaluate`, its progress, what it keeps and refuses."""
import base64
import os
import pathlib
import random
import shutil
import tempfile
import unittest

from program import PROGRAM, RESOURCES, TUNES, ProgramTest, run
from serving import Engine

SLACK_SECONDS = 10


def without_time(result):
    return {name: value for name, value in result.items() if name != "seconds"}


class Judging(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """One set and two models of different encodings for all tests, which only read them."""
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="continuo-judging-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.data = cls.shared / "set.continuo-dataset"
        for words in (("import", TUNES, "--out", cls.data), ("split", cls.data, "--seed", "1"),
                      ("train", "--preset", "tiny", "--dataset", cls.data, "--run", cls.shared / "tiny", "--set", "epochs=1",
                       "--set", "threads=1"),
                      ("train", "--preset", "count-first", "--dataset", cls.data, "--run", cls.shared / "count",
                       "--set", "threads=1", "--set", "samples=false"),
                      ("train", "--preset", "abc-chars", "--dataset", cls.data, "--run", cls.shared / "letters", "--set", "kind=ngram",
                       "--set", "order=4", "--set", "steps=1", "--set", "samples=false")):
            done = run(*words)
            if done.returncode != 0:
                raise AssertionError(done.stderr)
        cls.tiny, cls.count, cls.letters = (cls.shared / name / "best.safetensors" for name in ("tiny", "count", "letters"))
        cls.samples = sorted((cls.shared / "tiny" / "samples").glob("*.mid"))

    def setUp(self):
        super().setUp()
        self.engine = Engine(PROGRAM)
        self.addCleanup(self.engine.close)

    def stages(self):
        """The stages that were told since it was asked last."""
        told = [message["params"]["stage"] for _, message in self.engine.waiting if message.get("method") == "judgeProgress"]
        self.engine.waiting.clear()
        return list(dict.fromkeys(told))

    def test_melodies_have_the_figures_of_the_command_line(self):
        self.assertGreaterEqual(len(self.samples), 2)
        files = self.samples[:2]
        theirs = self.succeed("evaluate", "--midi", *files, "--against", self.data)
        ours = self.engine.call("judgeMelodies", set=str(self.data), melodies=list(map(str, files)))["result"]
        self.assertEqual(without_time(ours), without_time(theirs))
        self.assertEqual(self.stages(), ["reading", "indexing"])
        # The same bytes, sent along.
        bytes_of = [base64.b64encode(file.read_bytes()).decode() for file in files]
        again = self.engine.call("judgeMelodies", set=str(self.data), midi=bytes_of)["result"]
        self.assertEqual([piece["file"] for piece in again["pieces"]], ["midi 1", "midi 2"])
        for piece, other in zip(again["pieces"], ours["pieces"]):
            self.assertEqual({**piece, "file": ""}, {**other, "file": ""})

    def test_the_index_of_a_set_is_made_once_while_it_stays_as_it_is(self):
        data = self.folder / "own.continuo-dataset"
        shutil.copy(self.data, data)
        ask = {"set": str(data), "melodies": [str(self.samples[0])]}
        first = self.engine.call("judgeMelodies", **ask)["result"]
        self.assertEqual(self.stages(), ["reading", "indexing"])
        self.assertEqual(without_time(self.engine.call("judgeMelodies", **ask)["result"]), without_time(first))
        self.assertEqual(self.stages(), [])
        self.succeed("split", data, "--seed", "5")
        changed = self.engine.call("judgeMelodies", **ask)["result"]
        self.assertEqual(self.stages(), ["reading", "indexing"])
        self.assertNotEqual(changed["fingerprint"], first["fingerprint"])
        whole = self.engine.call("judgeMelodies", part="all", **ask)["result"]
        self.assertEqual(self.stages(), ["reading", "indexing"])
        self.assertGreater(whole["corpusPieces"], first["corpusPieces"])
        data.unlink()
        self.assertEqual(self.engine.call("judgeMelodies", **ask)["error"]["data"]["id"], "file.not-found")

    def test_a_model_has_the_figures_of_the_command_line(self):
        for part in ("validation", "test"):
            theirs = self.succeed("evaluate", "--model", self.tiny, "--dataset", self.data, "--part", part)
            ours = self.engine.call("judgeModels", set=str(self.data), part=part, models=[str(self.tiny)])["result"]
            self.assertEqual(without_time(ours), without_time(theirs))
            self.assertEqual(self.stages(), ["judging"])

    def test_models_of_other_encodings_are_compared(self):
        theirs = self.succeed("evaluate", "--model", self.tiny, "--model", self.count, "--dataset", self.data)
        ours = self.engine.call("judgeModels", set=str(self.data), models=[str(self.tiny), str(self.count)])["result"]
        self.assertEqual(without_time(ours), without_time(theirs))
        self.assertEqual(ours["part"], "test")
        error = self.engine.call("judgeModels", set=str(self.data), models=[str(self.tiny), str(self.letters)])["error"]
        self.assertEqual((error["code"], error["data"]["id"]), (3, "evaluate.no-pitches"))

    def test_bad_questions_are_refused_in_words_and_the_engine_lives_on(self):
        junk = self.folder / "junk.bin"
        junk.write_bytes(os.urandom(5000))
        silent = self.folder / "silent.abc"
        silent.write_text("X:1\nT:nothing\nM:4/4\nL:1/8\nK:C\nz8|z8|\n")
        data, tune, model = str(self.data), str(TUNES / "greensleeves.abc"), str(self.tiny)
        for method, params, wanted in (
                ("judgeMelodies", {}, "protocol.missing-member"),
                ("judgeMelodies", {"set": data}, "protocol.bad-member"),
                ("judgeMelodies", {"set": data, "melodies": []}, "protocol.bad-member"),
                ("judgeMelodies", {"set": data, "melodies": tune}, "protocol.bad-member"),
                ("judgeMelodies", {"set": data, "melodies": [tune] * 33}, "protocol.bad-member"),
                ("judgeMelodies", {"set": data, "melodies": [7]}, "protocol.bad-member"),
                ("judgeMelodies", {"set": data, "midi": ["%%%"]}, "engine.bad-base64"),
                ("judgeMelodies", {"set": data, "midi": [base64.b64encode(b"MThd").decode()]}, None),
                ("judgeMelodies", {"set": data, "melodies": [str(junk)]}, None),
                ("judgeMelodies", {"set": data, "melodies": [str(self.folder / "none.mid")]}, "file.not-found"),
                ("judgeMelodies", {"set": data, "melodies": [str(silent)]}, "evaluate.no-notes"),
                ("judgeMelodies", {"set": data, "melodies": [tune], "part": "some"}, "evaluate.bad-part"),
                ("judgeMelodies", {"set": data, "melodies": [tune], "threads": 100000}, "protocol.bad-member"),
                ("judgeMelodies", {"set": str(junk), "melodies": [tune]}, None),
                ("judgeModels", {"set": data}, "protocol.missing-member"),
                ("judgeModels", {"set": data, "models": []}, "protocol.bad-member"),
                ("judgeModels", {"set": data, "models": [model] * 17}, "protocol.bad-member"),
                ("judgeModels", {"set": data, "models": [str(junk)]}, None),
                ("judgeModels", {"set": data, "models": [model], "part": "all"}, "evaluate.bad-part"),
                ("judgeModels", {"set": str(self.folder / "none"), "models": [model]}, "file.not-found")):
            error = self.engine.call(method, **params)["error"]
            self.assertTrue(error["message"].strip())
            if wanted:
                self.assertEqual(error["data"]["id"], wanted, params)
        self.assertEqual(self.engine.call("ping")["result"], {})
        capabilities = self.engine.call("hello", protocol={"major": 1, "minor": 0})["result"]["capabilities"]
        self.assertLessEqual({"judgeMelodies", "judgeModels"}, set(capabilities))

    def test_judging_is_cancelled(self):
        source = self.folder / "long"
        source.mkdir()
        draw = random.Random(1)
        for i in range(12):
            bars = ("".join(draw.choices("CDEFGABcdefgab", k=8)) + "|" for _ in range(1500))
            (source / f"{i}.abc").write_text("X:1\nM:4/4\nL:1/8\nK:C\n" + "\n".join(bars) + "\n")
        data = self.folder / "long.continuo-dataset"
        self.succeed("import", source, "--out", data)
        self.succeed("split", data, "--train", "1", "--validation", "0", "--test", "0", "--seed", "1")
        starter = RESOURCES / "models" / "starter.safetensors"
        asked = self.engine.ask("judgeModels", set=str(data), part="train", models=[str(starter)], threads=1)
        begun = self.engine.next(lambda message: message.get("method") == "judgeProgress")[1]["params"]
        self.assertEqual((begun["id"], begun["stage"]), (asked, "judging"))
        self.assertGreater(begun["total"], 100_000)
        self.assertEqual(self.engine.call("cancel", id=asked)["result"], {"cancelled": True})
        answer = self.engine.answer(asked, seconds=SLACK_SECONDS)
        self.assertEqual(answer["error"]["data"]["id"], "base.cancelled")
        self.assertEqual(self.engine.call("ping")["result"], {})


if __name__ == "__main__":
    unittest.main()
