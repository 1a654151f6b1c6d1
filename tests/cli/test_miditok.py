# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary of a model of events against MidiTok itself, where Python has it (pip install miditok)."""
import importlib.metadata
import json
import pathlib
import struct
import unittest
import warnings

from program import SHARED, TUNES, ProgramTest

try:
    import miditok
except ImportError:
    miditok = None


def token_sequences(path):
    """The pieces of a run's token pack, in its order."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    body = data[8 + size:]

    def values(name, letter, width):
        begin, end = header[name]["data_offsets"]
        return struct.unpack(f"<{(end - begin) // width}{letter}", body[begin:end])

    pieces = []
    for part in ("train", "validation", "test"):
        tokens = values(f"{part}.tokens", "i", 4)
        for length in values(f"{part}.lengths", "q", 8):
            pieces.append(tokens[:length])
            tokens = tokens[length:]
    return pieces


def notes_said(names):
    """What symbols say, whatever the order of the notes that begin together: the meters of the bars, and the notes by
    bar, position, instrument and key. Of notes that are struck twice at once the longer counts."""
    bars, notes = [], {}
    position, loud, note = 0, 0, ()
    for name in names:
        kind, value = name.split("_")
        if kind == "Bar":
            position = 0
            bars.append("")
        elif kind == "TimeSig":
            bars[-1] = value
        elif kind == "Position":
            position = int(value)
        elif kind == "Program":
            note = (len(bars), position, value)
        elif kind == "Velocity":
            loud = int(value)
        elif kind != "EOS":
            note += (name,)
            if kind == "Duration":
                beats, positions, _ = (int(part) for part in value.split("."))
                place = note[:4]
                notes[place] = max(notes.get(place, (0, 0, 0)), (beats, positions, loud))
    # Bars of silence at the end are no music.
    return tuple(bars[:max(bar for bar, *_ in notes)]), frozenset(notes.items())


needs_miditok = unittest.skipIf(miditok is None, "MidiTok is not installed for this Python: pip install miditok")


class MidiTok(ProgramTest):
    def train(self, *inputs):
        """A model of a network that hardly learned: only its vocabulary and what it read matter."""
        data = self.folder / "set.continuo-dataset"
        self.succeed("import", *inputs, "--out", data)
        self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1")
        run = self.folder / "run"
        small = {"network.layers": 1, "network.hidden": 8, "network.heads": 2, "network.context": 64,
                 "training.sequence": 64, "training.epochs": 1, "training.threads": 1}
        self.succeed("train", "--preset", "studio-small", "--dataset", data, "--run", run,
                     *[word for key, value in small.items() for word in ("--set", f"{key}={value}")])
        return run

    def tokenizer(self, run):
        out = self.folder / "tokenizer.json"
        self.succeed("model", run / "best.safetensors", "--miditok", out)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return miditok.REMI(params=out), json.loads(out.read_text())

    def made_from_configuration(self, written):
        """The tokenizer that MidiTok makes without being told its vocabulary."""
        out = self.folder / "configuration.json"
        out.write_text(json.dumps({key: written[key] for key in ("config", "tokenization", "miditok_version")}))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return miditok.REMI(params=out)

    def check_pieces(self, run, files, least):
        """Our symbols of every file are MidiTok's own; says how many files there were."""
        tokenizer, written = self.tokenizer(run)
        self.assertEqual(tokenizer.vocab, written["vocabulary"])
        if not importlib.metadata.version("miditok").startswith("3.0"): # These take the upper end of a range not to belong to it.
            self.assertEqual(self.made_from_configuration(written).vocab, written["vocabulary"])
        names = {number: name for name, number in tokenizer.vocab.items()}
        ours = {notes_said([names[token] for token in piece]) for piece in token_sequences(run / "pieces.safetensors")}
        agreed = 0
        for file in files:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                agreed += notes_said(tokenizer(file).tokens) in ours
        self.assertGreaterEqual(agreed, least * len(files), f"{agreed} of {len(files)} files")
        # And MidiTok plays our symbols.
        for piece in token_sequences(run / "pieces.safetensors")[:10]:
            score = tokenizer.decode(list(piece)[:-1])
            said = notes_said([names[token] for token in piece])
            self.assertEqual(sum(len(track.notes) for track in score.tracks), len(said[1]))

    @needs_miditok
    def test_tunes(self):
        folder = self.folder / "midi"
        folder.mkdir()
        tunes = sorted(TUNES.glob("*.abc"))[:30]
        for tune in tunes:
            self.succeed("convert", tune, folder / (tune.stem + ".mid"))
        # Short bars, such as pickups, are written as bars of their length; MidiTok makes them whole.
        self.check_pieces(self.train(folder), sorted(folder.glob("*.mid")), 0.5)

    @needs_miditok
    @unittest.skipUnless(SHARED, "no shared data on this machine")
    def test_chorales(self):
        files = sorted(pathlib.Path(SHARED, "js-fakes").rglob("*.mid"))[:60]
        self.check_pieces(self.train(*files), files, 0.9)

    def test_other_encodings_have_none(self):
        run = self.folder / "run"
        data = self.folder / "set.continuo-dataset"
        self.succeed("import", *sorted(TUNES.glob("*.abc"))[:10], "--out", data)
        self.succeed("split", data, "--train", ".8", "--validation", ".1", "--test", ".1")
        self.succeed("train", "--preset", "tiny", "--dataset", data, "--run", run, "--set", "epochs=1")
        out = self.folder / "tokenizer.json"
        self.fail_with(2, "model", run / "best.safetensors", "--miditok", out, saying="event")
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
