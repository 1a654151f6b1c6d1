# SPDX-License-Identifier: GPL-3.0-or-later
"""Epochs of a melody network in PyTorch, read by a DataLoader over windows, with the held-out pass behind each.

usage: train_epoch.py [--symbols 33000] [--held-out 4000] [--vocabulary 40] [--hidden 256] [--layers 1] [--batch 64]
                      [--window 64] [--every-offset] [--epochs 8] [--threads 2]

--every-offset   a window begins at every symbol and has the one behind it as its target, as tutorials cut them"""
import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

parser = argparse.ArgumentParser()
for option, value in {"symbols": 33000, "held-out": 4000, "vocabulary": 40, "hidden": 256, "layers": 1, "batch": 64, "window": 64,
                      "epochs": 8, "threads": 2}.items():
    parser.add_argument(f"--{option}", type=int, default=value)
parser.add_argument("--every-offset", action="store_true")
given = parser.parse_args()
torch.set_num_threads(given.threads)
torch.manual_seed(1)


class Windows(Dataset):
    def __init__(self, symbols):
        self.symbols = torch.randint(given.vocabulary, (symbols + given.window + 1,))
        self.step = 1 if given.every_offset else given.window
        self.count = max(1, symbols // self.step)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        window = self.symbols[index * self.step:index * self.step + given.window + 1]
        return window[:-1], window[-1:] if given.every_offset else window[1:]


class Melody(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(given.vocabulary, given.hidden, given.layers, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(given.hidden, given.vocabulary)

    def forward(self, symbols):
        hidden = self.rnn(nn.functional.one_hot(symbols, given.vocabulary).float())[0]
        return self.head(self.dropout(hidden[:, -1:] if given.every_offset else hidden))


model = Melody()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
training = DataLoader(Windows(given.symbols), batch_size=given.batch, shuffle=True)
held_out = DataLoader(Windows(given.held_out), batch_size=given.batch)
seconds = []
for _ in range(given.epochs + 1):
    start = time.perf_counter()
    model.train()
    for symbols, targets in training:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(symbols).flatten(0, 1), targets.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    model.eval()
    with torch.no_grad():
        for symbols, targets in held_out:
            nn.functional.cross_entropy(model(symbols).flatten(0, 1), targets.flatten()).item()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"trainer": f"PyTorch {torch.__version__}, float32", "windows": len(training.dataset),
                  "seconds_per_epoch": round(statistics.median(seconds[1:]), 4)}))
