# SPDX-License-Identifier: GPL-3.0-or-later
"""Cleaning a dataset in the shipped studio by its keys alone: steps are added, set, seen, undone and made again, and the command
line says the same of the set. Nothing here depends on where a machine's letters put a button."""
import contextlib
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


class StudioCleans(StudioCase):
    def continuo(self, *words):
        done = subprocess.run([PROGRAM, *map(str, words), "--json"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def recipe(self):
        return self.continuo("clean", self.set, "--show")

    def steps(self):
        return [step["operation"] for step in self.recipe()["steps"]]

    def told(self, *names):
        """What the command line says of the set."""
        info = self.continuo("inspect", self.set)
        return tuple(info[name] for name in names)

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

    def windows(self):
        """All of the studio's that are on the screen, menus too."""
        return self.desk.hands("search", "--onlyvisible", "--pid", self.desk.studio.pid).stdout.split()

    def open_menu(self):
        """The menu of steps, which needs a set that was read."""
        before = len(self.windows())
        self.press_until("ctrl+shift+a", lambda: len(self.windows()) > before, "the menu of steps")

    def ask_for_step(self, key, title):
        """Opens the dialog of a step: the key goes into the menu of steps from its top or its end."""
        self.open_menu()
        self.desk.key(key, "Return")
        wait_for(lambda: self.desk.windows(f"^Add step: {title}$"), f"the dialog of {title}")

    def walk_to_list(self, is_moved):
        """From the table back to the list of steps, whose last one Alt+Up moves; elsewhere these keys change nothing."""
        self.desk.key("ctrl+f", "Down")
        for _ in range(12):
            self.desk.key("shift+Tab", "End", "alt+Up")
            with contextlib.suppress(AssertionError):
                return wait_for(is_moved, "the list of steps", patience=1.5)
        raise AssertionError("Shift+Tab never came to the list of steps")

    def accept(self, steps):
        """Gives the dialog its Return and waits for the set to have these steps."""
        self.desk.key("Return")
        wait_for(lambda: not self.desk.windows("^Add step: |^Step: "), "the dialog of the step to go")
        wait_for(lambda: self.steps() == steps, f"the steps {steps} in the set")

    def test_steps_are_added_seen_undone_and_made_again(self):
        self.open()
        self.desk.key("ctrl+1")
        raw = self.told("fingerprint")

        self.ask_for_step("Down", "Drop duplicates")
        self.accept(["drop-duplicates"])
        wait_for(lambda: self.told("inUse") == (3,), "the copy to be left out")

        # The last of the menu, set by typing: its first field has the keys, Tab goes to the second.
        self.ask_for_step("Up", "Normalise velocity")
        self.desk.key("ctrl+a")
        self.desk.write("64")
        self.desk.key("Tab")
        self.desk.write("0")
        self.desk.look("clean-step")
        both = ["drop-duplicates", "normalise-velocity"]
        self.accept(both)
        self.assertEqual(self.recipe()["steps"][1]["parameters"], {"mean": 64, "spread": 0})
        wait_for(lambda: self.told("inUse", "changed", "recipeSteps") == (3, 3, 2), "all pieces to be changed")
        clean = self.told("fingerprint")

        # The window has the steps in its list as well, where the second is brought before the first.
        self.walk_to_list(lambda: self.steps() == both[::-1])
        self.desk.look("clean-done")
        self.press_until("ctrl+z", lambda: self.steps() == both, "the steps to be in their order again")
        wait_for(lambda: self.told("fingerprint") == clean, "the set to be as it was in that order")

        self.press_until("ctrl+z", lambda: self.steps() == ["drop-duplicates"], "the second step to be undone")
        self.press_until("ctrl+z", lambda: self.steps() == [], "the first step to be undone")
        self.assertEqual(self.told("inUse", "changed"), (4, 0))
        self.assertEqual(self.told("fingerprint"), raw)
        self.press_until("ctrl+shift+z", lambda: self.steps() == ["drop-duplicates"], "the first step again")
        self.press_until("ctrl+shift+z", lambda: self.steps() == both, "the second step again")
        self.press_until("ctrl+q", lambda: self.desk.studio.poll() is not None, "the studio to be closed")
        self.assertEqual(self.desk.studio.returncode, 0)

        self.assertEqual(self.steps(), both)
        self.assertEqual(self.told("fingerprint", "inUse", "changed"), (*clean, 3, 3))
        self.check_that_it_is_the_same_without_a_window(clean)

    def check_that_it_is_the_same_without_a_window(self, clean):
        """The recipe on a fresh import gives the same set, and what is exported has the velocity that was typed."""
        again = self.folder / "again.continuo-dataset"
        self.continuo("import", self.folder / "music", "--out", again)
        recipe = self.folder / "recipe.json"
        recipe.write_text(json.dumps(self.recipe()))
        self.continuo("clean", again, "--recipe", recipe)
        self.assertEqual((self.continuo("inspect", again)["fingerprint"],), clean)
        out = self.folder / "exported"
        self.continuo("export", self.set, "--midi", out)
        files = sorted(out.rglob("*.mid"))
        self.assertEqual(len(files), 3)
        for file in files:
            facts = self.continuo("inspect", file)
            self.assertEqual((facts["lowestVelocity"], facts["highestVelocity"]), (64, 64))


class StudioCleansOnASmallScreen(StudioCleans):
    """A notebook's screen and letters a quarter larger, so that much of the window is elsewhere."""
    SCREEN = (1366, 768)

    def setUp(self):
        super().setUp()
        self.desk.environment["QT_FONT_DPI"] = "120"


if __name__ == "__main__":
    unittest.main()
