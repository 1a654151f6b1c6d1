# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts rely on: names, exit codes, JSON, and words for everything that goes wrong."""
import csv
import hashlib
import json
import math
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import unittest

from program import HAS_SOUND, PROGRAM, RESOURCES, SHARED, TUNES, ProgramTest, run

COMMANDS = ["import", "inspect", "clean", "split", "export", "presets", "train", "runs", "compare", "attach", "model", "generate", "predict", "evaluate", "render",
            "play", "convert", "edit", "devices", "serve"]


class Contract(ProgramTest):
    def make_set(self):
        data = self.folder / "set.continuo-dataset"
        self.succeed("import", TUNES, "--out", data)
        self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1", "--seed", "1")
        return data

    def make_model(self):
        self.succeed("train", "--preset", "tiny", "--dataset", self.make_set(), "--run", self.folder / "run", "--set",
                     "epochs=1")
        return self.folder / "run" / "best.safetensors"

    def test_help_and_version(self):
        for command in COMMANDS:
            done = run(command, "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertIn("--json" if command != "serve" else "--model", done.stdout, command)
        version = run("--version")
        self.assertEqual(version.returncode, 0)
        for name in ("continuo ", "libtorch ", "FluidSynth"):
            self.assertIn(name, version.stdout)

    def test_wrong_usage_is_two(self):
        self.fail_with(2)
        self.fail_with(2, "nonsense", saying=["\"nonsense\"", "import, inspect"])
        for command in COMMANDS:
            self.fail_with(2, command, "--no-such-option")
        self.fail_with(2, "generate")
        self.fail_with(2, "presets", "no-such-preset", saying="no-such-preset")

    def test_import_refuses_and_explains(self):
        self.fail_with(3, "import", self.folder / "nowhere", "--out", self.folder / "a.continuo-dataset", saying="nowhere")
        self.assertFalse((self.folder / "a.continuo-dataset").exists())
        empty = self.folder / "empty"
        empty.mkdir()
        self.fail_with(3, "import", empty, "--out", self.folder / "a.continuo-dataset")
        junk = self.folder / "junk"
        junk.mkdir()
        (junk / "empty.mid").write_bytes(b"")
        (junk / "random.mid").write_bytes(random.Random(1).randbytes(10_000_000))
        (junk / "cut.mid").write_bytes(b"MThd\0\0\0\6\0\1")
        (junk / "notes.txt").write_text("nothing musical")
        done = run("import", junk, "--out", self.folder / "a.continuo-dataset", "--json")
        self.assertEqual(done.returncode, 3, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["rejected"], 3)
        self.assertEqual(sum(result["reasons"].values()), 3)
        self.assertEqual(result["ignored"], 1)

    def test_import_mixes_good_and_bad(self):
        source = self.folder / "in"
        source.mkdir()
        (source / "good.abc").write_bytes((TUNES / "greensleeves.abc").read_bytes())
        (source / "bad.mid").write_bytes(b"RIFFxxxx")
        data = self.folder / "a.continuo-dataset"
        result = self.succeed("import", source, "--out", data)
        self.assertEqual((result["found"], result["rejected"]), (2, 1))
        self.assertEqual({f["status"] for f in result["files"]} & {"rejected"}, {"rejected"})
        before = data.read_bytes()
        self.fail_with(2, "import", source, "--out", data, saying="--force")
        self.assertEqual(data.read_bytes(), before)
        self.succeed("import", source, "--out", data, "--force")

    def test_inspect(self):
        facts = self.succeed("inspect", TUNES / "greensleeves.abc")
        for name in ("format", "tracks", "ticksPerQuarter", "notes", "durationSeconds", "tempos", "meters", "key"):
            self.assertIn(name, facts)
        data = self.make_set()
        self.assertGreaterEqual(self.succeed("inspect", data)["pieces"], 60)
        self.succeed("inspect", data, "--csv", self.folder / "facts.csv")
        header = (self.folder / "facts.csv").read_text().splitlines()[0]
        self.assertTrue(header.startswith("path,status,notes,tracks,ticksPerQuarter,durationSeconds,key,meter,lowest,highest"),
                        header)
        self.fail_with(3, "inspect", self.folder / "none.mid", saying="none.mid")

    def test_what_an_encoding_keeps_of_a_piece(self):
        tune = TUNES / "greensleeves.abc"
        alone = self.succeed("inspect", tune, "--preset", "melody-37")["seen"]
        self.assertEqual(len(alone), 1)
        data = self.make_set()
        seen = self.succeed("inspect", f"{data}:greensleeves.abc", "--preset", "melody-37")["seen"]
        self.assertEqual(seen, alone[0])
        self.assertEqual([seen["preset"], seen["encoding"]], ["melody-37", "grid"])
        self.assertEqual(seen["key"], "A minor")
        self.assertGreater(seen["notes"], 40)
        # Notes in a row: it keeps no rhythm, and says of how many notes.
        rhythm = [loss for loss in seen["losses"] if loss["id"] == "rhythm"]
        self.assertEqual(len(rhythm), 1, seen)
        self.assertGreater(rhythm[0]["count"], 20)
        self.assertIn(rhythm[0]["text"], seen["text"])
        for preset in ("note-130:published", "chords-2017", "studio-small", "abc-chars", "benchmark-jsb:class"):
            self.assertGreater(self.succeed("inspect", tune, "--preset", preset)["seen"][0]["steps"], 40, preset)
        self.assertIn("Seen ", run("inspect", tune, "--preset", "folk-grid").stdout)
        self.fail_with(2, "inspect", tune, "--preset", "folk-gird", saying="did you mean \"folk-grid\"?")
        self.fail_with(2, "inspect", data, "--preset", "folk-grid", saying="SET:PIECE")
        out = self.folder / "arrays"
        self.succeed("export", data, "--npy", out, "--encoding", "grid")
        header, first = (out / "pieces.csv").read_text(encoding="utf-8").splitlines()[:2]
        self.assertTrue(header.endswith("reason,losses"), header)
        self.assertFalse(first.endswith(","), first)

    def test_a_table_has_the_facts_of_its_piece(self):
        tune = TUNES / "greensleeves.abc"
        facts = self.succeed("inspect", tune, "--csv", self.folder / "facts.csv")
        with open(self.folder / "facts.csv", newline="") as table:
            (row,) = csv.DictReader(table)
        self.assertEqual(row["sha256"], hashlib.sha256(tune.read_bytes()).hexdigest())
        for name in ("notes", "tracks", "format", "bars", "polyphony", "density", "longestSilence", "equalBars", "equalPitches",
                     "overlappingNotes", "zeroLengthNotes", "keyCorrelation", "keyConfidence", "phrases", "offGridShare"):
            self.assertAlmostEqual(float(row[name]), facts[name], places=3, msg=name)
        for name in ("title", "composer", "copyright", "creatingProgram", "key", "keyRunnerUp"):
            self.assertEqual(row[name], facts[name], name)
        self.assertEqual(row["texts"], "; ".join(facts["texts"]))
        self.assertEqual(row["trackNames"], "; ".join(facts["trackNames"]))
        self.assertEqual(row["melodyTrack"], str(facts["melody"]["track"]))
        self.assertAlmostEqual(float(row["melodyScore"]), facts["melody"]["score"], places=3)
        self.assertAlmostEqual(float(row["melodyMonophony"]), facts["melody"]["monophony"], places=3)

    def test_split_by_folder_names_what_is_shared(self):
        data = self.make_set()
        answer = self.succeed("split", data, "--train", ".5", "--validation", ".3", "--test", ".2", "--by", "folder", "--leaks", "3")
        report = answer["leakReport"]
        self.assertEqual(report["passages"], answer["leaks"])
        self.assertEqual(len(report["leaks"]), min(3, report["places"]))
        self.assertEqual(self.succeed("inspect", data)["split"]["by"], "folder")
        self.fail_with(2, "split", data, "--by", "composer", saying="folder")

    def test_clean(self):
        data = self.folder / "tunes.continuo-dataset"
        self.succeed("import", TUNES, "--out", data)
        recipe = self.folder / "recipe.json"
        recipe.write_text(json.dumps({"format": "continuo-recipe", "version": 1, "steps": [
            {"operation": "drop-duplicates"}, {"operation": "transpose-c"},
            {"operation": "normalise-velocity", "parameters": {"mean": 70, "spread": 0}}]}))
        before = self.succeed("inspect", data)
        preview = self.succeed("clean", data, "--recipe", recipe, "--preview")
        self.assertEqual(self.succeed("inspect", data), before)
        self.assertIsNone(preview["fingerprint"])
        copy = self.folder / "copy.continuo-dataset"
        copied = self.succeed("clean", data, "--recipe", recipe, "--out", copy)
        self.assertEqual(self.succeed("inspect", data), before)
        done = self.succeed("clean", data, "--recipe", recipe)
        self.assertEqual(done, copied)
        self.assertEqual({**done, "fingerprint": None}, preview)
        self.assertEqual([each["name"] for each in done["operations"]],
                         ["drop-duplicates", "transpose-c", "normalise-velocity"])
        self.assertEqual(done["changed"] + done["dropped"], done["pieces"])
        after = self.succeed("inspect", data, "--problems")
        self.assertEqual(after["fingerprint"], done["fingerprint"])
        self.assertNotEqual(after["fingerprint"], before["fingerprint"])
        self.assertEqual(after["inUse"], done["pieces"] - done["dropped"])
        for group in after["problemGroups"]:
            self.assertEqual(group["pieces"], after["problems"][group["name"]])
            self.assertTrue(group["explanation"] and group["cures"] and group["severity"] in ("low", "medium", "high"))
        self.assertEqual(len(self.succeed("clean", data, "--show")["steps"]), 3)
        piece = self.succeed("inspect", f"{data}:1")
        self.assertTrue(piece["changes"][-1]["words"] and piece["inUse"])
        self.assertEqual([each["name"] for each in piece["places"]], piece["problems"])
        # A set that is there is left alone, and what goes wrong says why.
        self.fail_with(2, "clean", data, "--recipe", recipe, "--out", copy, saying="exists")
        self.succeed("clean", data, "--recipe", recipe, "--out", copy, "--force")
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.cleaning*")), [])
        self.fail_with(2, "clean", data, "--recipe", recipe, "--out", data, saying="itself")
        self.fail_with(2, "clean", data, saying="--recipe")
        self.fail_with(2, "clean", data, "--show", "--preview")
        suggested = self.succeed("clean", data, "--suggest")
        self.assertEqual(suggested["format"], "continuo-recipe")
        found = {name for name, pieces in self.succeed("inspect", data)["problems"].items() if pieces > 0}
        named = {name for step in suggested["steps"] for name in step.get("when", {}).get("problems", [])}
        self.assertLessEqual(named, found)
        against = self.folder / "suggested.json"
        against.write_text(json.dumps(suggested))
        weeded = self.succeed("clean", data, "--recipe", against, "--preview")
        self.assertEqual([each["name"] for each in weeded["operations"]], [step["operation"] for step in suggested["steps"]])
        self.fail_with(2, "inspect", f"{data}:nothing.mid", saying="no piece")
        wrong = self.folder / "wrong.json"
        wrong.write_text(recipe.read_text().replace("transpose-c", "transpose-d"))
        self.fail_with(2, "clean", data, "--recipe", wrong, saying=["Step 2", "transpose-d", "transpose-c"])
        newer = self.folder / "newer.json"
        newer.write_text('{"format": "continuo-recipe", "version": 9}')
        self.fail_with(3, "clean", data, "--recipe", newer, saying="newer")
        self.assertEqual(self.succeed("inspect", data)["fingerprint"], done["fingerprint"])
        recipe.write_text('{"format": "continuo-recipe", "version": 1, "steps": []}')
        self.assertEqual(self.succeed("clean", data, "--recipe", recipe)["fingerprint"], before["fingerprint"])

    def test_split_refuses_impossible_parts(self):
        data = self.make_set()
        self.fail_with(2, "split", data, "--train", ".8", "--validation", ".3", "--test", ".1", "--seed", "1")
        again = self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1", "--seed", "1")
        other = self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1", "--seed", "2")
        self.assertEqual(again["families"], other["families"])

    def test_a_job_with_a_misspelt_key(self):
        data = self.make_set()
        run_folder = self.folder / "run"
        self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", run_folder, "--set", "epoch=3",
                       saying=["epoch", "epochs"])
        self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", run_folder, "--set", "epochs=many",
                       saying="epochs")
        self.fail_with(2, "train", "--preset", "tinny", "--dataset", data, "--run", run_folder, saying="tiny")
        self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", run_folder, "--device", "cuda:99")
        self.assertFalse(run_folder.exists())

    def test_every_encoding_from_a_set_to_notes(self):
        data = self.make_set()
        for preset, encoding in (("abc-chars", "abc"), ("chords-2017", "chord")):
            folder = self.folder / preset
            job = ["train", "--preset", preset, "--variant", "class", "--dataset", data, "--set", "network.hidden=8", "--set", "samples=false"]
            self.fail_with(2, *job, "--run", folder, "--set", "transposeUp=3", saying=[encoding, "transposeUp"])
            self.assertFalse(folder.exists())
            self.assertEqual(self.succeed(*job, "--run", folder, "--set", "steps=2")["steps"], 2)
            model = folder / "best.safetensors"
            self.assertEqual(self.succeed("model", model)["encoding"], encoding)
            for seed in (["--prompt", TUNES / "greensleeves.abc"], ["--mode", "new"]):
                made = self.succeed("generate", "--model", model, *seed, "--bars", "2", "--out", self.folder / "next.mid", "--force")
                self.assertGreater(made["candidates"][0]["notes"], 0)

    def test_windows_across_pieces_and_nothing_held_out(self):
        """The tutorial with its two faults, on a set that was never divided; the set's own vocabulary, and what is said."""
        data, folder = self.folder / "set.continuo-dataset", self.folder / "run"
        self.succeed("import", TUNES, "--out", data)
        small = ["train", "--preset", "chords-2017", "--dataset", data, "--run", folder, "--set", "network.hidden=8", "--set", "network.layers=1",
                 "--set", "windowStride=64", "--set", "epochs=1", "--set", "threads=1"]
        self.fail_with(3, *small, "--variant", "class", saying="continuo split")
        self.fail_with(2, *small, "--variant", "class", "--set", "holdOut=perhaps", saying="true or false")
        self.fail_with(2, *small, "--variant", "published-class", "--set", "network.dense=0", saying=["denseBatchNorm", "network.dense"])
        self.assertFalse(folder.exists())
        done = run(*small, "--variant", "published-class", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("120 pieces to train, nothing held out", " 1 epoch;", "on 1 thread of", "nothing was held out"):
            self.assertIn(words, done.stderr)
        self.assertNotIn("held out 0", done.stderr)
        end = json.loads(done.stdout)
        self.assertIsNone(end["validationLoss"])
        self.assertIsNone(end["testLoss"])
        self.assertGreater(end["trainLoss"], 0)
        receipt = self.succeed("model", folder / "best.safetensors")["receipt"]
        self.assertEqual(receipt["bestBy"], "trainLoss")
        self.assertEqual(receipt["job"]["training"]["acrossPieces"], True)
        self.assertEqual([receipt["dataset"][part] for part in ("trainPieces", "validationPieces", "testPieces")], [120, 0, 0])
        made = self.succeed("generate", "--model", folder / "best.safetensors", "--prompt", TUNES / "greensleeves.abc", "--bars", "2",
                            "--out", self.folder / "next.mid")
        self.assertGreater(made["candidates"][0]["notes"], 0)
        self.succeed("train", "--resume", folder, "--extend", "1")
        self.fail_with(2, "train", "--preset", "gan-rnn", "--dataset", data, "--run", self.folder / "no", "--set", "holdOut=false", "--set",
                       "acrossPieces=true", saying="acrossPieces")
        self.assertFalse((self.folder / "no").exists())

    def test_frames_from_a_benchmark_to_chords(self):
        """A frame list keeps its parts and comes back frame by frame; a model of it goes on in chords."""
        chords = [[60, 64, 67], [60, 65, 69], [59, 62, 67], [60, 64, 67]]
        pieces = [[chords[(i + which) // 2 % 4] for i in range(24)] for which in range(8)]
        source = self.folder / "list.json"
        source.write_text(json.dumps({"train": pieces[:5], "valid": pieces[5:7], "test": pieces[7:]}))
        data = self.folder / "frames.continuo-dataset"
        self.succeed("import", source, "--out", data)
        info = self.succeed("inspect", data)
        self.assertEqual([info["train"], info["validation"], info["test"]], [5, 2, 1])
        train = ["train", "--preset", "benchmark-jsb", "--dataset", data, "--set", "samples=false", "--set", "network.hidden=16",
                 "--set", "epochs=12", "--set", "batch=1", "--set", "dropout=0", "--set", "learningRate=0.03"]
        for variant in ("", "dependent"):
            run_folder = self.folder / ("run" + variant)
            done = self.succeed(*train, *(["--variant", variant] if variant else []), "--run", run_folder)
            self.assertLess(done["testLoss"], 15)
            self.assertAlmostEqual(done["references"]["uniform"], 88 * math.log(2), places=9)
            self.assertEqual(set(done["bitsPerNote"].values()), {None}, "keys are no notes")
            story = [json.loads(line) for line in (run_folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
            scores = [event["validation"] for event in story if event.get("validation")]
            self.assertGreater(len(scores), 2)
            self.assertEqual({score["bitsPerNote"] for score in scores}, {None})
            model = run_folder / "best.safetensors"
            judged = self.succeed("evaluate", "--model", model, "--dataset", data, "--part", "test")
            self.assertAlmostEqual(judged["crossEntropy"], done["testLoss"], delta=1e-4)
            self.assertEqual(judged["steps"], 23)
            self.assertIsNone(judged["bitsPerNote"])
        out = self.folder / "next.mid"
        made = self.succeed("generate", "--model", model, "--prompt", f"{data}:list.json#8", "--bars", "2", "--out", out)
        self.assertGreater(made["candidates"][0]["notes"], 4)
        again = self.succeed("generate", "--model", model, "--prompt", f"{data}:list.json#8", "--bars", "2", "--out", out, "--force")
        self.assertEqual(made["candidates"][0]["events"], again["candidates"][0]["events"])
        new = self.succeed("generate", "--model", model, "--mode", "new", "--bars", "1", "--out", out, "--force")
        self.assertGreater(new["candidates"][0]["notes"], 0)
        self.fail_with(2, "predict", "--model", model, "--notes", "C4", saying="keys")
        self.fail_with(2, *train, "--run", self.folder / "no", "--set", "network.kind=transformer", saying="frame")
        self.fail_with(2, *train, "--run", self.folder / "no", "--set", "network.head=softmax", saying="head")
        self.assertFalse((self.folder / "no").exists())

    def test_a_model_tells_what_was_done_to_its_data(self):
        data = self.make_set()
        recipe = self.folder / "recipe.json"
        recipe.write_text(json.dumps({"format": "continuo-recipe", "version": 1, "steps": [{"operation": "transpose-c"}]}))
        train = ["train", "--preset", "tiny", "--dataset", data, "--set", "steps=1", "--set", "samples=false", "--force", "--run"]
        split = {"train": 0.8, "validation": 0.1, "test": 0.1, "seed": 1, "by": "set"}
        for steps in ([], [{"operation": "transpose-c"}]):
            if steps:
                self.succeed("clean", data, "--recipe", recipe)
            run_folder = self.folder / f"run{len(steps)}"
            model = self.succeed(*train, run_folder)["model"]
            # The same after going on, which reads no dataset.
            self.succeed("train", "--resume", run_folder, "--extend", "1")
            for told in (self.succeed("model", model)["receipt"], json.loads((run_folder / "receipt.json").read_text())):
                self.assertEqual(told["dataset"]["split"], split)
                self.assertEqual(told["dataset"]["recipe"] and told["dataset"]["recipe"]["steps"], steps or None)

    def test_what_a_training_would_cost(self):
        train = ["train", "--preset", "tiny", "--dataset", self.make_set(), "--preview"]
        cost = self.succeed(*train)
        for name in ("parameters", "memoryBytes", "diskBytes", "stepsPerEpoch", "secondsPerEpoch", "seconds"):
            self.assertGreater(cost[name], 0, name)
        if cost["device"] == "cpu":
            reasons = [device["reason"] for device in self.succeed("devices")["compute"] if not device["available"]]
            self.assertEqual(cost["whyDevice"], reasons[0])
        asked = self.succeed(*train, "--device", "cpu")
        self.assertEqual([asked["device"], asked["whyDevice"]], ["cpu", "asked for"])

    def test_a_model_is_refined(self):
        model = self.make_model()
        data, folder = self.folder / "set.continuo-dataset", self.folder / "refined"
        done = self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", folder, "--from", model, "--set", "network.hidden=9",
                              saying=["best.safetensors", "hidden 48 instead of 9"])
        self.assertNotIn("layers", done.stderr)
        self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--preview", "--from", model, "--set", "encoding.grid=1/16", saying="grid")
        self.assertFalse(folder.exists())
        self.succeed("train", "--preset", "tiny", "--dataset", data, "--run", folder, "--from", model, "--set", "steps=1")
        job = json.loads((folder / "config.json").read_text())
        self.assertEqual(job["from"], str(model))
        receipt = self.succeed("model", folder / "best.safetensors")["receipt"]
        self.assertEqual(receipt["parent"]["file"], str(model))
        self.assertIsNone(receipt["parent"]["receipt"]["parent"])
        # A job file names the model beside it, and keeps the name of what it was made from.
        job["from"] = "run/best.safetensors"
        job["training"]["steps"] = 2
        (self.folder / "mine.json").write_text(json.dumps(job))
        self.assertEqual(self.succeed("train", self.folder / "mine.json", "--dataset", data, "--run", self.folder / "again")["steps"], 2)
        again = json.loads((self.folder / "again" / "config.json").read_text())
        self.assertEqual((again["from"], again["preset"]), (str(model), "tiny"))

    def test_models_that_are_none(self):
        out = self.folder / "x.mid"
        text = self.folder / "text.safetensors"
        text.write_text("no model")
        self.fail_with(3, "generate", "--model", text, "--prompt", TUNES / "greensleeves.abc", "--bars", "2", "--seed", "1",
                       "--out", out, saying="text.safetensors")
        foreign = self.folder / "foreign.safetensors"
        header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        foreign.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 4)
        self.fail_with(3, "generate", "--model", foreign, "--prompt", TUNES / "greensleeves.abc", "--bars", "2", "--seed", "1",
                       "--out", out, saying="foreign.safetensors")
        self.assertFalse(out.exists())

    def test_seed_melodies_of_every_kind(self):
        model = self.make_model()
        out = self.folder / "x.mid"
        common = ("--bars", "2", "--seed", "1", "--out", out)
        (self.folder / "empty.mid").write_bytes(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0")
        self.fail_with(3, "generate", "--model", model, "--prompt", self.folder / "empty.mid", *common)
        self.assertFalse(out.exists())
        chord = self.folder / "chord.abc"
        chord.write_text("X:1\nT:chords\nM:4/4\nL:1/4\nK:C\n[CEG][DFA][EGB][CEG]|[CEG]4|\n")
        polyphonic = run("generate", "--model", model, "--prompt", chord, *common)
        self.assertEqual(polyphonic.returncode, 0, polyphonic.stderr)
        self.assertTrue(polyphonic.stderr.strip())
        self.fail_with(2, "generate", "--model", model, "--prompt", chord, *common, saying="--force")
        self.succeed("generate", "--model", model, "--notes", "C4 E4:1/8 G4", *common, "--force")
        self.fail_with(2, "generate", "--model", model, "--notes", "C4 H9", *common, "--force", saying="H9")
        self.succeed("generate", "--model", model, "--mode", "new", *common, "--force")
        low = self.folder / "wide.abc"
        low.write_text("X:1\nT:wide\nM:4/4\nL:1/4\nK:C\nC,,,, c'''' C,,,, c''''|C,,,, c'''' C,,,, c''''|\n")
        wide = run("generate", "--model", model, "--prompt", low, *common, "--force")
        self.assertIn(wide.returncode, (0, 3), wide.stderr)
        self.assertTrue(wide.stderr.strip())

    def test_a_model_shows_its_card_and_is_passed_on_alone(self):
        checkpoint = self.make_model()
        card = self.succeed("model", checkpoint)
        self.assertEqual(card["encoding"], "grid")
        alone = self.folder / "alone.safetensors"
        self.assertEqual(self.succeed("model", checkpoint, "--out", alone, "--name", "mine")["weights"], card["weights"])
        self.assertLess(alone.stat().st_size, checkpoint.stat().st_size / 2)
        self.assertEqual(self.succeed("model", alone)["name"], "mine")
        prompt = ("--notes", "C4 D4 E4", "--bars", "2", "--seed", "1")
        self.succeed("generate", "--model", checkpoint, *prompt, "--out", self.folder / "a.mid")
        self.succeed("generate", "--model", alone, *prompt, "--out", self.folder / "b.mid")
        self.assertEqual((self.folder / "a.mid").read_bytes(), (self.folder / "b.mid").read_bytes())
        self.fail_with(2, "model", checkpoint, "--out", alone, saying="--force")
        self.fail_with(3, "model", TUNES / "greensleeves.abc", saying="greensleeves.abc")

    def test_predict(self):
        shown = self.succeed("predict", "--model", self.make_model(), "--notes", "C4 D4 E4")
        self.assertAlmostEqual(sum(symbol["probability"] for symbol in shown["symbols"]), 1, places=3)

    @unittest.skipUnless(HAS_SOUND, "built without sound")
    def test_render_refuses_and_explains(self):
        self.fail_with(2, "render", TUNES / "greensleeves.abc", "--out", self.folder / "x.mp3")
        self.fail_with(3, "render", self.folder / "none.mid", "--out", self.folder / "x.wav", saying="none.mid")
        first = self.succeed("render", TUNES / "greensleeves.abc", "--out", self.folder / "x.wav")
        self.assertEqual({"seconds", "peakDb", "rmsDb", "realTimeFactor"} - set(first), set())
        self.fail_with(2, "render", TUNES / "greensleeves.abc", "--out", self.folder / "x.wav", saying="--force")

    @unittest.skipIf(HAS_SOUND, "built with sound")
    def test_without_sound_it_says_so(self):
        self.fail_with(1, "render", TUNES / "greensleeves.abc", "--out", self.folder / "x.wav", saying="without sound")
        self.fail_with(1, "play", TUNES / "greensleeves.abc", saying="without sound")
        self.assertIn("soundMissingBecause", self.succeed("devices"))

    @unittest.skipIf(os.name == "nt", "one program there")
    def test_alone_it_names_what_is_missing(self):
        alone = shutil.copy(PROGRAM, self.folder / "continuo")
        done = subprocess.run([alone, "presets"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("continuo-engine", done.stderr)
        self.assertEqual(subprocess.run([alone, "render", "--help"], capture_output=True).returncode, 0)

    def test_convert_there_and_back(self):
        self.succeed("convert", TUNES / "greensleeves.abc", self.folder / "a.mid")
        self.succeed("convert", self.folder / "a.mid", self.folder / "b.abc")
        self.succeed("convert", self.folder / "b.abc", self.folder / "c.mid")
        one = self.succeed("inspect", self.folder / "a.mid")
        two = self.succeed("inspect", self.folder / "c.mid")
        self.assertEqual(one["notes"], two["notes"])
        self.assertEqual(one["key"], two["key"])

    def test_convert_plays_ornaments_on_request(self):
        tune = self.folder / "roll.abc"
        tune.write_text("X:1\nL:1/4\nK:C\n~G C MG C|\n")
        self.succeed("convert", tune, self.folder / "marks.mid")
        answer = self.succeed("convert", tune, self.folder / "played.mid", "--ornaments")
        self.assertEqual(answer["remarks"], [])
        self.assertEqual(self.succeed("inspect", self.folder / "marks.mid")["notes"], 4)
        self.assertEqual(self.succeed("inspect", self.folder / "played.mid")["notes"], 10)
        answer = self.succeed("convert", self.folder / "played.mid", self.folder / "again.abc", "--ornaments")
        self.assertIn("convert.no-ornaments", [remark["id"] for remark in answer["remarks"]])

    def test_a_precision_the_processor_does_not_have_is_refused(self):
        cpu = next(device for device in self.succeed("devices")["compute"] if device["id"] == "cpu")
        self.assertEqual(cpu["precisions"][0], "float32")
        self.assertIn("float32", run("devices").stdout + run("devices").stderr)
        data = self.make_set()
        for precision in ("tf32", "float16"):
            self.assertNotIn(precision, cpu["precisions"])
            self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", self.folder / "run", "--device", "cpu",
                           "--precision", precision, saying=[precision, "bfloat16"])
        self.fail_with(2, "train", "--preset", "tiny", "--dataset", data, "--run", self.folder / "run", "--precision", "float8",
                       saying="float16")
        self.assertFalse((self.folder / "run").exists())

    def test_devices_and_runs(self):
        devices = self.succeed("devices")
        self.assertIn("cpu", [device["id"] for device in devices["compute"]])
        for name in ("midiIn", "midiOut", "audio"):
            self.assertIsInstance(devices[name], list)
        self.make_model()
        listed = run("runs", self.folder, "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("run", listed.stdout)

    def test_edit(self):
        out = self.folder / "edited.mid"
        answer = self.succeed("edit", TUNES / "greensleeves.abc", "--apply", "quantise 1/8; transpose +2 bars=1-4; tempo 90", "--out", out)
        self.assertEqual([patch["operation"] for patch in answer["patches"]], ["quantise 1/8", "transpose +2 bars=1-4", "tempo 90"])
        self.assertGreater(answer["patches"][1]["changed"], 0)
        self.assertEqual(answer["patches"][1]["added"], 0)
        self.assertGreater(answer["patches"][2]["events"], 0)
        before = self.succeed("inspect", TUNES / "greensleeves.abc")
        after = self.succeed("inspect", out)
        self.assertEqual(after["notes"], before["notes"])
        self.assertEqual(after["tempos"][0]["quartersPerMinute"], 90)
        self.succeed("edit", out, "--apply", "delete bars=1", "--out", self.folder / "less.abc")
        said = run("edit", TUNES / "greensleeves.abc", "--apply", "tempo 90", "--out", self.folder / "slow.mid").stderr
        self.assertIn("tempo 90: ", said)
        self.assertIn("event", said)
        self.assertNotIn("note", said)
        book = self.folder / "book.abc"
        book.write_text("X:1\nT:One\nK:C\nCDEF|\n\nX:2\nT:Two\nK:C\nGABc|\n")
        said = run("edit", book, "--apply", "transpose +2 bars=9", "--out", self.folder / "book.mid").stderr
        self.assertIn("Piece 2, transpose +2 bars=9: nothing to change.", said)
        self.fail_with(2, "edit", out, "--apply", "delete", "--out", out, saying="exists")
        self.fail_with(2, "edit", out, "--apply", "squeeze 2", "--out", self.folder / "a.mid", saying=["squeeze", "quantise"])
        self.fail_with(2, "edit", out, "--apply", "legato track=9", "--out", self.folder / "a.mid", saying="track")
        self.fail_with(2, "edit", out, "--apply", "legato", "--out", self.folder / "a.txt", saying=".abc")
        self.assertFalse((self.folder / "a.mid").exists())

    def test_compare(self):
        data = self.make_set()
        first, second = self.folder / "first", self.folder / "second"
        for folder, rate in ((first, "0.001"), (second, "0.01")):
            self.succeed("train", "--preset", "tiny", "--dataset", data, "--run", folder, "--set", "steps=4",
                         "--set", "learningRate=" + rate)
        table = self.folder / "curves.csv"
        answer = self.succeed("compare", first, second, "--csv", table)
        self.assertIn("training.learningRate", answer["differing"])
        self.assertEqual(answer["runs"][1]["settings"]["training.learningRate"], 0.01)
        for one in answer["runs"]:
            self.assertEqual(one["state"], "finished")
            self.assertGreater(one["validationLoss"], 0)
            self.assertGreater(one["testLoss"], 0)
        rows = table.read_text(encoding="utf-8").splitlines()
        self.assertIn("validationLoss", rows[0])
        self.assertGreater(len(rows), 2)
        self.fail_with(2, "compare", first, second, "--csv", table, saying="exists")
        one, both = self.folder / "one.svg", self.folder / "both.svg"
        self.succeed("compare", first, "--picture", one)
        self.succeed("compare", first, second, "--picture", both)
        self.assertNotEqual(one.read_bytes(), both.read_bytes())
        self.fail_with(2, "compare", first, second, "--picture", both, saying="exists")
        self.fail_with(2, "compare", first, second, "--picture", self.folder / "both.gif", saying=".png")
        words = run("compare", first, second)
        self.assertIn("training.learningRate", words.stdout)
        self.assertIn("loss, held out", words.stdout)
        nothing = self.folder / "nothing"
        nothing.mkdir()
        self.fail_with(3, "compare", nothing, saying="no run")
        self.fail_with(2, "compare", saying="runs")

    def test_presets(self):
        listed = self.succeed("presets")
        names = {preset["name"] for preset in listed}
        self.assertLessEqual({"folk-grid", "tiny"}, names)
        self.assertEqual(self.succeed("presets", "folk-grid")["name"], "folk-grid")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_without_permission(self):
        locked = self.folder / "locked"
        locked.mkdir(mode=0o500)
        self.fail_with(1, "convert", TUNES / "greensleeves.abc", locked / "a.mid", saying="permission")

    def test_a_full_disk(self):
        # A limit on the size of files is what a full disk is to a program: its writes fail.
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        data = self.folder / "a.continuo-dataset"
        self.fail_with(1, "import", TUNES, "--out", data, preexec_fn=limit)
        self.assertFalse(data.exists())
        good = self.make_set()
        self.fail_with(1, "train", "--preset", "tiny", "--dataset", good, "--run", self.folder / "r", "--set", "epochs=1",
                       preexec_fn=limit)
        if HAS_SOUND:
            self.fail_with(1, "render", TUNES / "greensleeves.abc", "--out", self.folder / "x.wav", preexec_fn=limit,
                           saying="full")
            self.assertFalse((self.folder / "x.wav").exists())

    @unittest.skipUnless(SHARED, "the optional folder of real music is not there")
    def test_every_conformance_file_is_read_or_explained(self):
        result = run("import", pathlib.Path(SHARED) / "conformance", pathlib.Path(SHARED) / "conformance-abc", "--out",
                     self.folder / "c.continuo-dataset", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        found = json.loads(result.stdout)
        self.assertEqual(found["found"], found["accepted"] + found["acceptedWithNotes"] + found["rejected"])
        for file in found["files"]:
            if file["status"] == "rejected":
                self.assertTrue(file["reason"], file)

    def test_projects_stand_where_music_is_read(self):
        tune = TUNES / "greensleeves.abc"
        project = self.folder / "tune.continuo"
        self.succeed("convert", tune, project)
        self.assertEqual(project.read_bytes()[:15], b"SQLite format 3")
        straight, around = self.folder / "straight.mid", self.folder / "around.mid"
        self.succeed("convert", tune, straight)
        self.succeed("convert", project, around)
        self.assertEqual(around.read_bytes(), straight.read_bytes())
        answers = [self.succeed("generate", "--model", RESOURCES / "models/starter.safetensors", "--prompt", prompt, "--bars", "2",
                                "--seed", "3", "--only-new", "--out", self.folder / f"answer{place}.mid")["candidates"][0]["events"]
                   for place, prompt in enumerate((straight, project))]
        self.assertEqual(answers[0], answers[1])
        if HAS_SOUND:
            self.succeed("render", project, "--out", self.folder / "tune.wav")

    def test_what_is_no_project_is_refused(self):
        project = self.folder / "tune.continuo"
        self.succeed("convert", TUNES / "greensleeves.abc", project)
        whole = project.read_bytes()
        for name, content in {"cut": whole[:5000], "noise": b"SQLite format 3\0" + random.Random(2).randbytes(9000)}.items():
            project.write_bytes(content)
            self.fail_with(3, "convert", project, self.folder / f"{name}.mid", saying="tune.continuo")
            self.fail_with(3, "generate", "--model", RESOURCES / "models/starter.safetensors", "--prompt", project, "--bars", "1",
                           "--seed", "1", "--out", self.folder / f"{name}.mid", saying="tune.continuo")
            self.assertFalse((self.folder / f"{name}.mid").exists())
        # The header's user_version: a project of version 2.
        project.write_bytes(whole[:60] + (2000).to_bytes(4, "big") + whole[64:])
        self.fail_with(3, "convert", project, self.folder / "newer.mid", saying="newer Continuo")


if __name__ == "__main__":
    unittest.main()
