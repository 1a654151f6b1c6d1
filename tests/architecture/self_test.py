#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants a violation of each rule in a small house and sees it named; the house without it must be clean."""
import os
import subprocess
import tempfile
import unittest

from needed import broken_needs
from walls import SPDX, broken_walls

_CLEAN = {
    "core/base/CMakeLists.txt": f"# {SPDX}\ncontinuo_library(Base HEADERS result.h)\n",
    "core/base/result.h": "#include <string>\n",
    "core/base/log.cpp": '#include "core/base/result.h"\n#include <fmt/format.h>\n#include <spdlog/spdlog.h>\n',
    "core/music/CMakeLists.txt": f"# {SPDX}\ncontinuo_library(Music HEADERS\n    note.h)\n",
    "core/music/note.h": '#include "core/base/result.h"\n',
    "core/learn/CMakeLists.txt": f"# {SPDX}\ncontinuo_library(Learn HEADERS trainer.h LINK x.h)\n",
    "core/learn/trainer.h": '#include "core/music/note.h"\n',
    "core/learn/network.h": "#include <torch/torch.h>\n",
    "core/learn/network.cpp": '#include "core/learn/network.h"\n#include "core/learn/trainer.h"\n',
    "core/generate/sampler.cpp": '#include "core/learn/trainer.h"\n',
    "core/play/sound.cpp": "#include <fluidsynth.h>\n",
    "ui/roll/view.cpp": '#include "core/music/note.h"\n#include <QWidget>\n',
    "app/cli/main.cpp": '#include "core/learn/trainer.h"\n#include <CLI/CLI.hpp>\n',
    "tests/core/music/tst_note.cpp": '#include <QTest>\n#include "core/music/note.h"\n#include "tst_note.moc"\n',
}


def _broken(changes):
    """What is found in the clean house with these files changed (None: the licence line left away from an empty file)."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**_CLEAN, **changes}.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                if text is not None and path.endswith((".h", ".cpp")):
                    file.write(f"// {SPDX}\n")
                file.write(text or "")
        return broken_walls(root)[0]


class Walls(unittest.TestCase):
    def assertNamed(self, changes, path, words):
        broken = _broken(changes)
        self.assertTrue(any(each.startswith(path + ":") and words in each for each in broken), broken)

    def testCleanHouseHasNoBrokenWall(self):
        self.assertEqual(_broken({}), [])

    def testLowerFolderMayNotIncludeHigherOne(self):
        self.assertNamed({"core/music/note.h": '#include "core/learn/trainer.h"\n'}, "core/music/note.h",
                         "core/music may not include core/learn")

    def testNeighboursDoNotSeeEachOther(self):
        self.assertNamed({"core/encode/grid.cpp": '#include "core/dataset/set.h"\n', "core/dataset/set.h": ""},
                         "core/encode/grid.cpp", "core/encode may not include core/dataset")

    def testWindowMayNotIncludeTheEngine(self):
        self.assertNamed({"ui/train/page.cpp": '#include "core/learn/trainer.h"\n'}, "ui/train/page.cpp",
                         "ui may not include core/learn")

    def testCoreHasNoQt(self):
        self.assertNamed({"core/music/note.h": "#include <QString>\n"}, "core/music/note.h", "<QString>")
        self.assertNamed({"app/cli/main.cpp": "#include <QtCore/qglobal.h>\n"}, "app/cli/main.cpp", "<QtCore/qglobal.h>")

    def testTorchStaysInLearn(self):
        self.assertNamed({"core/generate/sampler.cpp": "#include <torch/torch.h>\n"}, "core/generate/sampler.cpp",
                         "<torch/torch.h>")

    def testPublicHeaderOfLearnHasNoTorch(self):
        self.assertNamed({"core/learn/trainer.h": "#include <ATen/ATen.h>\n"}, "core/learn/trainer.h",
                         "reaches <ATen/ATen.h>")

    def testPublicHeaderDoesNotReachTorchThroughAPrivateOne(self):
        self.assertNamed({"core/learn/trainer.h": '#include "core/learn/network.h"\n'}, "app/cli/main.cpp",
                         "reaches <torch/torch.h> by app/cli/main.cpp -> core/learn/trainer.h -> core/learn/network.h")

    def testPrivateHeaderIsForItsOwnFolder(self):
        self.assertNamed({"core/generate/sampler.cpp": '#include "core/learn/network.h"\n'},
                         "core/generate/sampler.cpp", "private to core/learn")

    def testTorchIsNeverBesideFmtDirectly(self):
        self.assertNamed({"core/learn/network.cpp": "#include <torch/torch.h>\n#include <fmt/format.h>\n"},
                         "core/learn/network.cpp", "its own fmt")

    def testTorchIsNeverBesideSpdlogThroughHeaders(self):
        self.assertNamed({"core/base/result.h": "#include <spdlog/spdlog.h>\n"}, "core/learn/network.cpp",
                         "core/learn/trainer.h -> core/music/note.h -> core/base/result.h")

    def testTorchIsNeverBesideQtInTests(self):
        self.assertNamed({"tests/core/learn/tst_net.cpp": "#include <QTest>\n#include <torch/torch.h>\n"},
                         "tests/core/learn/tst_net.cpp", "slots")

    def testSoundLibrariesStayInSourcesOfPlay(self):
        self.assertNamed({"core/play/sound.h": "#include <fluidsynth.h>\n"}, "core/play/sound.h", "<fluidsynth.h>")

    def testIncludesAreRooted(self):
        self.assertNamed({"core/music/score.cpp": '#include "note.h"\n'}, "core/music/score.cpp", "rooted")

    def testUnknownFolderIsNamed(self):
        self.assertNamed({"core/misc/odd.cpp": ""}, "core/misc/odd.cpp", "no row in the table")

    def testListedHeaderThatDoesNotExistIsNamed(self):
        self.assertNamed({"core/music/CMakeLists.txt": f"# {SPDX}\ncontinuo_library(Music HEADERS note.h score.h)\n"},
                         "core/music/CMakeLists.txt", "core/music/score.h, which does not exist")

    def testMissingLicenceLineIsNamed(self):
        self.assertNamed({"core/music/score.cpp": None}, "core/music/score.cpp", "SPDX")
        self.assertNamed({"core/CMakeLists.txt": "project(x)\n"}, "core/CMakeLists.txt", "SPDX")
        self.assertNamed({"packaging/install": "#!/bin/sh\necho\n"}, "packaging/install", "SPDX")


class Needs(unittest.TestCase):
    """Built from three lines of C++: a program that loads liba, which loads libforbidden."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.build("libforbidden.so", "int forbidden() { return 0; }", "-shared")
        cls.build("liba.so", "int forbidden(); int a() { return forbidden(); }", "-shared", "-lforbidden")
        cls.program = cls.build("program", "int a(); int main() { return a(); }", "-la")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def build(cls, name, text, *options):
        out = os.path.join(cls.folder.name, name)
        subprocess.run([os.environ.get("CXX", "c++"), "-x", "c++", "-", "-x", "none", "-fPIC", "-o", out, "-L",
                        cls.folder.name, "-Wl,--disable-new-dtags,-rpath,$ORIGIN", *options],
                       input=text, text=True, check=True, cwd=cls.folder.name)
        return out

    def testForbiddenLibraryIsNamedWithTheWayToIt(self):
        broken = list(broken_needs(self.program, r"libforbidden"))
        self.assertEqual(len(broken), 1)
        self.assertTrue(broken[0].startswith("program -> liba.so -> libforbidden.so: must not"), broken)

    def testOtherLibrariesAreFoundAndAllowed(self):
        self.assertEqual(list(broken_needs(self.program, r"libQt", expected=r"liba\.so")), [])

    def testProgramThatWasNotBuiltIsNamed(self):
        self.assertIn("has not been built", next(broken_needs(self.program + "-later", r"libQt")))

    def testMissingExpectedLibraryIsNamed(self):
        self.assertEqual(len(list(broken_needs(self.program, r"libQt", expected=r"libtorch_cpu"))), 1)

    def testLostLibraryIsNamed(self):
        hidden = os.path.join(self.folder.name, "libforbidden.so")
        os.rename(hidden, hidden + ".away")
        try:
            broken = list(broken_needs(self.program, r"libQt"))
        finally:
            os.rename(hidden + ".away", hidden)
        self.assertEqual(len(broken), 1)
        self.assertIn("not found", broken[0])


if __name__ == "__main__":
    unittest.main()
