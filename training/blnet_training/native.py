"""Loss and gradients of a batch from C++ (native/), for training on CPU cores.

torch spends most of a small network's step on moving activations through
memory. native/ stores only the convolutions' raw outputs, as float16, and
normalises them where they are read; it takes about half of torch's time, and
a fifth to a third less where there is AVX-512. Parameters live in one flat vector that the torch modules see as views, so
optimiser, averaging, checkpoints and evaluation are the usual ones.

With several threads a batch is cut into equal parts, each normalised by its
own statistics (ghost batch norm, Hoffer et al., 2017); gradients and running
statistics are the means of the parts'.
"""

import ctypes
import hashlib
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "native")
FLAGS = ["-O3", "-std=c++17", "-march=native", "-fno-math-errno", "-shared", "-fPIC"]
WIDEST = 1024  # channels, the size of the scratch blocks in layers.hpp


def library():
    """The compiled functions; built at the first use. OSError or CalledProcessError where that fails."""
    files = sorted(os.path.join(FOLDER, name) for name in os.listdir(FOLDER))
    key = hashlib.sha256(" ".join(FLAGS).encode())
    for path in files:
        with open(path, "rb") as file:
            key.update(file.read())
    path = os.path.join(tempfile.gettempdir(), f"blnet-native-{os.getuid()}-{key.hexdigest()[:16]}.so")
    if not os.path.exists(path):
        built = f"{path}.{os.getpid()}"
        subprocess.run(["g++", *FLAGS, os.path.join(FOLDER, "network.cpp"), "-o", built], check=True)
        os.replace(built, path)
    found = ctypes.CDLL(path)
    found.network_create.restype = ctypes.c_void_p
    found.network_step.restype = ctypes.c_float
    return found


def block_words(block):
    return [block.expand, block.out, block.stride, int(block.residual)]


def program_of(spec):
    """The spec as the list of integers that network_create reads; ValueError where native/ lacks a stage."""
    words = [spec.input.channels, spec.input.height, spec.input.width]
    for index, stage in enumerate(spec.stages):
        if stage.kind == "conv" and index == 0 and stage.body[0] == 3:
            words += [0, stage.out, stage.body[1]]
        elif stage.kind == "block":
            words += [1, *block_words(stage.body)]
        elif stage.kind == "bigLittle" and stage.body[1]:
            big, little = stage.body
            words += [2, len(big), len(little)] + [w for b in big + little for w in block_words(b)]
        elif stage.kind == "conv" and index and stage.body == (1, 1):
            words += [3, stage.out]
        elif stage.kind == "classifier":
            words += [4, stage.out]
        else:
            raise ValueError(f"the native step has no stage like {stage.name}")
    return words


def flatten(tensors):
    """One vector with all values; the given tensors become views of it."""
    flat = torch.cat([t.detach().reshape(-1) for t in tensors]).float().contiguous()
    at = 0
    for t in tensors:
        t.data = flat[at : at + t.numel()].view(t.shape)
        at += t.numel()
    return flat


def pointer(tensor):
    return ctypes.c_void_p(tensor.data_ptr())


class Part:
    """One thread's share of a batch: a C++ network, and the gradients and statistics that it leaves."""

    def __init__(self, spec, batch, parameters, statistics):
        self.library, self.image, self.batch = library(), spec.input, batch
        self.gradients, self.statistics = torch.zeros_like(parameters), statistics.clone()
        words = program_of(spec)
        self.network = ctypes.c_void_p(
            self.library.network_create((ctypes.c_int * len(words))(*words), len(words), ctypes.c_long(batch)))
        counted = (self.library.network_parameters(self.network), self.library.network_statistics(self.network))
        if counted != (len(parameters), len(statistics)):
            raise ValueError(f"the native step counts {counted} values, torch {len(parameters)}, {len(statistics)}")

    def step(self, images, targets, parameters, statistics):
        """The mean loss. ctypes lets other threads run meanwhile."""
        images, targets = images.contiguous(), targets.contiguous()
        self.statistics.copy_(statistics)
        return self.library.network_step(
            self.network, pointer(images), pointer(targets), ctypes.c_float(self.image.mean), ctypes.c_float(self.image.std),
            pointer(parameters), pointer(self.statistics), pointer(self.gradients))

    def __del__(self):
        if hasattr(self, "network"):
            self.library.network_free(self.network)


class NativeStep:
    """step(images, targets) leaves gradients in the parameters' .grad and returns the mean loss.

    The network must not be moved or reshaped afterwards. Batches have the size given here, a multiple of `threads`.
    """

    def __init__(self, network, spec, batch, threads=1):
        if batch % threads:
            raise ValueError(f"a batch of {batch} images cannot be cut into {threads} equal parts")
        self.batch = batch
        parameters = list(network.parameters())
        self.parameters = flatten(parameters)
        norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
        self.statistics = flatten([t for m in norms for t in (m.running_mean, m.running_var)])
        self.gradients = torch.zeros_like(self.parameters)
        at = 0
        for p in parameters:
            p.grad = self.gradients[at : at + p.numel()].view(p.shape)
            at += p.numel()
        self.parts = [Part(spec, batch // threads, self.parameters, self.statistics) for _ in range(threads)]
        self.pool = ThreadPoolExecutor(threads)

    def __call__(self, images, targets):
        if len(images) != self.batch:
            raise ValueError(f"a batch of {len(images)}, made for {self.batch}")
        size = self.batch // len(self.parts)
        running = [self.pool.submit(part.step, x, y, self.parameters, self.statistics)
                   for part, x, y in zip(self.parts, images.split(size), targets.split(size))]
        losses = [r.result() for r in running]
        for whole, of in ((self.gradients, "gradients"), (self.statistics, "statistics")):
            torch.mean(torch.stack([getattr(part, of) for part in self.parts]), 0, out=whole)
        return sum(losses) / len(losses)


def native_step(network, spec, batch, engine="auto", threads=1):
    """A NativeStep, or None where torch has to do: engine "torch", or "auto" without compiler or for another stage."""
    if engine == "torch":
        return None
    try:
        return NativeStep(network, spec, batch, threads)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        if engine == "native":
            raise
        print(f"# torch computes the gradients: {error}", flush=True)
        return None
