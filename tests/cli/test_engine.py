# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the studio uses it: `serve` on its pipes, and trainings that are attached, commanded and killed."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from program import PROGRAM, TUNES, ProgramTest, run, start
from serving import Engine, write_long_midi

# What the project promises, and what a test on a busy machine may ask for.
ACKNOWLEDGED_SECONDS = 0.1
SLACK = 10


class EngineTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """One set and one model for all tests of a class, which only read them."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-engine-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.data = folder / "set.continuo-dataset"
        cls.model = folder / "run" / "best.safetensors"
        for arguments in (("import", TUNES, "--out", cls.data), ("split", cls.data, "--seed", "1"),
                          ("train", "--preset", "tiny", "--dataset", cls.data, "--run", folder / "run", "--set", "epochs=1",
                           "--set", "samples=false")):
            done = run(*arguments)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def engine(self, *arguments):
        engine = Engine(PROGRAM, *arguments)
        self.addCleanup(engine.close)
        return engine


class Serve(EngineTest):
    def test_handshake(self):
        engine = self.engine()
        result = engine.call("hello", protocol={"major": 1, "minor": 99}, client="test", tomorrow=1)["result"]
        self.assertEqual(result["program"], "continuo")
        self.assertEqual(result["protocol"]["major"], 1)
        self.assertEqual(result["role"], "serve")
        self.assertEqual(result["process"], engine.process.pid)
        for method in ("ping", "cancel", "load", "generate", "predict", "import", "split", "pieces"):
            self.assertIn(method, result["capabilities"])
        for method in ("infill", "hidden-state"):
            self.assertNotIn(method, result["capabilities"])
            error = engine.call(method)["error"]
            self.assertEqual((error["code"], error["data"]["id"]), (-32601, "protocol.unknown-method"))
        other = engine.call("hello", protocol={"major": 2, "minor": 0})["error"]
        self.assertEqual(other["data"]["id"], "protocol.other-major")

    def test_bad_input_is_answered_and_the_engine_lives_on(self):
        engine = self.engine()
        for line, wanted in ((b"hello\n", "protocol.not-json"), (b"[1]\n", "protocol.invalid-request"),
                             (b"\xff\xfe\x00\n", "protocol.not-json"), (b"[" * 100_000 + b"\n", "protocol.too-nested"),
                             (b"x" * 5_000_000 + b"\n", "protocol.line-too-long"),
                             (b'{"jsonrpc":"2.0","method":7}\n', "protocol.invalid-request")):
            engine.send(line)
            error = engine.next(lambda message: "error" in message)[1]
            self.assertIsNone(error["id"])
            self.assertEqual(error["error"]["data"]["id"], wanted)
        junk = self.folder / "junk.safetensors"
        junk.write_bytes(os.urandom(10_000))
        for method, params, wanted in (("generate", {"notes": "C4"}, "engine.no-model"),
                                       ("load", {}, "protocol.missing-member"),
                                       ("load", {"model": 3}, "protocol.bad-member"),
                                       ("load", {"model": str(self.folder / "nowhere.safetensors")}, "file.not-found"),
                                       ("load", {"model": str(junk)}, None),
                                       ("import", {"paths": "x", "set": "y"}, "protocol.bad-member"),
                                       ("split", {"set": str(junk)}, None),
                                       ("pieces", {"set": "nowhere", "count": 0}, "protocol.bad-member"),
                                       ("cancel", {}, "protocol.missing-member")):
            error = engine.call(method, **params)["error"]
            self.assertTrue(error["message"].strip())
            self.assertEqual(error["message"], error["data"]["text"])
            if wanted:
                self.assertEqual(error["data"]["id"], wanted)
        self.assertEqual(engine.call("ping")["result"], {})

    def test_generate_streams_what_it_answers(self):
        engine = self.engine("--model", self.model)
        self.assertIn("result", engine.answer("--model"))
        self.assertEqual(engine.call("model")["result"]["encoding"], "grid")
        asked = engine.ask("generate", prompt=str(TUNES / "greensleeves.abc"), length=4, alternatives=3, seed=7)
        answer = engine.answer(asked)["result"]
        told = [message["params"] for _, message in engine.waiting if message.get("method") == "note"]
        done = [message["params"] for _, message in engine.waiting if message.get("method") == "alternativeDone"]
        engine.waiting.clear()
        self.assertEqual([one["alternative"] for one in done], [0, 1, 2])
        seqs = [params["seq"] for params in told]
        self.assertEqual(seqs, sorted(set(seqs)))
        for number, candidate in enumerate(answer["candidates"]):
            streamed = [{key: value for key, value in params.items() if key not in ("id", "seq")}
                        for params in told if params["alternative"] == number]
            self.assertEqual(streamed, candidate["events"])
            self.assertEqual(len(streamed), candidate["notes"])
        # The command line gives the same notes.
        made = self.succeed("generate", "--model", self.model, "--prompt", TUNES / "greensleeves.abc", "--bars", "4",
                            "--candidates", "3", "--seed", "7", "--out", self.folder / "next.mid")
        self.assertEqual([[event["pitch"] for event in one["events"]] for one in made["candidates"]],
                         [[event["pitch"] for event in one["events"]] for one in answer["candidates"]])
        self.assertEqual(made["prompt"], answer["prompt"])
        # So does the same melody handed over as bytes.
        midi = base64.b64encode((self.folder / "next-1.mid").read_bytes()).decode()
        self.assertIn("result", engine.call("generate", midi=midi, length=2))
        self.assertIn("result", engine.call("generate", mode="new", length=2, key="D minor"))
        symbols = engine.call("predict", notes="C4 E4 G4")["result"]["symbols"]
        self.assertAlmostEqual(sum(symbol["probability"] for symbol in symbols), 1, places=6)
        score = engine.call("score", prompt=str(TUNES / "greensleeves.abc"))["result"]
        self.assertGreater(score["loss"], 0)
        for params, wanted in (({"notes": "C4", "sampler": {"temprature": 1}}, "sampler.unknown-key"),
                               ({"notes": "C4", "random": True}, "generate.two-prompts"), ({}, "generate.no-prompt"),
                               ({"notes": "C4", "range": "high"}, "generate.bad-range"),
                               ({"notes": "C4", "alternatives": 0}, "protocol.bad-member"),
                               ({"notes": "C4", "length": -1}, "generate.bad-length")):
            self.assertEqual(engine.call("generate", **params)["error"]["data"]["id"], wanted)

    def test_cancel_is_acknowledged_at_once(self):
        engine = self.engine("--model", self.model)
        engine.answer("--model")
        for _ in range(3):
            working = engine.ask("generate", notes="C4 E4 G4", length=10_000, unit="notes", alternatives=64)
            waiting = engine.ask("generate", notes="C4", length=10_000, unit="notes")
            engine.next(lambda message: message.get("method") == "note" and message["params"]["id"] == working)
            begun = time.monotonic()
            request = engine.ask("cancel", id=working)
            moment, message = engine.next(lambda message: message.get("id") == request and "result" in message)
            self.assertTrue(message["result"]["cancelled"])
            print(f"cancel acknowledged after {1000 * (moment - begun):.1f} ms", end=" ")
            self.assertLess(moment - begun, ACKNOWLEDGED_SECONDS * SLACK)
            request = engine.ask("cancel", id=waiting)
            self.assertTrue(engine.answer(request)["result"]["cancelled"])
            for job in (working, waiting):
                error = engine.answer(job)["error"]
                self.assertEqual((error["code"], error["data"]["id"]), (130, "base.cancelled"))
            engine.waiting.clear()
        self.assertFalse(engine.call("cancel", id=12345)["result"]["cancelled"])
        self.assertIn("result", engine.call("generate", notes="C4", length=1))

    def cancel_in_order(self, engine, job):
        """Cancels, and wants the word before the deed: nothing of a job comes behind the acknowledgement but its end."""
        begun = time.monotonic()
        request = engine.ask("cancel", id=job)
        seen = []
        while not seen or seen[-1].get("id") != job:
            moment, message = engine.next(lambda message: True)
            seen.append(message)
            if message.get("id") == request:
                self.assertTrue(message["result"]["cancelled"])
                self.assertLess(moment - begun, ACKNOWLEDGED_SECONDS * SLACK)
                seen.clear()
        self.assertEqual([message.get("method") for message in seen], [None], "work went on behind the acknowledgement")
        self.assertEqual((seen[0]["error"]["code"], seen[0]["error"]["data"]["id"]), (130, "base.cancelled"))

    def test_every_kind_of_work_stops(self):
        engine = self.engine("--model", self.model)
        engine.answer("--model")
        long = self.folder / "long.mid"
        write_long_midi(long, 300_000)
        tunes = self.folder / "tunes"
        tunes.mkdir()
        for number in range(5000):
            (tunes / f"{number}.abc").write_text(f"X:1\nT:{number}\nK:C\n{'CDEFGABc' * 40}|\n")
        data = self.folder / "new.continuo-dataset"
        endless = {"notes": "C4", "length": 10_000, "unit": "notes", "alternatives": 64}
        for method, params, sign in (("generate", endless, "note"), ("score", {"prompt": str(long)}, None),
                                     ("import", {"paths": [str(tunes)], "set": str(data)}, "importProgress")):
            job = engine.ask(method, **params)
            if sign:
                engine.next(lambda message: message.get("method") == sign)
            self.cancel_in_order(engine, job)
        self.assertIn("result", engine.call("import", paths=[str(tunes)], set=str(data),
                                            existing="add" if data.exists() else "refuse"))
        engine.waiting.clear()
        # Behind other work, each is taken from the queue at once.
        first = engine.ask("generate", **endless)
        engine.next(lambda message: message.get("method") == "note")
        for method in engine.call("hello", protocol={"major": 1, "minor": 0}, client="test")["result"]["capabilities"]:
            if method in ("hello", "ping", "cancel", "model"):
                continue
            job = engine.ask(method, set=str(data), notes="C4", model=str(self.model), paths=[str(tunes)])
            request = engine.ask("cancel", id=job)
            self.assertTrue(engine.answer(request)["result"]["cancelled"], method)
            self.assertEqual(engine.answer(job)["error"]["code"], 130, method)
        engine.waiting.clear()
        self.cancel_in_order(engine, first)

    def test_jobs_keep_their_order_and_the_queue_has_an_end(self):
        engine = self.engine("--model", self.model)
        engine.answer("--model")
        long = engine.ask("generate", notes="C4", length=10_000, unit="notes", alternatives=64)
        engine.next(lambda message: message.get("method") == "note")
        jobs = [engine.ask("generate", notes="C4", length=1) for _ in range(70)]
        refused = [engine.answer(job)["error"]["data"]["id"] for job in jobs[64:]]
        self.assertEqual(refused, ["engine.busy"] * 6)
        engine.send(json.dumps({"jsonrpc": "2.0", "id": long, "method": "predict"}).encode() + b"\n")
        self.assertEqual(engine.answer(long)["error"]["data"]["id"], "engine.id-in-use")
        engine.call("cancel", id=long)
        engine.answer(long)
        order = [engine.next(lambda message: "result" in message and message["id"] in jobs)[1]["id"] for _ in jobs[:64]]
        self.assertEqual(order, jobs[:64])

    def end_in_time(self, engine):
        begun = time.monotonic()
        engine.process.stdin.close()
        code = engine.process.wait(timeout=20)
        seconds = time.monotonic() - begun
        print(f"ended {seconds:.2f} s after its input", end=" ")
        self.assertEqual(code, 0)
        self.assertLess(seconds, 1 * 3)

    def test_end_of_input_ends_it(self):
        engine = self.engine()
        engine.call("ping")
        self.end_in_time(engine)

    def test_end_of_input_ends_it_in_the_middle_of_work(self):
        engine = self.engine("--model", self.model)
        engine.answer("--model")
        engine.ask("generate", notes="C4", length=10_000, unit="notes", alternatives=256)
        engine.next(lambda message: message.get("method") == "note")
        self.end_in_time(engine)

    def test_one_who_does_not_read_holds_nothing_up(self):
        process = subprocess.Popen([PROGRAM, "serve", "--model", str(self.model)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        request = {"jsonrpc": "2.0", "id": 1, "method": "generate",
                   "params": {"notes": "C4", "length": 10_000, "unit": "notes", "alternatives": 256}}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        time.sleep(2)
        begun = time.monotonic()
        process.stdin.close()
        self.assertEqual(process.wait(timeout=20), 0)
        self.assertLess(time.monotonic() - begun, 3)
        process.stdout.close()

    def test_datasets(self):
        engine = self.engine()
        data = str(self.folder / "set.continuo-dataset")
        (self.folder / "junk").mkdir()
        broken = self.folder / "junk" / os.fsdecode(b"br\xf6ken.mid")
        broken.write_bytes(b"MThd junk")
        found = engine.call("import", paths=[str(TUNES), str(self.folder / "junk")], set=data)["result"]
        told = [message for _, message in engine.waiting]
        self.assertTrue([message for message in told if message.get("method") == "importProgress"])
        files = [file for message in told if message.get("method") == "importFiles" for file in message["params"]["files"]]
        self.assertEqual(len(files), found["files"])
        self.assertEqual(found["rejected"], 1)
        rejected = [file for file in files if file["status"] == "rejected"]
        self.assertEqual(base64.b64decode(rejected[0]["pathBytes"]), os.fsencode(broken))
        self.assertEqual(found["fingerprint"], self.succeed("inspect", data)["fingerprint"])
        for wish, told in (("rejected", 1), ("none", 0)):
            again = engine.call("import", paths=[str(TUNES), str(self.folder / "junk")], set=data, existing="replace", files=wish)
            self.assertEqual(again["result"]["fingerprint"], found["fingerprint"])
            self.assertEqual(sum(len(message["params"]["files"]) for _, message in engine.waiting
                                 if message.get("method") == "importFiles" and message["params"]["id"] == again["id"]), told)
        refused = engine.call("import", paths=[str(TUNES)], set=data, existing="replace", files="some")
        self.assertEqual(refused["error"]["data"]["id"], "protocol.bad-member")
        parts = engine.call("split", set=data, train=0.8, validation=0.1, test=0.1, seed=1)["result"]
        self.assertEqual(engine.call("inspect", set=data)["result"]["train"], parts["train"])
        rows, start_row = [], 0
        while start_row is not None:
            page = engine.call("pieces", set=data, **{"from": start_row}, count=50)["result"]
            rows += page["rows"]
            start_row = page["next"]
        self.assertEqual(len(rows), engine.call("inspect", set=data)["result"]["pieces"])
        self.assertEqual([row["path"] for row in rows], sorted(row["path"] for row in rows))
        self.assertEqual(sum(row["part"] == "train" for row in rows), parts["train"])
        recipe = {"format": "continuo-recipe", "version": 1,
                  "steps": [{"operation": "drop-duplicates"}, {"operation": "normalise-velocity", "parameters": {"spread": 0}}]}
        preview = engine.call("clean", set=data, recipe=recipe, preview=True)["result"]
        self.assertEqual(engine.call("inspect", set=data)["result"]["recipeSteps"], 0)
        engine.waiting.clear()
        cleaned = engine.call("clean", set=data, recipe=recipe)["result"]
        told = [message["params"] for _, message in engine.waiting if message.get("method") == "cleanProgress"]
        self.assertTrue(told and all(0 < each["done"] <= each["total"] for each in told))
        self.assertEqual({**cleaned, "fingerprint": None}, preview)
        self.assertEqual(cleaned["fingerprint"], engine.call("inspect", set=data)["result"]["fingerprint"])
        page = engine.call("pieces", set=data, count=50)["result"]["rows"]
        self.assertTrue(any(row["changes"] for row in page))
        stored = self.folder / "recipe.json"
        stored.write_text(json.dumps(recipe))
        self.assertEqual(engine.call("clean", set=data, recipeFile=str(stored))["result"], cleaned)
        recipe["steps"][1]["operation"] = "normalize-velocity"
        error = engine.call("clean", set=data, recipe=recipe)["error"]
        self.assertEqual((error["code"], error["data"]["id"]), (2, "recipe.unknown-operation"))
        self.assertEqual(error["data"]["arguments"]["step"], "2")
        self.assertEqual(engine.call("clean", set=data)["error"]["data"]["id"], "protocol.bad-member")
        again = engine.call("import", paths=[str(TUNES)], set=data)["error"]
        self.assertEqual((again["code"], again["data"]["id"]), (2, "file.exists"))


class Training(EngineTest):
    def begin(self, *more):
        """A long training on its own, and its run."""
        folder = self.folder / "long run"
        told = self.succeed("train", "--preset", "tiny", "--dataset", self.data, "--run", folder, "--set",
                            "epochs=100000", "--set", "samples=false", "--detach", *more)
        self.addCleanup(self.end, told["process"])
        return folder, told

    @staticmethod
    def end(process):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass

    @staticmethod
    def lives(process):
        try:
            with open(f"/proc/{process}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    @staticmethod
    def rest_of(process):
        """What a program still says until it ends. (communicate() forgets what readline() has buffered.)"""
        out, words = process.stdout.read(), process.stderr.read()
        process.wait(timeout=60)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        return out, words

    def events(self, folder):
        return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]

    def test_detached_attached_commanded_stopped(self):
        folder, told = self.begin()
        self.assertTrue(self.lives(told["process"]))
        self.assertNotEqual(os.getsid(told["process"]), os.getsid(0))
        lock = json.loads((folder / "lock").read_text())
        self.assertEqual(lock["process"], told["process"])
        self.fail_with(1, "train", "--resume", folder, saying=f"process {told['process']}")
        self.fail_with(1, "train", "--preset", "tiny", "--dataset", self.data, "--run", folder, "--force",
                       saying="is being trained")

        self.assertEqual(self.succeed("runs", folder)["state"], "training")
        follower = start("attach", folder)
        self.addCleanup(follower.kill)
        self.assertEqual(json.loads(follower.stdout.readline())["seq"], 1)
        follower.stdin.write("set-learning-rate 0.0001\npuase\n")
        follower.stdin.flush()
        self.wait_until(lambda: any(event.get("id") == "train.learning-rate-set" for event in self.events(folder)),
                        what="the new learning rate")
        self.succeed("attach", folder, "--command", "pause")
        self.wait_until(lambda: self.events(folder)[-1]["event"] == "paused", what="the pause")
        self.assertTrue(self.lives(told["process"]))
        self.succeed("attach", folder, "--command", "resume")
        self.wait_until(lambda: any(event["event"] == "resumed" for event in self.events(folder)), what="going on")
        self.fail_with(2, "attach", folder, "--command", "stpo", saying="did you mean \"stop\"")
        self.fail_with(2, "attach", folder, "--command", "extend", "-3")
        self.succeed("attach", folder, "--command", "stop")
        out, words = self.rest_of(follower)
        self.assertEqual(follower.returncode, 0, words)
        self.assertIn("did you mean \"pause\"", words)
        log = (folder / "log.jsonl").read_text().splitlines()
        self.assertEqual(out.splitlines(), log[1:], "what was told is not what the log says")
        self.assertEqual(json.loads(log[-1])["reason"], "stopped")
        self.wait_until(lambda: not self.lives(told["process"]), what="the end of the process")
        self.assertFalse((folder / "lock").exists())
        self.assertFalse((folder / "control.sock").exists())
        later = run("attach", folder, "--from", len(log))
        self.assertEqual((later.returncode, later.stdout.splitlines()), (0, log[-1:]))
        self.fail_with(1, "attach", folder, "--command", "stop", saying="Nobody trains")

    def test_killed_training_is_called_dead_and_resumed(self):
        folder, told = self.begin("--set", "logEvery=1")
        self.wait_until(lambda: len(self.events(folder)) > 5, what="some steps")
        follower = start("attach", folder)
        self.addCleanup(follower.kill)
        follower.stdout.readline()
        os.kill(told["process"], signal.SIGKILL)
        out, words = self.rest_of(follower)
        self.assertEqual(follower.returncode, 1, words)
        self.assertIn("dead", words)
        whole = [line for line in (folder / "log.jsonl").read_text().split("\n")[:-1]]
        self.assertEqual(out.splitlines(), whole[1:])
        self.assertEqual(self.succeed("runs", folder)["state"], "killed")
        dead = run("attach", folder)
        self.assertEqual((dead.returncode, dead.stdout.splitlines()), (1, whole))
        self.assertIn("--resume", dead.stderr)
        again = self.succeed("train", "--resume", folder, "--detach")
        self.addCleanup(self.end, again["process"])
        self.assertIn("taken over", (folder / "stderr.txt").read_text())
        self.succeed("attach", folder, "--command", "stop")
        self.wait_until(lambda: not self.lives(again["process"]), what="the end of the process")
        steps = [event["step"] for event in self.events(folder)]
        self.assertEqual(steps, sorted(steps), "the curves run backwards")
        seqs = [event["seq"] for event in self.events(folder)]
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))

    def test_closed_pipes_do_not_end_a_training(self):
        folder = self.folder / "run"
        training = start("train", "--preset", "tiny", "--dataset", self.data, "--run", folder, "--set", "epochs=100000",
                         "--set", "logEvery=1", "--set", "samples=false", "--events")
        self.addCleanup(training.wait)
        self.addCleanup(training.kill)
        self.assertEqual(json.loads(training.stdout.readline())["seq"], 1)
        for stream in (training.stdout, training.stderr, training.stdin):
            stream.close()
        os.kill(training.pid, signal.SIGHUP)
        seen = len(self.events(folder))
        self.wait_until(lambda: len(self.events(folder)) > seen + 50 or training.poll() is not None, seconds=120,
                        what="more steps")
        self.assertIsNone(training.poll(), "a closed pipe ended the training")
        watcher = start("attach", folder)
        watcher.stdout.readline()
        watcher.stdout.close()
        self.assertEqual(watcher.wait(timeout=30), 0)
        watcher.stderr.close()
        watcher.stdin.close()
        self.assertIsNone(training.poll())
        self.succeed("attach", folder, "--command", "stop")
        self.assertEqual(training.wait(timeout=60), 0)
        self.assertEqual(self.events(folder)[-1]["event"], "finished")

    def test_early_errors_of_a_detached_training_come_back(self):
        self.fail_with(2, "train", "--preset", "nonsense", "--dataset", self.data, "--run", self.folder / "a", "--detach",
                       saying="nonsense")
        self.fail_with(3, "train", "--preset", "tiny", "--dataset", self.folder / "nowhere", "--run", self.folder / "b",
                       "--detach", saying="nowhere")

    def test_stop_is_acknowledged_while_a_step_runs(self):
        folder, told = self.begin()
        begun = time.monotonic()
        self.succeed("attach", folder, "--command", "checkpoint")
        print(f"a whole attach took {time.monotonic() - begun:.2f} s", end=" ")
        self.succeed("attach", folder, "--command", "stop")
        self.wait_until(lambda: not self.lives(told["process"]), seconds=3 * SLACK, what="the stop")

    def test_no_run_to_attach_to(self):
        self.fail_with(2, "attach", self.folder, saying="no run")


if __name__ == "__main__":
    unittest.main()
