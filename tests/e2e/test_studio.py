# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped studio on a screen with a window manager and a sound server, driven by key and mouse as a user would."""
import pathlib
import shutil
import sys
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent / "cli")]
from desk import wait_for  # noqa: E402
from program import run  # noqa: E402
from studio_case import StudioCase  # noqa: E402
from test_chain import midi_notes  # noqa: E402


class Studio(StudioCase):
    def test_from_first_start_to_a_kept_continuation(self):
        self.open()
        self.desk.look("first-start")
        before = self.export_midi("before.mid")
        self.assertGreater(len(before), 8, "the sample melody is open")

        self.continue_melody()
        self.desk.look("continued")
        self.desk.key("Return")
        wait_for(lambda: not self.is_offered(), "the alternative to be kept")
        kept = self.export_midi("kept.mid")
        self.assertGreater(len(kept), len(before))
        self.assertEqual(kept[:len(before)], before)
        self.desk.key("ctrl+z")
        self.assertEqual(self.export_midi("undone.mid"), before)
        self.desk.key("ctrl+shift+z")
        self.assertEqual(self.export_midi("redone.mid"), kept)

    def test_notes_are_drawn_with_the_mouse(self):
        self.open()
        before = self.export_midi("before.mid")
        self.desk.click(1100, 560)
        self.desk.key("2")
        self.desk.click(1100, 560)
        drawn = self.export_midi("drawn.mid")
        self.assertEqual(len(drawn), len(before) + 1)
        self.desk.key("ctrl+z")
        self.assertEqual(self.export_midi("undone.mid"), before)

    @unittest.skipUnless(shutil.which("jackd") and shutil.which("jack_rec"), "hearing needs jackd and jack_rec")
    def test_space_is_heard(self):
        self.open()
        wait_for(self.ports, "the studio at the sound server")
        silent = self.record(1)
        self.desk.key("space")
        loud = self.record(2)
        self.desk.key("space")
        self.assertLess(silent, -80)
        self.assertGreater(loud, -50)

    def test_it_starts_without_a_word(self):
        self.desk.environment["JACK_DEFAULT_SERVER"] = "continuo-has-no-such-server"
        self.desk.environment.pop("XDG_RUNTIME_DIR")  # As in a container.
        self.open()
        time.sleep(3)  # Until the device was looked for.
        self.assertIsNone(self.desk.studio.poll())
        # libjack's database in shared memory may be of another version, which its library tells.
        words = [line for line in (self.folder / "studio.log").read_text().splitlines() if not line.startswith("BDB")]
        self.assertEqual(words, [])

    def test_the_engine_may_die(self):
        self.open()
        before = self.export_midi("before.mid")
        for engine in self.desk.children("continuo", "serve"):
            self.desk.kill(engine)
        wait_for(lambda: self.desk.children("continuo", "serve"), "another engine")
        self.assertIsNone(self.desk.studio.poll(), "the window lives on")
        self.assertEqual(self.export_midi("after.mid"), before)
        self.continue_melody()

    def test_work_outlives_a_kill(self):
        self.open()
        project = self.folder / "song.continuo"
        self.desk.key("ctrl+s")
        wait_for(lambda: self.desk.windows("Save"), "the dialog to save")
        self.desk.write(str(project))
        self.desk.key("Return")
        wait_for(project.exists, "the project")
        saved = self.export_midi("saved.mid")
        self.desk.click(1100, 560)
        self.desk.key("2")
        self.desk.click(1100, 560)
        recovery = self.desk.home / "state" / "continuo" / "recovery"
        wait_for(lambda: recovery.exists() and any(recovery.iterdir()), "the autosave")
        time.sleep(2)
        self.desk.close_studio()
        done = run("convert", project, self.folder / "read-back.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(midi_notes(self.folder / "read-back.mid")[1], saved, "the user's own file is as it was saved")
        self.open(project)
        self.desk.look("recovery")
        self.assertTrue(any(recovery.iterdir()), "what was not saved is still there")


if __name__ == "__main__":
    unittest.main()
