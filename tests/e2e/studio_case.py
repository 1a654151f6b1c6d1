# SPDX-License-Identifier: GPL-3.0-or-later
"""A test at a desk of its own, with the shipped studio on it and what one does there again and again."""
import array
import contextlib
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import wave

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent / "cli")]
from desk import Desk, missing_tools, wait_for  # noqa: E402
from test_chain import midi_notes  # noqa: E402

STUDIO = os.environ["CONTINUO_STUDIO_PROGRAM"]
DARK_FIRST = "#f2b24f"  # The first alternative in the dark theme.
DARK_BAD = "#ff7b7b"  # What went wrong, there.
DARK_WARNING = DARK_FIRST
ROLL = (330, 130, 1250, 640)  # Inside the roll at 1600 × 900, wherever the panels' edges are exactly.
NOTICE = (0, 640, 60, 840)  # Where a notice has its sign: below the workspaces of the rail.


@unittest.skipIf(missing_tools(), f"a screen to work at needs {', '.join(missing_tools())}")
class StudioCase(unittest.TestCase):
    SCREEN = (1600, 900)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-desk-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.desk = Desk(self.folder, *self.SCREEN)
        self.addCleanup(self.desk.put_away)
        settings = self.desk.home / "config" / "continuo" / "studio.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[General]\ntheme=dark\n")

    def open(self, *arguments):
        seconds = self.desk.open_studio(STUDIO, *arguments)
        wait_for(self.engines, "the engine")
        return seconds

    def engines(self):
        return self.desk.children("continuo", "serve")

    def title(self):
        """Of the studio's window."""
        windows = self.desk.windows("– Continuo")
        return self.desk.hands("getwindowname", windows[-1]).stdout.strip() if windows else ""

    def press_until(self, key, condition, what):
        """Presses a key, again where nothing comes of it for a while: a window that has just opened may not hear the first."""
        for _ in range(6):
            self.desk.key(key)
            with contextlib.suppress(AssertionError):
                return wait_for(condition, what, patience=10)
        raise AssertionError(f"{key} was pressed again and again in vain for {what}")

    def answer_dialog(self, name, path, key=None):
        """Gives a path to the dialog of this name, which the key opens or which is on its way."""
        is_there = lambda: self.desk.windows(name)  # noqa: E731
        self.press_until(key, is_there, f"the dialog {name}") if key else wait_for(is_there, f"the dialog {name}")
        self.desk.write(str(path))
        self.desk.key("Return")
        wait_for(lambda: not self.desk.windows(name), f"the dialog {name} to go")

    def save_as(self, path):
        self.answer_dialog("Save", path, key="ctrl+shift+s")
        wait_for(path.exists, f"{path.name} to be written")
        wait_for(lambda: self.title().startswith(f"{path.stem} –"), "the title to name it")

    def export_midi(self, name):
        path = self.folder / name
        self.answer_dialog("Export", path, key="ctrl+e")
        wait_for(path.exists, f"{name} to be written")
        return midi_notes(path)[1]

    def draw(self):
        """One note where the sample has none."""
        self.desk.click(1100, 560)
        self.desk.key("2")
        self.desk.click(1100, 560)
        self.desk.key("1")

    def is_offered(self):
        """Whether the roll shows notes in the first alternative's colour, through which the ground shines a little."""
        return self.desk.look().count(DARK_FIRST, ROLL, near=16) > 200

    def continue_melody(self):
        """Asks for continuations and waits until the first is on the roll."""
        self.desk.key("ctrl+Return")
        return wait_for(self.is_offered, "an alternative on the roll")

    def complains(self):
        """Whether a notice with the sign of a warning or of a failure is shown."""
        picture = self.desk.look()
        return picture.count(DARK_BAD, NOTICE, near=8) + picture.count(DARK_WARNING, NOTICE, near=8) > 12

    def all_ports(self):
        """Of the sound server, by name."""
        return subprocess.run(["jack_lsp"], env=self.desk.environment, capture_output=True, text=True, check=False).stdout

    def ports(self):
        """Those of the studio."""
        return [port for port in self.all_ports().split() if "fluidsynth" in port.lower() or "continuo" in port.lower()]

    def record(self, seconds):
        """The level of what the studio sends to the sound server, in dB below full scale."""
        path = self.folder / "heard.wav"
        out = self.ports()
        self.assertTrue(out, "the studio has a port at the sound server")
        subprocess.run(["jack_rec", "-f", str(path), "-d", str(seconds), "-b", "16", out[0]], env=self.desk.environment,
                       capture_output=True, check=False, timeout=seconds + 30)
        with wave.open(str(path)) as heard:
            samples = array.array("h", heard.readframes(heard.getnframes()))
        return 20 * math.log10(max(1e-9, math.sqrt(sum(s * s for s in samples) / max(1, len(samples))) / 32768))
