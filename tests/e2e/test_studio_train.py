# SPDX-License-Identifier: GPL-3.0-or-later
"""Training in the shipped studio: from a folder of tunes to curves and a kept model, through the death of the studio and of the
training, by key and mouse as a user would."""
import contextlib
import json
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from desk import wait_for  # noqa: E402
from studio_case import DARK_BAD, DARK_WARNING, NOTICE, STUDIO, StudioCase  # noqa: E402

RESOURCES = pathlib.Path(os.environ["CONTINUO_RESOURCES"])
ACCENT, TRAINING, RAISED = "#4fc3ab", "#6cb6ff", "#242832"  # In the dark theme.
# At 1600 × 900, wherever the panels' edges are exactly: inside the loss plot, and the runs on the left.
PLOT = (380, 130, 1240, 460)
RUNS = (70, 60, 300, 500)
INTERVALS = (1310, 280, 1590, 430)
FIRST_RUN = (180, 130)
SPLIT = (566, 70)  # The button, and what opens below it.
POPOVER = (540, 95, 790, 320)
TOOLBAR = 120  # What is above belongs to the toolbar of the dataset.
START = (1290, 500)  # What is right of it and below belongs to the foot of the settings.


def primary_buttons(picture):
    """The middles of what is filled like a primary button, the rightmost first."""
    pattern = bytes.fromhex(ACCENT.lstrip("#"))
    blocks = []  # Of rows of about the same middle, with room for words between them: [x, top, bottom].
    for y in range(picture.height):
        row = picture.rgb[3 * y * picture.width:3 * (y + 1) * picture.width]
        place = row.find(pattern * 60)
        while place >= 0:
            if place % 3:
                place = row.find(pattern * 60, place + 1)
                continue
            end = place + 180
            while row[end:end + 3] == pattern:
                end += 3
            x = (place + end) // 6
            block = next((block for block in blocks if abs(block[0] - x) < 4 and y - block[2] < 20), None)
            if block:
                block[2] = y
            else:
                blocks.append([x, y, y])
            place = row.find(pattern * 60, end)
    return sorted(((x, (top + bottom) // 2) for x, top, bottom in blocks if 20 < bottom - top < 60), reverse=True)


def keys_between_cards(here, there):
    """The arrow keys from one preset's card to another's: three in a row, in the order of their files."""
    names = sorted(path.stem for path in (RESOURCES / "presets").glob("*.json"))
    (row, column), (to_row, to_column) = divmod(names.index(here), 3), divmod(names.index(there), 3)
    across = ["Right" if to_column > column else "Left"] * abs(to_column - column)
    return across + ["Down" if to_row > row else "Up"] * abs(to_row - row)


class StudioTrains(StudioCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.end_trainings)
        self.data = self.desk.home / "data" / "continuo"

    def end_trainings(self):
        for process in self.trainers():
            with contextlib.suppress(ProcessLookupError):
                self.desk.kill(process)

    def trainers(self):
        return self.desk.children("continuo", "train", "--run") + self.desk.children("continuo", "train", "--resume")

    def runs(self):
        return sorted((self.data / "runs").glob("*/config.json"))

    def events(self):
        """What the only run has told so far."""
        logs = list((self.data / "runs").glob("*/log.jsonl"))
        lines = logs[0].read_text().splitlines() if logs else []
        return [json.loads(line) for line in lines if line.endswith("}")]

    def step(self):
        return max((event["step"] for event in self.events() if event["event"] == "step"), default=0)

    def ending(self):
        events = self.events()
        return events[-1].get("reason") if events and events[-1]["event"] == "finished" else None

    def is_curve_drawn(self):
        return self.desk.look().count(TRAINING, PLOT, near=24) > 60

    def can_train_on_this(self):
        return [place for place in primary_buttons(self.desk.look()) if place[1] < TOOLBAR]

    def can_start(self):
        return [place for place in primary_buttons(self.desk.look()) if place[0] > START[0] and place[1] > START[1]]

    def go_to_train(self):
        self.press_until("ctrl+2", self.can_start, "a training that can be started")

    def settings_file(self):
        """A training that lasts until it is stopped and leaves the machine to others."""
        preset = json.loads((RESOURCES / "presets" / "tiny.json").read_text())
        job = {"preset": "tiny", "encoding": preset["encoding"], "network": {**preset["network"], "hidden": 8}, "sampler": preset["sampler"],
               "training": {**preset["training"], "epochs": 100000, "threads": 1, "logEvery": 2}}
        path = self.folder / "long.json"
        path.write_text(json.dumps(job))
        return path

    def split(self):
        """As the popover proposes it; its first field has the keyboard, before that stands its button."""
        for _ in range(10):  # Until it can be pressed.
            self.desk.click(*SPLIT)
            with contextlib.suppress(AssertionError):
                wait_for(lambda: self.desk.look().count(RAISED, POPOVER) > 20000, "the popover", patience=5)
                break
        self.desk.key("shift+Tab", "space")

    def start_long_training(self):
        """On the bundled tunes, with the settings of a file."""
        self.open()
        self.go_to_train()
        self.answer_dialog("Load settings", self.settings_file(), key="ctrl+shift+o")
        self.press_until("ctrl+t", self.runs, "the run")
        wait_for(lambda: self.step() > 20, "the training to learn")
        wait_for(self.is_curve_drawn, "its curve")

    def test_from_a_folder_to_a_training(self):
        music = self.folder / "tunes"
        music.mkdir()
        for tune in sorted((RESOURCES / "tunes").glob("*.abc"))[:60]:
            shutil.copy(tune, music)
        self.desk.open_studio(STUDIO, music)
        wait_for(lambda: self.desk.look().count(TRAINING, INTERVALS) > 200, "the intervals of what was imported")
        self.split()
        wait_for(self.can_train_on_this, "a dataset to train on")
        self.desk.look("train-dataset")
        self.desk.click(*self.can_train_on_this()[0])
        wait_for(self.can_start, "a training that can be started")
        self.desk.key(*keys_between_cards("folk-grid", "tiny"))  # The keyboard is at the former.
        self.desk.look("train-before")
        self.desk.key("ctrl+t")
        wait_for(lambda: self.ending() == "done", "the training to end by itself")
        config = json.loads(self.runs()[0].read_text())
        self.assertEqual(config["preset"], "tiny")
        started = self.events()[0]
        self.assertEqual(started["trainPieces"] + started["validationPieces"] + started["testPieces"], 60)
        wait_for(self.is_curve_drawn, "its curve")
        self.desk.look("train-done")
        self.assertTrue((self.runs()[0].parent / "best.safetensors").exists())

    def test_a_training_outlives_the_studio(self):
        self.start_long_training()
        trainers = self.trainers()
        self.assertEqual(len(trainers), 1)
        self.desk.close_studio()  # By kill -9.
        reached = self.step()
        wait_for(lambda: self.step() > reached + 20, "the training to go on by itself")
        self.assertEqual(self.trainers(), trainers)

        self.open()
        self.press_until("ctrl+2", self.is_curve_drawn, "the curve of the training that was found")
        self.desk.look("train-found")
        self.press_until("ctrl+p", lambda: self.events()[-1]["event"] == "paused", "the pause")
        self.press_until("ctrl+p", lambda: self.events()[-1]["event"] != "paused", "going on")
        self.press_until("ctrl+shift+p", lambda: self.ending() == "stopped", "the end")
        wait_for(lambda: not self.trainers(), "the process to go")
        kept = self.runs()[0].parent / "best.safetensors"
        self.assertTrue(kept.exists())

        self.desk.key("alt+F4")
        wait_for(lambda: self.desk.studio.poll() is not None, "the studio to close")
        self.assertEqual(self.desk.studio.returncode, 0)
        self.open()
        self.go_to_train()
        self.assertFalse(self.is_curve_drawn(), "nothing is trained, so a new run is set up")
        self.desk.click(*FIRST_RUN)
        wait_for(self.is_curve_drawn, "the curve of the run that was kept")

    def test_a_killed_training_goes_on(self):
        self.start_long_training()
        self.assertFalse(self.complains())
        self.desk.kill(self.trainers()[0])
        wait_for(self.complains, "the window to say that it ended")
        wait_for(lambda: self.desk.look().count(DARK_BAD, RUNS, near=8) > 10, "the run to be marked as broken off")
        self.desk.look("train-killed")
        self.assertIsNone(self.desk.studio.poll())
        last = self.events()[-1]["seq"]
        self.press_until("ctrl+p", self.trainers, "another process that resumes it")
        resumed = wait_for(lambda: [event for event in self.events() if event["event"] == "resumed"], "the training to be resumed")
        self.assertTrue(resumed[0]["fromCheckpoint"])
        wait_for(lambda: self.events()[-1]["seq"] > last + 10, "it to learn again")
        wait_for(self.is_curve_drawn, "its curve")
        self.press_until("ctrl+shift+p", lambda: self.ending() == "stopped", "the end")


if __name__ == "__main__":
    unittest.main()
