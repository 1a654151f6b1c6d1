# SPDX-License-Identifier: GPL-3.0-or-later
"""The walls of the house, read from the sources: who may include whom, what may meet torch, and the licence line.

`broken_walls(root)` returns one sentence for each broken rule. It needs nothing but the sources.
"""
import os
import re
from collections import namedtuple

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"

# What a folder may include beside itself.
_LINES = {"core/music", "core/base"}
_TEXTS = _LINES | {"core/edit", "core/midi", "core/abc"}
_ALL_CORE = _TEXTS | {
    "core/storage", "core/project", "core/dataset", "core/encode", "core/weights", "core/learn", "core/generate", "core/evaluate",
    "core/play", "core/picture", "core/protocol", "core/engine",
}
_FOR_UI = _TEXTS | {"core/project", "core/dataset", "core/encode", "core/play", "core/weights", "core/protocol"}
MAY_INCLUDE = {
    "core/base": set(),
    "core/music": {"core/base"},
    "core/edit": _LINES,
    "core/midi": _LINES,
    "core/abc": _LINES,
    "core/storage": {"core/base"},
    "core/project": _TEXTS | {"core/storage"},
    "core/dataset": _TEXTS | {"core/storage"},
    "core/encode": _TEXTS,
    "core/weights": _LINES,
    "core/protocol": _LINES,
    "core/learn": _LINES | {"core/encode", "core/dataset", "core/weights"},
    "core/generate": _LINES | {"core/learn", "core/weights", "core/encode", "core/dataset", "core/edit"},
    "core/evaluate": _LINES | {"core/generate", "core/learn", "core/weights", "core/encode", "core/dataset", "core/edit"},
    "core/play": _LINES,
    "core/picture": _LINES,
    "core/engine": _ALL_CORE,
    "ui": _FOR_UI,
    "app/studio": _FOR_UI | {"ui"},
    "app/cli": _ALL_CORE,
    "soundfonts": {"core/base"},
    "tests": _ALL_CORE | {"ui", "app/cli"},
}

# Libraries that stay behind a wall: which includes belong to them, and where those may stand.
Library = namedtuple("Library", "name pattern allowed where")


def _in(*folders, sources_only=False):
    def allowed(path):
        inside = any(path.startswith(folder + "/") for folder in folders + ("tests",))
        return inside and (not sources_only or path.endswith(".cpp") or path.startswith("tests/"))
    return allowed


def _in_learn(path):
    # That a public header of learn stays free of torch is checked apart: it needs all includes, not one.
    return path.startswith(("tests/", "core/learn/"))


LIBRARIES = (
    Library("torch", re.compile(r"(torch|ATen|c10|caffe2|gloo)/"), _in_learn, "core/learn"),
    Library("Qt", re.compile(r"Q[A-Z][A-Za-z0-9]*(/|$)|Qt[A-Z]"), _in("ui", "app/studio"), "ui and app/studio"),
    Library("the sound libraries", re.compile(r"(fluidsynth|RtMidi|rtmidi|sndfile)\b"),
            _in("core/play", sources_only=True), "core/play/*.cpp"),
    Library("cairo", re.compile(r"cairo\b"), _in("core/picture", sources_only=True), "core/picture/*.cpp"),
    Library("SQLite", re.compile(r"(SQLiteCpp/|sqlite3)"), _in("core/storage", "core/dataset", "core/project"),
            "core/storage, core/dataset and core/project"),
    Library("CLI11", re.compile(r"CLI/"), _in("app/cli"), "app/cli"),
)
TORCH = LIBRARIES[0].pattern
# What must not meet torch in one file, with the reason.
NEVER_BESIDE_TORCH = (
    (re.compile(r"(fmt|spdlog)/"), "torch brings its own fmt, and the two neither compile nor link together"),
    (LIBRARIES[1].pattern, "Qt's `slots` breaks torch's headers"),
)

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
_SKIPPED_FOLDERS = {".git", ".cache", "build", "__pycache__", "runs"}
_LICENSED = (".h", ".cpp", ".c", ".cmake", ".py", ".sh")

Include = namedtuple("Include", "line quoted name")


def project_files(root):
    """Paths of the project's files, relative to root, without what a build or a trial leaves behind."""
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders
                               if name not in _SKIPPED_FOLDERS and not name.startswith(("build-", "continuo-first-run")))
        for name in sorted(names):
            found.append(os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/"))
    return found


def folder_of(path):
    """The row of the table that a path belongs to, or None outside the table's folders."""
    parts = path.split("/")
    if parts[0] in ("core", "app"):
        return "/".join(parts[:2]) if len(parts) > 2 else None
    return parts[0] if parts[0] in MAY_INCLUDE else None


def _listed_headers(text):
    """The public headers that a CMakeLists.txt names: what follows HEADERS or FILES, up to the next keyword."""
    text = re.sub(r"#[^\n]*", "", text)
    for words in re.findall(r"\b(?:HEADERS|FILES)\b([^()]*)", text):
        for word in words.split():
            if word.isupper():
                break
            if word.endswith(".h"):
                yield word


class Sources:
    """The C++ files below root, what each includes, and which headers of the core are public."""

    def __init__(self, root):
        self.files = project_files(root)
        self.includes = {}
        self.public = set()
        for path in self.files:
            if path.startswith("core/") and path.endswith("/CMakeLists.txt"):
                with open(os.path.join(root, path), encoding="utf-8") as text:
                    self.public.update(os.path.join(os.path.dirname(path), name) for name in _listed_headers(text.read()))
        for path in self.files:
            if path.endswith((".h", ".cpp")):
                with open(os.path.join(root, path), encoding="utf-8", errors="replace") as text:
                    matches = ((number, _INCLUDE.match(line)) for number, line in enumerate(text, 1))
                    self.includes[path] = [Include(number, match[1] == '"', match[2]) for number, match in matches if match]
        self._reached = {}

    def is_private(self, path):
        """Whether a header of the core is for its own folder only: nobody else may include it."""
        return path.startswith("core/") and path.endswith(".h") and path not in self.public

    def reached(self, path):
        """Each library include that path brings in, directly or through project headers, with the way to it."""
        if path not in self._reached:
            self._reached[path] = {}  # also ends a circle of includes
            found = {}
            for include in self.includes.get(path, ()):
                if include.name in self.includes:
                    for name, way in self.reached(include.name).items():
                        found.setdefault(name, [path] + way)
                else:
                    found.setdefault(include.name, [path])
            self._reached[path] = found
        return self._reached[path]


def _broken_includes(sources):
    for path, includes in sources.includes.items():
        folder = folder_of(path)
        if folder is not None and folder not in MAY_INCLUDE:
            yield f"{path}:1: the folder {folder} has no row in the table of tests/architecture/walls.py"
            continue
        for include in includes:
            here = f"{path}:{include.line}"
            if include.quoted:
                yield from _broken_project_include(sources, path, folder, include, here)
            for library in LIBRARIES:
                if library.pattern.match(include.name) and not library.allowed(path):
                    yield f"{here}: <{include.name}> stands outside {library.where}, where {library.name} must stay"


def _broken_project_include(sources, path, folder, include, here):
    target = include.name
    if target.endswith(".moc"):
        return
    if target not in sources.includes:
        yield f'{here}: "{target}" is no path from the top of the sources (includes are rooted: "core/music/note.h")'
        return
    theirs = folder_of(target)
    if folder is None or theirs is None:
        return
    if theirs != folder and theirs not in MAY_INCLUDE[folder]:
        yield f"{here}: {folder} may not include {theirs} ({target})"
    if sources.is_private(target) and theirs != folder and folder != "tests":
        yield f"{here}: {target} is private to {theirs}: it is not among the HEADERS of {theirs}/CMakeLists.txt"


def _torch_meets_others(sources):
    for path in sources.includes:
        reached = sources.reached(path)
        torch = next((name for name in reached if TORCH.match(name)), None)
        if torch is None:
            continue
        if not _in_learn(path) or path in sources.public:
            yield f"{path}:1: reaches <{torch}> by {' -> '.join(reached[torch])}"
        for pattern, reason in NEVER_BESIDE_TORCH:
            other = next((name for name in reached if pattern.match(name)), None)
            if other is not None:
                yield (f"{path}:1: <{torch}> by {' -> '.join(reached[torch])} and <{other}> by "
                       f"{' -> '.join(reached[other])}: {reason}")


def _missing_licence(root, files):
    for path in files:
        name = os.path.basename(path)
        with open(os.path.join(root, path), "rb") as content:
            lines = [content.readline(400), content.readline(400)]
        script = lines[0].startswith(b"#!")
        if name.endswith(_LICENSED) or name == "CMakeLists.txt" or script:
            line = lines[1 if script else 0].decode("utf-8", "replace")
            if SPDX not in line:
                yield f"{path}:1: the first line is not '{SPDX}'"


def _lost_headers(sources):
    for path in sorted(sources.public):
        if path not in sources.includes:
            yield f"{os.path.dirname(path)}/CMakeLists.txt:1: names {path}, which does not exist"


def broken_walls(root):
    """One sentence `path:line: what` for each broken rule below root, and how many C++ files were read."""
    sources = Sources(root)
    broken = [*_broken_includes(sources), *_torch_meets_others(sources),
              *_missing_licence(root, sources.files), *_lost_headers(sources)]
    return sorted(set(broken)), len(sources.includes)
