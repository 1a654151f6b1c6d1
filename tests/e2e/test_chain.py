# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain as a user runs it: import, split, train, attach, kill, resume, generate, render."""
import json
import os
import pathlib
import signal
import struct
import sys
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from program import HAS_SOUND, SHARED, TUNES, ProgramTest, run, start  # noqa: E402


def midi_notes(path):
    """(tick, key, channel) of every note-on of a MIDI file: a reader of its own, so that it can disagree with ours."""
    data = path.read_bytes()
    assert data[:4] == b"MThd", path
    division = struct.unpack(">H", data[12:14])[0]
    notes, place = [], 14
    while place < len(data):
        length = struct.unpack(">I", data[place + 4:place + 8])[0]
        at, end, time, status = place + 8, place + 8 + length, 0, 0
        place = end

        def number():
            nonlocal at
            value = 0
            while True:
                byte = data[at]
                at += 1
                value = value << 7 | byte & 127
                if byte < 128:
                    return value

        while at < end:
            time += number()
            if data[at] & 128:
                status = data[at]
                at += 1
            if status == 0xFF:
                at += 1
                skip = number()
                at += skip
            elif status in (0xF0, 0xF7):
                skip = number()
                at += skip
            else:
                if status >> 4 == 9 and data[at + 1]:
                    notes.append((time, data[at], status & 15))
                at += 1 if status >> 4 in (12, 13) else 2
    return division, sorted(notes)


class Chain(ProgramTest):
    """On the tunes that come with the program."""

    def make_set(self, *sources):
        data = self.folder / "set.continuo-dataset"
        found = self.succeed("import", *sources, "--out", data)
        self.assertGreater(found["accepted"] + found["acceptedWithNotes"], 0)
        parts = self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1", "--seed", "1")
        self.assertGreater(parts["train"], parts["validation"])
        return data, found, parts

    def test_from_tunes_to_sound(self):
        data, found, parts = self.make_set(TUNES)
        self.assertEqual(found["rejected"], 0)
        self.assertGreaterEqual(found["accepted"] + found["acceptedWithNotes"], 60)
        again = self.succeed("import", TUNES, "--out", self.folder / "again.continuo-dataset")
        self.assertEqual(found["fingerprint"], again["fingerprint"])

        folder = self.folder / "run"
        trained = self.succeed("train", "--preset", "tiny", "--dataset", data, "--run", folder)
        self.assertLess(trained["validationLoss"], trained["references"]["uniform"])
        self.assertTrue((folder / "best.safetensors").exists())
        for name in ("config.json", "log.jsonl", "receipt.json", "last.safetensors"):
            self.assertTrue((folder / name).exists(), name)
        self.assertTrue(list(folder.glob("events.out.tfevents.*")))

        prompt = TUNES / "greensleeves.abc"
        self.assertTrue(prompt.exists())
        made = self.succeed("generate", "--model", folder / "best.safetensors", "--prompt", prompt, "--bars", "4",
                            "--candidates", "3", "--seed", "7", "--out", self.folder / "next.mid")
        self.assertEqual(len(made["candidates"]), 3)
        pieces = [midi_notes(self.folder / f"next-{k}.mid")[1] for k in (1, 2, 3)]
        self.assertEqual(len({tuple(piece) for piece in pieces}), 3, "the alternatives are the same")
        for candidate, piece in zip(made["candidates"], pieces):
            self.assertGreater(len(piece), len(candidate["events"]), "the seed melody stands in front")
            for event in candidate["events"]:
                self.assertTrue(0 < event["probability"] <= 1)
                self.assertGreaterEqual(event["rank"], 1)

        self.succeed("generate", "--model", folder / "best.safetensors", "--prompt", prompt, "--bars", "4",
                     "--candidates", "1", "--seed", "7", "--out", self.folder / "alone.mid")
        self.assertEqual((self.folder / "alone.mid").read_bytes(), (self.folder / "next-1.mid").read_bytes(),
                         "an alternative depends on how many there are")

        if HAS_SOUND:
            sound = self.succeed("render", self.folder / "next-1.mid", "--out", self.folder / "next.wav")
            self.assertTrue(-40 < sound["peakDb"] <= 0)
            with wave.open(str(self.folder / "next.wav")) as file:
                self.assertEqual(file.getframerate(), 48000)
                self.assertAlmostEqual(file.getnframes() / 48000, sound["seconds"], delta=0.01)

    def test_killed_attached_resumed(self):
        data, _, _ = self.make_set(TUNES)
        folder = self.folder / "run"
        arguments = ("train", "--preset", "tiny", "--dataset", data, "--run", folder, "--seed", "3", "--set", "epochs=40",
                     "--quiet")
        training = start(*arguments)
        self.addCleanup(training.kill)
        log = folder / "log.jsonl"
        self.wait_until(lambda: training.poll() is not None or (folder / "last.safetensors").exists(),
                        what="the first checkpoint")
        self.assertIsNone(training.poll(), training.stderr.read() if training.poll() is not None else "")

        # A second training on the same run is refused, a second reader is not.
        self.assertNotEqual(run("train", "--resume", folder).returncode, 0)
        watching = start("attach", folder)
        first = json.loads(watching.stdout.readline())
        self.assertEqual(first["seq"], 1)
        watching.kill()
        watching.communicate()

        training.send_signal(signal.SIGKILL)
        training.communicate()
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        self.assertTrue(lines)
        dead = run("attach", folder, timeout=60)
        self.assertGreaterEqual(len(dead.stdout.splitlines()), 1)
        self.assertTrue(dead.stderr.strip(), "attach says nothing about a dead training")

        resumed = self.succeed("train", "--resume", folder)
        whole = self.folder / "whole"
        self.succeed("train", "--preset", "tiny", "--dataset", data, "--run", whole, "--seed", "3", "--set", "epochs=40")
        self.assertEqual(weights(folder / "best.safetensors"), weights(whole / "best.safetensors"),
                         "a killed and resumed training differs from one that was left alone")
        self.assertGreater(resumed["steps"], 0)
        steps = [json.loads(line)["step"] for line in log.read_text().splitlines()]
        self.assertEqual(steps, sorted(steps), "the curves run backwards")

    def test_ctrl_c_stops_and_keeps(self):
        data, _, _ = self.make_set(TUNES)
        folder = self.folder / "run"
        training = start("train", "--preset", "tiny", "--dataset", data, "--run", folder, "--set", "epochs=2000", "--json")
        self.addCleanup(training.kill)
        log = folder / "log.jsonl"
        self.wait_until(lambda: (log.exists() and '"event":"step"' in log.read_text()) or training.poll() is not None,
                        what="a step")
        training.send_signal(signal.SIGINT)
        out, words = training.communicate(timeout=30)
        self.assertEqual(training.returncode, 130, words)
        self.assertGreater(json.loads(out)["steps"], 0)
        self.assertTrue((folder / "last.safetensors").exists())

    @unittest.skipUnless(SHARED, "the optional folder of real music is not there")
    def test_on_real_folk_music(self):
        data, found, parts = self.make_set(pathlib.Path(SHARED) / "nottingham" / "midi")
        self.assertEqual(found["found"], 235)
        self.assertEqual(found["rejected"], 0)
        self.assertEqual(parts["train"] + parts["validation"] + parts["test"], 235)
        folder = self.folder / "run"
        trained = self.succeed("train", "--preset", "folk-grid", "--dataset", data, "--run", folder, "--set", "epochs=2",
                               timeout=900)
        self.assertLess(trained["validationLoss"], trained["references"]["unigram"])
        prompt = sorted((pathlib.Path(SHARED) / "nottingham" / "midi").glob("waltzes*.mid"))[0]
        made = self.succeed("generate", "--model", folder / "best.safetensors", "--prompt", prompt, "--bars", "8",
                            "--candidates", "4", "--seed", "7", "--out", self.folder / "next.mid")
        self.assertEqual(len(made["candidates"]), 4)
        self.assertEqual(made["prompt"]["key"].split()[-1] in ("major", "minor"), True)


def weights(path):
    """Name to bytes of every tensor of a safetensors file."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    return {name: data[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]]
            for name, entry in header.items() if name != "__metadata__"}


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main()
