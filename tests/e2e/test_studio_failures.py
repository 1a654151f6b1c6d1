# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong around the shipped studio: its engine, its sound server, its disk, its files and itself are taken away
in the middle of work. The window says so, lives on, and nothing that was made is lost."""
import contextlib
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent / "cli")]
from desk import wait_for  # noqa: E402
from program import run  # noqa: E402
from studio_case import STUDIO, StudioCase  # noqa: E402
from test_chain import midi_notes  # noqa: E402

LARGE_MIDI_NOTES = 20_000
KILLS = 20


def write_large_midi(path):
    """Quarters up and down, so many that writing them takes a while."""
    def variable(number):
        parts = [number & 0x7F]
        while number := number >> 7:
            parts.insert(0, 0x80 | number & 0x7F)
        return bytes(parts)
    track = bytearray()
    for note in range(LARGE_MIDI_NOTES):
        key = 48 + note * 7 % 24
        track += variable(0) + bytes([0x90, key, 80]) + variable(120) + bytes([0x80, key, 64])
    track += b"\x00\xff\x2f\x00"
    path.write_bytes(b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk" + len(track).to_bytes(4, "big") + track)


class Failures(StudioCase):
    def read_back(self, project):
        """The notes of a project, read by the command line: it fails on a file that is not whole."""
        midi = self.folder / "read-back.mid"
        done = run("convert", project, midi, "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        return midi_notes(midi)[1]

    def test_the_engine_is_killed_while_it_writes(self):
        self.open()
        before = self.export_midi("before.mid")
        self.continue_melody()  # The engine is up.
        engines = self.engines()
        for engine in engines:
            os.kill(engine, signal.SIGSTOP)  # Whatever is asked now is under way until it is killed.
        self.desk.key("ctrl+Return")
        time.sleep(0.3)
        self.assertFalse(self.complains())
        for engine in engines:
            self.desk.kill(engine)
        wait_for(self.complains, "words about the engine")
        self.desk.look("engine-killed")
        wait_for(lambda: set(self.engines()) - set(engines), "another engine")
        self.assertIsNone(self.desk.studio.poll(), "the window lives on")
        self.assertEqual(self.export_midi("after.mid"), before)
        self.continue_melody()
        self.desk.key("Return")
        wait_for(lambda: not self.is_offered(), "the alternative to be kept")
        self.assertGreater(len(self.export_midi("kept.mid")), len(before))

    def test_the_studio_is_killed_while_it_saves(self):
        midi = self.folder / "large.mid"
        write_large_midi(midi)
        project = self.folder / "work" / "song.continuo"
        project.parent.mkdir()
        done = run("convert", midi, project)
        self.assertEqual(done.returncode, 0, done.stderr)
        chance = random.Random(20)
        kept = self.read_back(project)
        saves = 0
        for _ in range(KILLS):
            self.desk.open_studio(STUDIO, project)
            wait_for(lambda: self.title().startswith("song –"), "the project to be open")
            self.desk.key("ctrl+a", "Up" if saves % 2 == 0 else "Down")
            wait_for(lambda: "song*" in self.title(), "the edit")
            press = subprocess.Popen(["xdotool", "key", "ctrl+s"], env=self.desk.environment)
            time.sleep(chance.uniform(0, 0.06))
            self.desk.close_studio()
            press.wait()
            there = self.read_back(project)
            self.assertEqual(len(there), LARGE_MIDI_NOTES)
            moved = {new[1] - old[1] for new, old in zip(there, kept)}
            self.assertIn(moved, ({0}, {1}, {-1}), "the old composition or the new one, nothing between")
            saves += moved != {0}
            kept = there
        print(f"{KILLS} kills, {saves} of them after the save", file=sys.stderr)
        self.desk.open_studio(STUDIO, project)
        wait_for(lambda: self.title().startswith("song –"), "the project to be open")
        litter = lambda: [path.name for path in project.parent.iterdir() if path.name not in ("song.continuo", "song.continuo.lock")]
        wait_for(lambda: not litter(), f"what killed saves left to go: {litter()}")
        self.desk.key("ctrl+q")
        wait_for(lambda: self.desk.studio.poll() is not None, "the studio to close")
        self.assertEqual([path.name for path in project.parent.iterdir()], ["song.continuo"])

    def test_files_that_are_no_projects(self):
        self.open()
        good = self.folder / "good.continuo"
        self.save_as(good)
        self.desk.close_studio()
        whole = good.read_bytes()
        newer = bytearray(whole)
        newer[62] = 0x7F  # In SQLite's header: the version of what is in it.
        for name, content in (("newer", bytes(newer)), ("half", whole[:len(whole) // 2]), ("letter", b"Dear Anna, no music.")):
            path = self.folder / f"{name}.continuo"
            path.write_bytes(content)
            self.desk.open_studio(STUDIO, path)
            wait_for(self.complains, f"words about the {name} file")
            self.desk.look(f"file-{name}")
            self.assertIsNone(self.desk.studio.poll())
            self.assertNotIn(name, self.title())
            self.assertEqual(path.read_bytes(), content)
            self.desk.close_studio()

    def test_a_read_only_project_is_saved_elsewhere(self):
        self.open()
        kept = self.folder / "kept.continuo"
        self.save_as(kept)
        self.desk.close_studio()
        before = kept.read_bytes()
        kept.chmod(0o444)
        self.open(kept)
        wait_for(lambda: "(read-only)" in self.title(), "the title to say that it is read-only")
        wait_for(self.complains, "words about it")
        self.draw()
        wait_for(lambda: "kept*" in self.title(), "the edit")
        other = self.folder / "mine.continuo"
        self.answer_dialog("Save", other, key="ctrl+s")
        wait_for(lambda: self.title().startswith("mine –"), "the title to name the other file")
        self.assertEqual(kept.read_bytes(), before)
        self.assertEqual(len(self.read_back(other)), len(self.read_back(kept)) + 1)

    def test_a_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("only the administrator may mount a small disk")
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, check=False).returncode:
            self.skipTest("no small disk may be mounted here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=False)
        self.desk.environment["XDG_STATE_HOME"] = str(disk / "state")

        def fill():
            with open(disk / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
                while filler.write(b"\0" * 4096):
                    pass
        self.work_without_room(disk, fill, (disk / "filler").unlink)

    def test_files_that_may_not_grow(self):
        place = self.folder / "small"
        place.mkdir()
        self.desk.environment["XDG_STATE_HOME"] = str(place / "state")

        def limit(size):
            process = self.desk.studio.pid
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.prlimit(process, resource.RLIMIT_FSIZE)[1]))
        self.work_without_room(place, lambda: limit(32), lambda: limit(resource.RLIM_INFINITY))

    def work_without_room(self, disk, take_room, give_room):
        """Saves to the disk, edits while it has no room, and saves again when it has."""
        self.open()
        song = disk / "song.continuo"
        self.save_as(song)
        saved = self.read_back(song)
        take_room()
        self.draw()
        wait_for(lambda: "song*" in self.title(), "the edit")
        wait_for(self.complains, "words about the autosave that finds no room")
        self.desk.look("no-room")
        self.desk.key("ctrl+s")
        time.sleep(1)
        self.assertIn("song*", self.title(), "it is not saved, and the window knows")
        self.assertEqual(self.read_back(song), saved)
        self.answer_dialog("Export", disk / "out.mid", key="ctrl+e")
        time.sleep(1)
        self.assertFalse((disk / "out.mid").exists())
        self.assertIsNone(self.desk.studio.poll(), "the window lives on")
        give_room()
        recovery = disk / "state" / "continuo" / "recovery"
        wait_for(lambda: list(recovery.glob("*.continuo")), "the autosave, now that there is room")
        self.press_until("ctrl+s", lambda: self.title().startswith("song –"), "the save")
        self.assertEqual(len(self.read_back(song)), len(saved) + 1)
        self.assertEqual([path.name for path in disk.iterdir() if path.name.endswith(".part")], [])

    @unittest.skipUnless(shutil.which("jackd") and shutil.which("jack_rec"), "hearing needs jackd and jack_rec")
    def test_the_sound_server_is_killed_while_playing(self):
        wait_for(lambda: "system" in self.all_ports(), "the sound server")
        self.open()
        wait_for(self.ports, "the studio at the sound server")
        self.desk.key("space")
        self.assertGreater(self.record(1), -50)
        status = (0, 874, 700, 900)
        before = self.desk.look("sound-before")
        self.desk.kill(self.desk.sound_server.pid)
        wait_for(lambda: self.pixels(status) != self.part(before, status), "the status to say so")
        self.desk.look("sound-killed")
        place = (100, 824, 420, 872)  # Where the time stands in digits.
        one = self.pixels(place)
        wait_for(lambda: self.pixels(place) != one, "the playhead to go on", patience=10)
        self.desk.key("space")
        self.assertTrue(self.export_midi("after.mid"))
        self.continue_melody()
        self.desk.start_sound_server()  # JACK remembers a killed server until another of its name ends in peace.
        self.desk.key("ctrl+q")
        wait_for(lambda: self.desk.studio.poll() is not None, "the studio to close", patience=20)
        self.assertEqual(self.desk.studio.returncode, 0)

    def pixels(self, box):
        return self.part(self.desk.look(), box)

    @staticmethod
    def part(picture, box):
        left, top, right, bottom = box
        return [bytes(picture.rgb[3 * (y * picture.width + left):3 * (y * picture.width + right)]) for y in range(top, bottom)]


if __name__ == "__main__":
    unittest.main()
