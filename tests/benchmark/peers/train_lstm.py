# SPDX-License-Identifier: GPL-3.0-or-later
"""One training step of embedding, LSTM and linear layer in PyTorch, the way someone who knows it writes the loop.

usage: train_lstm.py [--hidden 256] [--layers 2] [--embedding 128] [--vocabulary 130] [--batch 64] [--steps 64]
                     [--repeat 10] [--threads 2] [--bf16]"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

parser = argparse.ArgumentParser()
for option, value in {"hidden": 256, "layers": 2, "embedding": 128, "vocabulary": 130, "batch": 64, "steps": 64,
                      "repeat": 10, "threads": 2}.items():
    parser.add_argument(f"--{option}", type=int, default=value)
parser.add_argument("--bf16", action="store_true")
given = parser.parse_args()
torch.set_num_threads(given.threads)
torch.manual_seed(1)


class Melody(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(given.vocabulary, given.embedding)
        self.rnn = nn.LSTM(given.embedding, given.hidden, given.layers, batch_first=True)
        self.head = nn.Linear(given.hidden, given.vocabulary)

    def forward(self, symbols):
        return self.head(self.rnn(self.embedding(symbols))[0])


model = Melody()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
symbols = torch.randint(given.vocabulary, (given.batch, given.steps + 1))
seconds = []
for _ in range(given.repeat + 2):
    start = time.perf_counter()
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=given.bf16):
        scores = model(symbols[:, :-1])
    loss = nn.functional.cross_entropy(scores.float().flatten(0, 1), symbols[:, 1:].flatten())
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    value = loss.item()
    seconds.append(time.perf_counter() - start)
median = statistics.median(seconds[2:])
print(json.dumps({"trainer": f"PyTorch {torch.__version__}", "precision": "bfloat16" if given.bf16 else "float32",
                  "ms_per_step": round(1e3 * median, 2), "tokens_per_s": round(given.batch * given.steps / median),
                  "loss": round(value, 4)}))
