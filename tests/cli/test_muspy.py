# SPDX-License-Identifier: GPL-3.0-or-later
"""The score card's numbers against MusPy itself, where Python has it (pip install muspy).

MusPy's code takes a note that ends on a line to sound behind it, and its text does not; so every note is one tick shorter
for the numbers about beats and bars, which makes its code do as its text says."""
import pathlib
import unittest
import warnings

from program import SHARED, TUNES, ProgramTest

try:
    import muspy
except ImportError:
    muspy = None

SAME = {"pitchRange": "pitch_range", "pitchesUsed": "n_pitches_used", "pitchClassesUsed": "n_pitch_classes_used",
        "pitchEntropy": "pitch_entropy", "pitchClassEntropy": "pitch_class_entropy", "scaleConsistency": "scale_consistency",
        "polyphony": "polyphony", "polyphonyRate": "polyphony_rate"}
GROOVE_STEPS = 24


def shortened(music):
    for track in music.tracks:
        for note in track.notes:
            note.duration = max(1, note.duration - 1)
    return music


def bar_of(music):
    """Steps in a bar where all bars are equal and none is a pickup, else nothing."""
    signatures = music.time_signatures
    if len(signatures) != 1 or signatures[0].time != 0:
        return None
    steps = 4 * music.resolution * signatures[0].numerator / signatures[0].denominator
    return int(steps) if steps == int(steps) else None


@unittest.skipIf(muspy is None, "MusPy is not installed for this Python: pip install muspy")
class MusPy(ProgramTest):
    def ours(self, file, against):
        groups = self.succeed("evaluate", "--midi", file, "--against", against)["metrics"]
        return {name: number["generated"]["mean"] for group in ("harmony", "melodyCoherence", "rhythmConsistency")
                for name, number in groups[group].items()}

    def check(self, files):
        """Every number of every file; says how many there were of each."""
        against = self.folder / "set.continuo-dataset"
        self.succeed("import", *sorted(TUNES.glob("*.abc"))[:10], "--out", against)
        self.succeed("split", against, "--train", ".8", "--validation", ".1", "--test", ".1")
        counts = {}
        for file in files:
            ours = self.ours(file, against)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                music = muspy.read_midi(file)
                theirs = {name: getattr(muspy, theirs)(music) for name, theirs in SAME.items()}
                root, mode = self.succeed("inspect", file)["key"].split()
                names = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
                root = (names[root[0]] + root.count("#") - root[1:].count("b")) % 12
                theirs["pitchInScaleRate"] = muspy.pitch_in_scale_rate(music, root, mode)
                theirs["emptyBeatRate"] = muspy.empty_beat_rate(shortened(music))
                if bar := bar_of(music):
                    theirs["emptyMeasureRate"] = muspy.empty_measure_rate(music, bar)
                music = muspy.read_midi(file)
                if bar and all(note.time * GROOVE_STEPS % music.resolution == 0 for track in music.tracks for note in track.notes):
                    music.adjust_resolution(GROOVE_STEPS)
                    theirs["grooveConsistency"] = muspy.groove_consistency(shortened(music), bar_of(music))
            for name, value in theirs.items():
                with self.subTest(file=file.name, number=name):
                    if value != value: # MusPy's "not defined"
                        self.assertIsNone(ours[name])
                    else:
                        self.assertAlmostEqual(ours[name], float(value), places=9)
                        counts[name] = counts.get(name, 0) + 1
        return counts

    def test_tunes(self):
        files = []
        for tune in sorted(TUNES.glob("*.abc"))[:20]:
            files.append(self.folder / (tune.stem + ".mid"))
            self.succeed("convert", tune, files[-1])
        counts = self.check(files)
        self.assertEqual(counts["pitchEntropy"], len(files))
        self.assertEqual(len(counts), len(SAME) + 4, "every number was compared")

    @unittest.skipUnless(SHARED, "no shared data on this machine")
    def test_many_voices(self):
        files = [file for folder in ("js-fakes", "nottingham", "mutopia")
                 for file in sorted(pathlib.Path(SHARED, folder).rglob("*.mid"))[:15]]
        counts = self.check(files)
        self.assertEqual(counts["polyphonyRate"], len(files))
        self.assertGreater(counts["grooveConsistency"], len(files) // 3)


if __name__ == "__main__":
    unittest.main()
