# SPDX-License-Identifier: GPL-3.0-or-later
"""Cleaning a dataset in the shipped studio by key and mouse: a step is added, is in the file, changes the pieces, and is undone."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from desk import wait_for  # noqa: E402
from studio_case import StudioCase  # noqa: E402

PROGRAM = os.environ["CONTINUO_PROGRAM"]
TUNES = pathlib.Path(os.environ["CONTINUO_RESOURCES"]) / "tunes"
ADD_STEP = (1375, 148)  # At 1600 × 900, while there is no step.


class StudioCleans(StudioCase):
    def continuo(self, *words):
        done = subprocess.run([PROGRAM, *map(str, words), "--json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def steps(self):
        return [step["operation"] for step in self.continuo("clean", self.set, "--show")["steps"]]

    def setUp(self):
        super().setUp()
        music = self.folder / "music"
        music.mkdir()
        for name in ("greensleeves.abc", "amazing-grace.abc", "arirang.abc"):
            shutil.copy(TUNES / name, music)
        shutil.copy(music / "arirang.abc", music / "arirang again.abc")
        self.set = self.folder / "tunes.continuo-dataset"
        self.continuo("import", music, "--out", self.set)
        settings = self.desk.home / "config" / "continuo" / "studio.ini"
        settings.write_text(f"[General]\ntheme=dark\n[dataset]\nlast={self.set}\n")

    def test_a_step_is_added_and_undone(self):
        self.open()
        self.desk.key("ctrl+1")
        # The menu of steps; the first is "Drop duplicates".
        for _ in range(6):
            self.desk.click(*ADD_STEP)
            self.desk.key("Down", "Return")
            try:
                wait_for(lambda: self.desk.windows("Add step: Drop duplicates"), "the step's dialog", patience=10)
                break
            except AssertionError:
                self.desk.key("Escape")
        self.desk.look("clean-step")
        self.press_until("Return", lambda: self.steps() == ["drop-duplicates"], "the step in the set")
        wait_for(lambda: self.continuo("inspect", self.set)["inUse"] == 3, "the copy to be left out")
        self.desk.look("clean-done")

        self.press_until("ctrl+z", lambda: self.steps() == [], "the step to be undone")
        self.assertEqual(self.continuo("inspect", self.set)["inUse"], 4)
        self.press_until("ctrl+shift+z", lambda: self.steps() == ["drop-duplicates"], "the step again")
        self.desk.close_studio()
        self.assertEqual(self.steps(), ["drop-duplicates"])


if __name__ == "__main__":
    unittest.main()
