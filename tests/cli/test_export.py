# SPDX-License-Identifier: GPL-3.0-or-later
"""A dataset for other programs: folders of music, tables, arrays, data cards."""
import csv
import hashlib
import html.parser
import json
import pathlib
import resource
import signal
import struct
import time
import unittest
import zipfile

from program import PROGRAM, SHARED, TUNES, ProgramTest, run, start
from serving import Engine

try:
    import numpy
except ImportError:
    numpy = None


def rows_of(path):
    """A table as dictionaries."""
    with open(path, newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class Page(html.parser.HTMLParser):
    """Reads a page strictly: every element is closed in its turn."""

    EMPTY = {"meta", "br", "rect", "line"}

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        if tag not in self.EMPTY or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


class Export(ProgramTest):
    def make_set(self, *sources, split=True):
        data = self.folder / "set.continuo-dataset"
        self.succeed("import", *(sources or [TUNES]), "--out", data)
        if split:
            self.succeed("split", data, "--train", ".6", "--validation", ".2", "--test", ".2", "--seed", "1")
        return data

    def left(self):
        """What stands in the folder beside the set."""
        return sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("set.continuo-dataset"))

    def test_everything_at_once(self):
        data = self.make_set()
        out = self.folder / "out"
        out.mkdir()
        result = self.succeed("export", data, "--midi", out / "midi", "--abc", out / "abc", "--csv", out / "facts.csv", "--npy",
                              out / "npy", "--encoding", "grid", "--set", "encoding.grid=1/8", "--threads", "2")
        pieces = self.succeed("inspect", data)["pieces"]
        self.assertGreater(pieces, 5)
        self.assertEqual(result["pieces"], pieces)
        self.assertEqual([output["kind"] for output in result["outputs"]], ["midi", "abc", "csv", "npy"])
        self.assertEqual(result["files"], len(files_of(out)))
        self.assertEqual(result["fingerprint"], self.succeed("inspect", data)["fingerprint"])
        manifest = rows_of(out / "midi" / "manifest.csv")
        self.assertEqual(len(manifest), pieces)
        for row in manifest:
            source = pathlib.Path(row["source"])
            self.assertEqual(row["sha256"], hashlib.sha256(source.read_bytes()).hexdigest())
            self.assertTrue((out / "midi" / row["output"]).is_file(), row)
        for row in rows_of(out / "abc" / "manifest.csv"):
            if row["outcome"] == "copied":
                self.assertEqual((out / "abc" / row["output"]).read_bytes(), pathlib.Path(row["source"]).read_bytes())
        self.assertEqual(len(rows_of(out / "facts.csv")), pieces)
        self.succeed("inspect", data, "--csv", self.folder / "inspected.csv")
        self.assertEqual((out / "facts.csv").read_bytes(), (self.folder / "inspected.csv").read_bytes())
        vocabulary = json.loads((out / "npy" / "vocabulary.json").read_text(encoding="utf-8"))
        self.assertEqual((vocabulary["encoding"], vocabulary["options"]["grid"]), ("grid", "1/8"))

    def test_arrays_open_in_numpy(self):
        if numpy is None:
            self.skipTest("Python has no NumPy here (pip install numpy).")
        data = self.make_set()
        for encoding, columns, kind in (("grid", None, "int32"), ("note", 3, "int32"), ("voices", 4, "int32"), ("frame", 88, "uint8")):
            out = self.folder / encoding
            self.succeed("export", data, "--npy", out, "--encoding", encoding)
            total = 0
            for part in ("train", "validation", "test"):
                array = numpy.load(out / f"{part}.npy", allow_pickle=False)
                offsets = numpy.load(out / f"offsets-{part}.npy", allow_pickle=False)
                self.assertEqual((array.dtype, offsets.dtype), (numpy.dtype(kind), numpy.dtype("int64")))
                self.assertEqual(array.shape[1:], () if columns is None else (columns,))
                self.assertEqual((offsets[0], offsets[-1]), (0, array.shape[0]))
                self.assertTrue((numpy.diff(offsets) > 0).all())
                vocabulary = json.loads((out / "vocabulary.json").read_text(encoding="utf-8"))
                self.assertTrue((array < numpy.array(vocabulary["limits"])).all())
                total += len(offsets) - 1
            self.assertEqual(total, len([row for row in rows_of(out / "pieces.csv") if row["index"]]))

    def test_headers_are_as_the_format_says(self):
        data = self.make_set()
        out = self.folder / "npy"
        self.succeed("export", data, "--npy", out, "--encoding", "frame", "--part", "test")
        self.assertEqual(files_of(out), ["offsets-test.npy", "pieces.csv", "test.npy", "vocabulary.json"])
        for name in ("test.npy", "offsets-test.npy"):
            raw = (out / name).read_bytes()
            self.assertEqual(raw[:8], b"\x93NUMPY\x01\x00")
            length = struct.unpack("<H", raw[8:10])[0]
            self.assertEqual((10 + length) % 64, 0)
            header = eval(raw[10:10 + length].decode("ascii"), {"__builtins__": {}})
            self.assertEqual(set(header), {"descr", "fortran_order", "shape"})
            count = 1
            for size in header["shape"]:
                count *= size
            self.assertEqual(len(raw), 10 + length + count * int(header["descr"][-1]))

    def test_a_zip_and_names_that_clash(self):
        tune = (TUNES / "greensleeves.abc").read_bytes()
        archive = self.folder / "tunes.zip"
        with zipfile.ZipFile(archive, "w") as members:
            members.writestr("A.abc", tune)
            members.writestr("a.abc", tune + b"% the same\n")
            members.writestr("sub/aux.abc", tune + b"% another\n")
        data = self.make_set(archive, split=False)
        out = self.folder / "out"
        result = self.succeed("export", data, "--abc", out)
        self.assertEqual(files_of(out), ["manifest.csv", "tunes.zip/A.abc", "tunes.zip/a (2).abc", "tunes.zip/sub/_aux.abc"])
        self.assertEqual((out / "tunes.zip" / "a (2).abc").read_bytes(), tune + b"% the same\n")
        self.assertEqual(result["outputs"][0]["copied"], 3)

    def test_rejected_files(self):
        source = self.folder / "in"
        source.mkdir()
        (source / "good.abc").write_bytes((TUNES / "greensleeves.abc").read_bytes())
        (source / "bad.mid").write_bytes(b"RIFFxxxx")
        data = self.make_set(source, split=False)
        out = self.folder / "out"
        result = self.succeed("export", data, "--midi", out, "--only", "rejected")
        self.assertEqual((result["pieces"], result["files"]), (0, 2))
        self.assertEqual((out / "bad.mid").read_bytes(), b"RIFFxxxx")
        row, = rows_of(out / "manifest.csv")
        self.assertEqual((row["output"], row["status"]), ("bad.mid", "rejected"))
        self.assertIn("bad.mid", row["reason"])
        self.fail_with(2, "export", data, "--csv", self.folder / "x.csv", "--only", "rejected", saying="rejected")

    def test_cards(self):
        data = self.make_set()
        words = ["--title", "Tunes <to> try", "--licence", "CC0-1.0", "--licence", "GPL & others", "--source", "A shelf", "--date",
                 "2030-05-01"]
        page, text = self.folder / "card.html", self.folder / "card.md"
        self.succeed("export", data, "--card", page, "--card", text, *words)
        made = page.read_text(encoding="utf-8")
        parsed = Page(made)
        self.assertEqual(parsed.open, [])
        self.assertFalse(parsed.seen & {"script", "link", "img", "iframe"})
        self.assertIn("<h1>Tunes &lt;to&gt; try</h1>", made)
        self.assertIn("CC0-1.0; GPL &amp; others", made)
        markdown = text.read_text(encoding="utf-8")
        facts = self.succeed("inspect", data)
        self.assertIn(f"| Pieces in use | {facts['pieces']:,} |", markdown)
        self.assertIn(f"| Training | {facts['train']:,} |", markdown)
        self.assertIn(facts["fingerprint"], markdown)
        titles = {group["name"]: group["title"] for group in self.succeed("inspect", data, "--problems")["problemGroups"]}
        self.assertTrue(any(facts["problems"].values()))
        for problem, count in facts["problems"].items():
            if count:
                self.assertIn(f"| {titles[problem]} | {count:,} |", markdown)
        self.succeed("inspect", data, "--csv", self.folder / "facts.csv")
        notes = sum(int(row["notes"]) for row in rows_of(self.folder / "facts.csv"))
        self.assertIn(f"| Notes | {notes:,} |", markdown)
        leaks = self.succeed("split", data, "--train", ".6", "--validation", ".2", "--test", ".2", "--seed", "1")["leaks"]
        self.assertIn(f"held-out pieces: {leaks:,}.", markdown)
        # The same set, the same bytes.
        self.succeed("export", data, "--card", page, "--card", text, *words, "--force")
        self.assertEqual(page.read_text(encoding="utf-8"), made)
        # Nobody said anything.
        self.succeed("export", data, "--card", text, "--force")
        self.assertIn("Licence: not stated", text.read_text(encoding="utf-8"))

    def test_refusals(self):
        data = self.make_set(split=False)
        out = self.folder / "out"
        self.fail_with(2, "export", data, saying="--midi")
        self.fail_with(2, "export", data, "--npy", out, saying="--encoding")
        self.fail_with(2, "export", data, "--npy", out, "--encoding", "nonsense", saying="nonsense")
        self.fail_with(2, "export", data, "--npy", out, "--encoding", "grid", "--set", "encoding.low=x", saying="low")
        self.fail_with(2, "export", data, "--npy", out, "--encoding", "grid", "--set", "epochs=3", saying="epochs")
        self.fail_with(2, "export", data, "--midi", out, "--only", "some", saying="changed")
        self.fail_with(2, "export", data, "--midi", out, "--part", "some", saying="validation")
        self.fail_with(2, "export", data, "--midi", out, "--licence", "CC0", saying="--card")
        self.fail_with(2, "export", data, "--card", self.folder / "card.pdf", saying=".html")
        self.fail_with(2, "export", data, "--midi", out, "--abc", out / "abc", saying="abc")
        self.fail_with(3, "export", self.folder / "nowhere.continuo-dataset", "--midi", out, saying="nowhere")
        self.fail_with(3, "export", data, "--midi", out, "--part", "train", saying="not split")
        self.fail_with(3, "export", data, "--midi", out, "--only", "changed", saying="recipe")
        self.fail_with(1, "export", data, "--midi", out / "deep" / "er", saying="does not exist")
        self.assertEqual(self.left(), [])

    def test_nothing_is_overwritten_unasked(self):
        data = self.make_set(split=False)
        out = self.folder / "out"
        out.mkdir()
        (out / "mine.txt").write_text("mine")
        self.fail_with(2, "export", data, "--midi", out, saying="not empty")
        self.fail_with(2, "export", data, "--midi", out, "--force", saying="no earlier export")
        self.assertEqual(files_of(out), ["mine.txt"])
        other = self.folder / "other"
        self.succeed("export", data, "--midi", other)
        self.fail_with(2, "export", data, "--midi", other, saying="--force")
        self.succeed("export", data, "--abc", other, "--force")
        self.assertTrue(all(name.endswith((".abc", ".csv")) for name in files_of(other)))
        self.assertEqual(self.left(), ["other", "out"])

    def test_one_output_that_fails_leaves_no_other(self):
        data = self.make_set(split=False)
        (self.folder / "facts.csv").write_text("mine")
        self.fail_with(2, "export", data, "--midi", self.folder / "midi", "--csv", self.folder / "facts.csv")
        self.assertEqual(self.left(), ["facts.csv"])
        self.assertEqual((self.folder / "facts.csv").read_text(), "mine")

    def test_a_full_disk_leaves_nothing(self):
        data = self.make_set(split=False)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))

        done = self.fail_with(1, "export", data, "--midi", self.folder / "midi", "--json", preexec_fn=limit, saying="disk is full")
        self.assertEqual(json.loads(done.stdout)["error"]["id"], "file.disk-full")
        self.assertEqual(self.left(), [])

    def test_the_engine_exports(self):
        data = self.make_set()
        engine = Engine(PROGRAM)
        self.addCleanup(engine.close)
        request = engine.ask("export", set=str(data), kind="npy", to=str(self.folder / "npy"), encoding="grid",
                             options={"grid": "1/8"})
        result = engine.answer(request)["result"]
        self.assertEqual(result["outputs"][0]["kind"], "npy")
        self.assertEqual(result["files"], len(files_of(self.folder / "npy")))
        told = engine.next(lambda message: message.get("method") == "exportProgress")[1]["params"]
        self.assertEqual((told["id"], told["stage"]), (request, "reading"))
        card = engine.call("export", set=str(data), kind="card", to=str(self.folder / "card.md"), title="Folk", licences=["CC0-1.0"])
        self.assertEqual(card["result"]["pieces"], result["pieces"])
        self.assertIn("Licence: CC0-1.0", (self.folder / "card.md").read_text(encoding="utf-8"))
        again = engine.call("export", set=str(data), kind="card", to=str(self.folder / "card.md"))
        self.assertEqual((again["error"]["code"], again["error"]["data"]["id"]), (2, "file.exists"))
        engine.call("export", set=str(data), kind="card", to=str(self.folder / "card.md"), replace=True)["result"]
        for wrong in ({"kind": "wav"}, {"kind": "midi", "only": "some"}, {"kind": "midi", "part": "some"},
                      {"kind": "npy", "encoding": "grid", "options": 3}):
            answer = engine.call("export", set=str(data), to=str(self.folder / "wrong"), **wrong)
            self.assertEqual(answer["error"]["data"]["id"], "protocol.bad-member", wrong)

    def make_large_set(self, tunes=1500):
        source = self.folder / "set.continuo-dataset.in"
        source.mkdir()
        tune = (TUNES / "greensleeves.abc").read_text(encoding="utf-8")
        for number in range(tunes):
            (source / f"{number}.abc").write_text(tune + f"% {number}\n", encoding="utf-8")
        return self.make_set(source, split=False)

    def interrupt(self, sign):
        data = self.make_large_set()
        child = start("export", data, "--midi", self.folder / "out", "--json")
        self.wait_until(lambda: (self.folder / ".out.part").exists() or child.poll() is not None, what="the beginning")
        child.send_signal(sign)
        stdout, stderr = child.communicate(timeout=60)
        return data, child.returncode, stdout, stderr

    def test_an_interrupt_leaves_nothing(self):
        _, code, stdout, stderr = self.interrupt(signal.SIGINT)
        if code == 0:
            self.skipTest("The export was over before the interrupt came.")
        self.assertEqual(code, 130, stderr)
        self.assertIn("nothing was written", stderr)
        result = json.loads(stdout)
        self.assertEqual((result["pieces"], result["files"], result["error"]["id"]), (0, 0, "base.cancelled"))
        self.assertEqual(self.left(), [])

    def test_a_killed_export_is_cleared_by_the_next(self):
        data, code, _, _ = self.interrupt(signal.SIGKILL)
        if code == 0:
            self.skipTest("The export was over before the kill came.")
        self.assertEqual(self.left(), [".out.part"])
        result = self.succeed("export", data, "--midi", self.folder / "out")
        self.assertEqual(result["pieces"], 1500)
        self.assertEqual(self.left(), ["out"])
        self.assertEqual(len(files_of(self.folder / "out")), 1501)


if __name__ == "__main__":
    unittest.main()
