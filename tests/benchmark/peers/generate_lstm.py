# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawing one symbol at a time from an LSTM in PyTorch: with the state kept, and with a window of 50 read anew each time.

usage: generate_lstm.py [--hidden 512] [--layers 2] [--embedding 128] [--vocabulary 130] [--tokens 200]"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

parser = argparse.ArgumentParser()
for option, value in {"hidden": 512, "layers": 2, "embedding": 128, "vocabulary": 130, "tokens": 200}.items():
    parser.add_argument(f"--{option}", type=int, default=value)
given = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)
embedding = nn.Embedding(given.vocabulary, given.embedding)
rnn = nn.LSTM(given.embedding, given.hidden, given.layers, batch_first=True)
head = nn.Linear(given.hidden, given.vocabulary)


def drawn(outputs):
    return torch.multinomial(head(outputs[:, -1]).softmax(-1), 1)


def with_state():
    symbol, state = torch.zeros(1, 1, dtype=torch.long), None
    while True:
        outputs, state = rnn(embedding(symbol), state)
        symbol = drawn(outputs)
        yield symbol.item()


def with_window():
    window = torch.zeros(1, 50, dtype=torch.long)
    while True:
        symbol = drawn(rnn(embedding(window))[0])
        window = torch.cat([window[:, 1:], symbol], 1)
        yield symbol.item()


with torch.inference_mode():
    for name, symbols in (("state", with_state()), ("window 50", with_window())):
        seconds = []
        for _ in range(given.tokens + 10):
            start = time.perf_counter()
            next(symbols)
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"generator": f"PyTorch, {name}", "hidden": given.hidden, "layers": given.layers,
                          "us_per_token": round(1e6 * statistics.median(seconds[10:]), 1)}), flush=True)
