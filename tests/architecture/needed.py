# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shared libraries a program loads, found with readelf the way the loader finds them."""
import os
import re
import shutil
import subprocess

_ENTRY = re.compile(r"\((NEEDED|RPATH|RUNPATH)\)[^\[]*\[([^\]]*)\]")
_CACHED = re.compile(r"^\s*(\S+) \(([^)]*)\) => (\S+)$")


def _dynamic(path):
    """The NEEDED names of an ELF file, and the folders it has searched for itself and for what it loads."""
    text = subprocess.run(["readelf", "-d", "-W", path], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout
    needed, inherited, own = [], [], []
    for tag, value in _ENTRY.findall(text):
        if tag == "NEEDED":
            needed.append(value)
        else:
            origin = os.path.dirname(os.path.realpath(path))
            folders = [folder.replace("$ORIGIN", origin).replace("${ORIGIN}", origin) for folder in value.split(":")]
            (inherited if tag == "RPATH" else own).extend(folders)
    return needed, inherited, own


def _system_libraries():
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    listing = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in listing.splitlines():
        match = _CACHED.match(line)
        if match and "libx32" not in match[2]:
            found.setdefault(match[1], []).append(match[3])
    return found


def loaded_libraries(program):
    """Name of each library that program loads at its start -> (file or None where it is lost, who asks for it)."""
    system = _system_libraries()
    bits = _elf_class(program)
    found = {}
    waiting = [(program, [])]
    while waiting:
        path, inherited = waiting.pop()
        needed, rpath, runpath = _dynamic(path)
        # A RUNPATH switches the inherited folders off for what this file asks for itself.
        inherited = inherited + rpath
        folders = runpath if runpath else inherited
        for name in needed:
            if name in found:
                continue
            candidates = [os.path.join(folder, name) for folder in folders] + system.get(name, [])
            file = next((each for each in candidates if os.path.exists(each) and _elf_class(each) == bits), None)
            found[name] = (file, path)
            if file is not None:
                waiting.append((file, inherited))
    return found


def _elf_class(path):
    """Class and machine of an ELF file, so that a library of another architecture is passed over."""
    with open(path, "rb") as content:
        head = content.read(20)
    return (head[:5], head[18:20])


def way_to(name, libraries, program):
    """How a program comes to load a library: 'program -> a.so -> b.so'."""
    way = [name]
    while True:
        asking = libraries[way[-1]][1]
        if asking == program:
            break
        way.append(next(each for each, (file, _) in libraries.items() if file == asking))
    return " -> ".join([os.path.basename(program), *reversed(way)])


def broken_needs(program, forbidden, expected=None):
    """One sentence for each library of a program that matches `forbidden` or is lost, and if none is `expected`."""
    if not os.path.exists(program):
        yield f"{program}: has not been built"
        return
    libraries = loaded_libraries(program)
    for name, (file, _) in libraries.items():
        if re.match(forbidden, name):
            yield f"{way_to(name, libraries, program)}: must not be loaded by {program}"
        elif file is None and not name.startswith("libcuda.so"):
            yield f"{way_to(name, libraries, program)}: not found, so {program} cannot start"
    if expected is not None and not any(re.match(expected, name) for name in libraries):
        yield f"{program}: loads nothing like {expected}, so this is not the program meant"
