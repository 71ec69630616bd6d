"""Crossbar inference in PyTorch, as one would write it there: batched matrix products of bit planes
with slices, block by block, converters as tensor operations. The arithmetic is that of
plugins/accuracy/crossbar_inference/README.md: 8-bit weights in 2-bit cells of two arrays, 128 rows,
8-bit inputs bit by bit.

bench_accuracy.py NETWORK IMAGES ADC_BITS SD sliced|whole    ADC_BITS 0: ideal
Prints the classes, and the processor seconds of the images (quantisation, calibration and making
the cells are not counted)."""
import gzip
import json
import os
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

ROWS, CELL, BITS, Q = 128, 2, 8, 127
SLICES = 4
HERE = os.path.dirname(os.path.abspath(__file__))
DATA = "/usr/share/datasets/fashion-mnist/"
# kernel, padding, pool of each convolution; then fully connected layers
NETWORKS = {"lenet5": [(5, 0, 2), (5, 0, 2), None, None, None],
            "vgg8s": [(3, 1, 0), (3, 1, 2), (3, 1, 0), (3, 1, 2), (3, 1, 0), (3, 1, 2), None, None]}


def tensors(name):
    with open(f"{HERE}/../../plugins/accuracy/weights/{name}_fmnist.safetensors", "rb") as f:
        blob = f.read()
    n = struct.unpack("<Q", blob[:8])[0]
    head = json.loads(blob[8:8 + n])
    return {k: np.frombuffer(blob[8 + n:][slice(*v["data_offsets"])], "<f4").reshape(v["shape"])
            for k, v in head.items() if k != "__metadata__"}


def images(part, n):
    raw = np.frombuffer(gzip.open(f"{DATA}{part}-images-idx3-ubyte.gz").read(16 + n * 784), np.uint8,
                        offset=16).reshape(n, 1, 28, 28)
    return F.pad(torch.from_numpy(raw.astype(np.float32) / np.float32(255)), (2, 2, 2, 2))


def codes_of(w):
    """Step of least squared error for each output, of 29 clips; codes."""
    w = w.reshape(len(w), -1).astype(np.float64)
    most = np.abs(w).max(1)
    best, scale = np.full(len(w), np.inf), np.ones(len(w))
    for c in range(29):
        s = (most * (1 - 0.025 * c) / Q).astype(np.float32).astype(np.float64)
        error = ((np.clip(np.rint(w / s[:, None]), -Q, Q) * s[:, None] - w) ** 2).sum(1)
        scale[error < best], best = s[error < best], np.minimum(error, best)
    return np.clip(np.rint(w / scale[:, None]), -Q, Q).astype(np.int64), scale


def mix(j):
    t = (j + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    t = (t ^ (t >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    t = (t ^ (t >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return t ^ (t >> np.uint64(31))


def normal(i):
    u1 = ((mix(2 * i) >> np.uint64(11)) + np.uint64(1)).astype(np.float64) * 2.0 ** -53
    u2 = (mix(2 * i + np.uint64(1)) >> np.uint64(11)).astype(np.float64) * 2.0 ** -53
    return np.sqrt(-2 * np.log(u1)) * np.cos(2 * np.pi * u2)


class Layer:
    def __init__(self, t, i, plan, sd):
        name = f"conv{i}" if plan else f"fc{i}"
        q, scale = codes_of(t[name + ".weight"])
        outs, k = q.shape
        self.plan, self.outs, self.k = plan, outs, k
        self.step = float(np.float32(t["act_scale.8"][i])) if i else 1 / 255
        self.whole = torch.from_numpy(q.T.astype(np.float32)).contiguous()
        self.scale = torch.from_numpy(self.step * scale)
        self.bias = torch.from_numpy(t[name + ".bias"].astype(np.float64))
        cells = np.empty((2, SLICES, k, outs))
        for p in range(2):
            part = np.maximum(-q if p else q, 0).T
            for s in range(SLICES):
                cells[p, s] = part >> (CELL * s) & 3
        if sd:
            at = np.arange(cells.size, dtype=np.uint64) + np.uint64((1 << 40) + (i << 32))
            cells = cells * np.maximum(0, 1 + sd * normal(at).reshape(cells.shape))
        # rows x (part, slice, output), so that one product reads all columns of a block
        self.cells = torch.from_numpy(cells.transpose(2, 0, 1, 3).reshape(k, -1).astype(np.float32))
        self.factor = torch.tensor([[4.0 ** s * (-1) ** p for s in range(SLICES)] for p in range(2)],
                                   dtype=torch.float64)
        self.full_scale = None

    def inputs(self, x):
        a = torch.clamp(torch.round(x.double() / self.step), 0, 255).float()
        if not self.plan:
            return a.reshape(len(a), -1), None
        kernel, pad, _ = self.plan
        side = a.shape[2] + 2 * pad - kernel + 1
        return F.unfold(a, kernel, padding=pad).transpose(1, 2).reshape(-1, self.k), side

    def reads(self, a):
        """Sums of every read: bit, block of rows, position x (part, slice, output)."""
        whole = a.to(torch.int32)
        for row in range(0, self.k, ROWS):
            block, cells = whole[:, row:row + ROWS], self.cells[row:row + ROWS]
            for bit in range(BITS):
                yield bit, (block >> bit & 1).float() @ cells

    def product(self, a, adc_bits, peaks):
        if adc_bits is None:
            return (a @ self.whole).double()
        total = torch.zeros(len(a), 2, SLICES, self.outs, dtype=torch.float64)
        top = 2 ** adc_bits - 1
        if adc_bits:
            step = torch.clamp(self.full_scale / top, min=1).repeat(2).repeat_interleave(self.outs)
            slope = (1 / step).float()
        for bit, sums in self.reads(a):
            if peaks is not None:
                seen = sums.reshape(-1, 2, SLICES, self.outs).amax((0, 1, 3))
                peaks.copy_(torch.maximum(peaks, seen))
            if adc_bits:
                sums.mul_(slope).add_(0.5).floor_().clamp_(0, top)
            total.add_(sums.reshape(total.shape), alpha=2.0 ** bit)
        if adc_bits:
            total *= step.reshape(1, 2, SLICES, self.outs).double()
        return torch.einsum("npso,ps->no", total, self.factor)

    def forward(self, x, adc_bits, is_last, peaks=None):
        a, side = self.inputs(x)
        y = self.product(a, adc_bits, peaks) * self.scale + self.bias
        if not is_last:
            y.clamp_(min=0)
        if side:
            y = y.reshape(len(x), side * side, -1).transpose(1, 2).reshape(len(x), -1, side, side)
            if self.plan[2]:
                y = F.max_pool2d(y, 2)
        return y


def main():
    name, n, adc_bits, sd, how = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    t = tensors(name)
    build = lambda sd: [Layer(t, i, plan, sd) for i, plan in enumerate(NETWORKS[name])]
    layers = build(sd)
    if adc_bits:  # calibrated: the largest sum of each layer and slice, on training images, without spread
        x = images("train", 64)
        for i, (plain, own) in enumerate(zip(build(0), layers)):
            own.full_scale = torch.zeros(SLICES)
            x = plain.forward(x, 0, i == len(layers) - 1, own.full_scale)
    test, classes, batch = images("t10k", n), [], 25
    started = time.process_time()
    for first in range(0, n, batch):
        x = test[first:first + batch]
        for i, layer in enumerate(layers):
            x = layer.forward(x, None if how == "whole" else adc_bits, i == len(layers) - 1)
        classes += x.argmax(1).tolist()
    print("".join(map(str, classes)), time.process_time() - started)


main()
