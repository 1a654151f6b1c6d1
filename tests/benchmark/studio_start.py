# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a Qt program paints its window, and what it takes when it has nothing to do.

Alone: python3 tests/benchmark/studio_start.py PROGRAM… prints both for each program, in turns, as JSON lines.
"""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

IDLE_SECONDS = 5


@contextlib.contextmanager
def painted(program):
    """The running program and the seconds from its start to the end of its first paint, in an empty home without a
    screen. Qt itself tells of the paint, so that the program needs nothing for being measured."""
    with tempfile.TemporaryDirectory(prefix="continuo-start-") as home:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_"))},
            "HOME": home, "XDG_RUNTIME_DIR": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_DATA_HOME": f"{home}/data",
            "XDG_STATE_HOME": f"{home}/state", "XDG_CACHE_HOME": f"{home}/cache",
            "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.widgets.painting.info=true", "QT_FORCE_STDERR_LOGGING": "1",
        }
        begin = time.perf_counter()
        running = subprocess.Popen([str(program)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        try:
            for line in running.stderr:
                if b"Flushing" in line:
                    seconds = time.perf_counter() - begin
                    break
            else:
                raise RuntimeError(f"{program} ended without having painted a window")
            yield running, seconds
        finally:
            running.kill()
            running.stderr.close()
            running.wait()


def first_paint(program):
    """Seconds."""
    with painted(program) as (_, seconds):
        return seconds


def idle_memory(program):
    """MB of the process alone (resident, and its proportional part of what it shares) when it has been idle a while."""
    with painted(program) as (running, _):
        os.set_blocking(running.stderr.fileno(), False)
        end = time.monotonic() + IDLE_SECONDS
        while time.monotonic() < end:  # It must not wait for its own words to be read.
            with contextlib.suppress(BlockingIOError):
                running.stderr.read()
            time.sleep(0.1)
        figures = {}
        for line in pathlib.Path(f"/proc/{running.pid}/smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in ("Rss", "Pss"):
                figures[name] = int(value.split()[0]) * 1024 / 1e6
        return figures["Rss"], figures["Pss"]


def main():
    programs = sys.argv[1:]
    rounds = [[first_paint(program) for program in programs] for _ in range(7)]
    for place, program in enumerate(programs):
        resident, proportional = idle_memory(program)
        seconds = [each[place] for each in rounds]
        print(json.dumps({"program": pathlib.Path(program).name, "first_paint_s": round(statistics.median(seconds), 3),
                          "spread_s": [round(min(seconds), 3), round(max(seconds), 3)],
                          "idle_rss_mb": round(resident, 1), "idle_pss_mb": round(proportional, 1)}))


if __name__ == "__main__":
    main()
