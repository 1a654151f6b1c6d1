# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk to try the studio on: a screen (Xvfb), a window manager (openbox), hands (xdotool), an eye (ImageMagick) and a
sound server without a card (jackd), all of its own and gone with it."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = 60.0  # Seconds before a test gives up waiting; generous, because machines are shared.


def missing_tools():
    """What of a desk this machine lacks."""
    return [tool for tool in ("Xvfb", "openbox", "xdotool", "import") if not shutil.which(tool)]


def wait_for(condition, what, patience=PATIENCE):
    """The first true answer of condition(), asked again and again; fails with `what` otherwise."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.05)


class Picture:
    """The screen at one moment."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    def at(self, x, y):
        place = 3 * (y * self.width + x)
        return tuple(self.rgb[place:place + 3])

    def count(self, colour, box=None, near=2):
        """How many pixels of the box (left, top, right, bottom) have this colour, give or take `near` in each part."""
        left, top, right, bottom = box or (0, 0, self.width, self.height)
        want = bytes.fromhex(colour.lstrip("#"))
        found = 0
        for y in range(top, bottom):
            row = self.rgb[3 * (y * self.width + left):3 * (y * self.width + right)]
            found += sum(1 for i in range(0, len(row), 3)
                         if all(abs(row[i + part] - want[part]) <= near for part in range(3)))
        return found


def take_server_name():
    """A name for a sound server that nobody else has, and the file that holds it while it is open. The same few names again
    and again: JACK has room for eight servers and forgets one that was killed only when another of its name is started."""
    for number in range(64):
        held = open(pathlib.Path(tempfile.gettempdir()) / f"continuo-desk-{os.getuid()}-{number}.lock", "w", encoding="ascii")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return f"continuo-desk-{number}", held
        held.close()
    raise AssertionError("all names for sound servers are taken")


class Desk:
    def __init__(self, folder, width=1600, height=900):
        self.folder, self.width, self.height = pathlib.Path(folder), width, height
        self.processes = []
        self.studio = None
        self.server_name, self._held_name = take_server_name()
        self.home = self.folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        read, write = os.pipe()
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"], pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = ":" + answer.readline().strip()
        self.environment = {
            **{name: value for name, value in os.environ.items()
               if not name.startswith(("XDG_", "QT_", "WAYLAND", "DBUS", "JACK_"))},
            "DISPLAY": self.display, "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.folder / "runtime"),
            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"), "XDG_CACHE_HOME": str(self.home / "cache"),
            "JACK_DEFAULT_SERVER": self.server_name, "JACK_NO_START_SERVER": "1", "LANG": "C.UTF-8",
        }
        (self.folder / "runtime").mkdir(mode=0o700, exist_ok=True)
        self._manage_windows()
        self.has_sound = bool(shutil.which("jackd") and shutil.which("jack_lsp"))
        self.sound_server = None
        if self.has_sound:
            self.start_sound_server()

    def start_sound_server(self):
        self.sound_server = self._start(["jackd", "-n", self.server_name, "-r", "-d", "dummy", "-r", "48000", "-p", "256"],
                                        env={**self.environment, "JACK_DEFAULT_SERVER": self.server_name})
        # A studio that comes earlier opens no device, and rightly so.
        environment = {**self.environment, "JACK_DEFAULT_SERVER": self.server_name}
        end = time.monotonic() + PATIENCE
        while "system" not in subprocess.run(["jack_lsp"], env=environment, capture_output=True, text=True, check=False).stdout:
            if self.sound_server.poll() is not None or time.monotonic() > end:
                break
            time.sleep(0.05)

    def _start(self, command, **how):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
        self.processes.append(process)
        return process

    def _manage_windows(self):
        """A window manager that is at work: a window that comes before it may stay out of sight, and without it no key is heard."""
        manager = self._start(["openbox"], env=self.environment)

        def is_at_work():
            nonlocal manager
            if manager.poll() is not None:  # The screen was not ready for it.
                manager = self._start(["openbox"], env=self.environment)
            return self.hands("get_desktop").returncode == 0
        wait_for(is_at_work, "the window manager")

    def open_studio(self, program, *arguments):
        """Starts the studio and waits for its window; answers the seconds it took."""
        begin = time.monotonic()
        with open(self.folder / "studio.log", "ab") as log:
            self.studio = subprocess.Popen([program, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log)
        wait_for(lambda: self.windows("Continuo"), "the studio's window")
        seconds = time.monotonic() - begin
        self.hands("windowactivate", "--sync", self.windows("Continuo")[-1])
        return seconds

    def close_studio(self):
        """By kill -9, if it has not gone by itself."""
        if self.studio:
            self.studio.kill()
            self.studio.wait()
            self.studio = None

    def put_away(self):
        self.close_studio()
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
                process.wait()
        self._held_name.close()

    def hands(self, *arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=False)

    def windows(self, name):
        return self.hands("search", "--onlyvisible", "--name", name).stdout.split()

    def key(self, *keys):
        for key in keys:
            self.hands("key", "--clearmodifiers", key)

    def write(self, text):
        self.hands("type", "--delay", "8", text)

    def click(self, x, y, button=1):
        self.hands("mousemove", "--sync", x, y)
        self.hands("click", button)

    def drag(self, start, end):
        self.hands("mousemove", "--sync", *start)
        self.hands("mousedown", 1)
        steps = 8
        for step in range(1, steps + 1):
            self.hands("mousemove", "--sync", start[0] + (end[0] - start[0]) * step // steps, start[1] + (end[1] - start[1]) * step // steps)
        self.hands("mouseup", 1)

    def look(self, name=None):
        """What is on the screen. With a name and CONTINUO_PICTURES set, also kept as a PNG there."""
        raw = subprocess.run(["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"], env=self.environment,
                             capture_output=True, check=True).stdout
        folder = os.environ.get("CONTINUO_PICTURES")
        if name and folder:
            subprocess.run(["import", "-silent", "-window", "root", str(pathlib.Path(folder) / f"{name}.png")], env=self.environment, check=False)
        return Picture(self.width, self.height, raw)

    def children(self, *words):
        """Process ids whose command line holds all the words."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    own = (entry / "environ").read_bytes()
                    if all(word in line for word in words) and str(self.home).encode() in own:
                        found.append(int(entry.name))
        return found

    def kill(self, process):
        os.kill(process, signal.SIGKILL)
