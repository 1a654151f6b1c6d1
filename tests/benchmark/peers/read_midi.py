# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every MIDI file below the given folders with other readers; one JSON object a reader.

usage: read_midi.py [--rounds N] FOLDER…      (symusic 0.6; mido and pretty_midi where installed)"""
import importlib
import json
import pathlib
import statistics
import sys
import time
import warnings

warnings.simplefilter("ignore")
arguments = sys.argv[1:]
rounds = 5
if arguments[:1] == ["--rounds"]:
    rounds, arguments = int(arguments[1]), arguments[2:]
paths = sorted(p for folder in arguments for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".mid", ".midi"))
contents = [path.read_bytes() for path in paths]


def measure(name, read, items, times=rounds):
    """Median over rounds, after one that warms up."""
    seconds, accepted = [], 0
    for _ in range(times + 1):
        accepted, start = 0, time.perf_counter()
        for item in items:
            try:
                read(item)
                accepted += 1
            except Exception:
                pass
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[1:])
    megabytes = sum(len(c) for c in contents[:len(items)]) / 1e6
    print(json.dumps({"reader": name, "files": len(items), "accepted": accepted, "files_per_s": round(len(items) / median),
                      "mb_per_s": round(megabytes / median, 2)}), flush=True)


symusic = importlib.import_module("symusic")
measure("symusic memory", symusic.Score.from_midi, contents)
measure("symusic files", lambda path: symusic.Score(str(path)), paths)
for slow, read in (("mido", lambda m, path: m.MidiFile(str(path))), ("pretty_midi", lambda m, path: m.PrettyMIDI(str(path)))):
    try:
        module = importlib.import_module(slow)
    except ImportError:
        continue
    measure(f"{slow} files", lambda path, m=module, r=read: r(m, path), paths, times=1)
