# SPDX-License-Identifier: GPL-3.0-or-later
"""`continuo serve` as another program uses it. Standard library only."""
import json
import queue
import random
import subprocess
import threading
import time


class Engine:
    """`continuo serve` with its lines read on a thread."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([str(program), "serve", *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = queue.Queue()
        self.waiting = []
        self.last_id = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line))
        self.lines.put(None)

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, method, **params):
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.send(json.dumps(request).encode() + b"\n")
        return self.last_id

    def next(self, matches, seconds=60):
        """The next message that matches, keeping the others for later."""
        for place, (_, message) in enumerate(self.waiting):
            if matches(message):
                return self.waiting.pop(place)
        end = time.monotonic() + seconds
        while True:
            entry = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            if entry is None:
                raise AssertionError("the engine ended: " + self.process.stderr.read().decode())
            message = json.loads(entry[1])
            if matches(message):
                return entry[0], message
            self.waiting.append((entry[0], message))

    def answer(self, request, seconds=120):
        return self.next(lambda message: message.get("id") == request and "method" not in message, seconds)[1]

    def call(self, method, **params):
        return self.answer(self.ask(method, **params))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass


def _variable_length(value):
    groups = [value & 127]
    while value > 127:
        value >>= 7
        groups.insert(0, value & 127 | 128)
    return bytes(groups)


def write_long_midi(path, notes):
    """One track of so many notes, to give the engine something to do."""
    chance = random.Random(2)
    length = _variable_length(240)
    track = bytearray()
    for _ in range(notes):
        key = chance.randrange(55, 85)
        track += bytes((0, 0x90, key, 80)) + length + bytes((0x80, key, 0))
    track += b"\0\xff\x2f\0"
    path.write_bytes(b"MThd" + (6).to_bytes(4, "big") + b"\0\0\0\1\x01\xe0MTrk" + len(track).to_bytes(4, "big") + track)
