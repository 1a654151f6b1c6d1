#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the walls of the house, in the sources and in what was built from them. Run by CTest as `architecture`."""
import argparse
import sys

from needed import broken_needs
from walls import broken_walls

QT = r"libQt\d"
TORCH = r"lib(torch|c10|gloo|cudart|cupti)"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help="top of the sources")
    parser.add_argument("--engine", help="the built `continuo-engine`: must load torch and no Qt")
    parser.add_argument("--no-torch", nargs="*", default=[], help="built programs that must not load torch")
    arguments = parser.parse_args()

    broken, files = broken_walls(arguments.root)
    if files == 0:
        broken.append(f"{arguments.root}: no C++ file found")
    if arguments.engine:
        broken += broken_needs(arguments.engine, QT, expected=r"libtorch_cpu\.so")
    for program in arguments.no_torch:
        broken += broken_needs(program, TORCH)
    for sentence in broken:
        print(sentence)
    if broken:
        print(f"{len(broken)} broken. The rules stand in tests/architecture/walls.py and in the README of each folder.")
        return 1
    programs = (1 if arguments.engine else 0) + len(arguments.no_torch)
    print(f"All walls hold. C++ files read: {files}; built programs: {programs}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
