"""Build folders: made from a model and images, asked for answers, cycles and proofs."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Union

import numpy as np
import numpy.typing as npt

from ._command import run

Images = npt.NDArray[np.uint8]
# An array of images, or a path or word that the command takes (CIFAR files, .npy, noise:SEED).
Source = Union[Images, str, "PathLike[str]"]

# Exit code of a comparison that found differences.
MISMATCH = 7

# What the last dimension of pictures with channels last has.
PICTURE_CHANNELS = (1, 3, 4)


@dataclass(frozen=True)
class Simulation:
    """Answers of the integers that the hardware computes, and the cycles that it takes."""

    classes: npt.NDArray[np.int64]
    """N."""
    integers: npt.NDArray[np.int64]
    """N x values of the first output: raster order, channels innermost."""
    reals: npt.NDArray[np.float64]
    """The numbers that these integers stand for."""
    latency_cycles: int
    interval_cycles: Optional[int]
    """None for a single image."""
    raw: Mapping[str, Any]
    """What `blnet simulate --json` says."""


@dataclass(frozen=True)
class Verification:
    """RTL against the integers and the simulator."""

    ok: bool
    mismatches: int
    problems: tuple[str, ...]
    raw: Mapping[str, Any]
    """What `blnet verify --json` says."""


@dataclass(frozen=True)
class Accuracy:
    """The model's floats against the integers, on images."""

    images: int
    agreement: float
    """Share of images with the same class."""
    float_top1: Optional[float]
    integer_top1: Optional[float]
    """Shares of right answers; None without labels."""
    raw: Mapping[str, Any]
    """What `blnet accuracy --json` says."""


@contextmanager
def _source(images: Source, shape: Optional[tuple[int, int, int]] = None) -> Iterator[str]:
    """Images as the command takes them; arrays go through a file. Channels last are turned, by the shape where it is known."""
    if not isinstance(images, np.ndarray):
        yield str(images)
        return
    if images.dtype != np.uint8:
        raise TypeError(f"images are uint8, not {images.dtype}")
    if images.ndim != 4:
        raise ValueError(f"images have four dimensions, not {images.ndim}")
    is_last = (
        images.shape[3] in PICTURE_CHANNELS and images.shape[1] not in PICTURE_CHANNELS
        if shape is None
        else images.shape[1:] != shape and images.shape[1:] == (shape[1], shape[2], shape[0])
    )
    if is_last:
        images = images.transpose(0, 3, 1, 2)
    with tempfile.TemporaryDirectory(prefix="blnet-") as folder:
        file = Path(folder) / "images.npy"
        np.save(file, np.ascontiguousarray(images))
        yield str(file)


def _option(name: str, value: Any) -> list[str]:
    """`max_dsp=4` -> `--max-dsp 4`; True is the option alone, None and False are none; a list has commas."""
    flag = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, (list, tuple)):
        return [flag, ",".join(map(str, value))]
    return [flag, str(value)]


@dataclass(frozen=True)
class Build:
    """A build folder."""

    folder: Path

    def simulate(self, images: Source, frames: Optional[int] = None, backpressure: Optional[int] = None) -> Simulation:
        """Answers and exact cycles, without an RTL tool; every image of an array is a frame."""
        r = self._frames("simulate", images, frames, [*_option("backpressure", backpressure)])
        outputs = r["outputs"]
        return Simulation(
            classes=np.array([o["class"] for o in outputs], dtype=np.int64),
            integers=np.array([o["integers"] for o in outputs], dtype=np.int64),
            reals=np.array([o["reals"] for o in outputs], dtype=np.float64),
            latency_cycles=r["latencyCycles"],
            interval_cycles=r["intervalCycles"],
            raw=r,
        )

    def verify(
        self,
        images: Source,
        frames: Optional[int] = None,
        simulator: str = "verilator",
        backpressure: Optional[int] = None,
    ) -> Verification:
        """Runs the RTL and compares every beat and every cycle. A difference is a result, not an exception."""
        more = [*_option("simulator", simulator), *_option("backpressure", backpressure)]
        r = self._frames("verify", images, frames, more)
        return Verification(bool(r["ok"]), int(r.get("mismatches", 0)), tuple(r["problems"]), r)

    def accuracy(self, images: Source, labels: Optional[npt.ArrayLike] = None) -> Accuracy:
        """
        Model against integers. With `labels` (N classes) the integers' share of right answers is counted here; files with
        labels (CIFAR) bring both shares.
        """
        count = len(images) if isinstance(images, np.ndarray) else 10_000
        with _source(images, self.input_shape) as path:
            r = run(["accuracy", str(self.folder), "--dataset", path, "--images", str(count), "--sqnr-images", "0"])
        integer = r["integerTop1"]
        if labels is not None:
            wanted = np.asarray(labels)
            if wanted.shape != (count,):
                raise ValueError(f"labels are {count} classes, not {wanted.shape}")
            integer = float((self.simulate(images).classes == wanted).mean())
        return Accuracy(r["images"], r["agreement"], r["floatTop1"], integer, r)

    def report(self, **options: Any) -> Path:
        """Writes report.html and its data into the build; returns its path."""
        words = [w for name, value in options.items() for w in _option(name, value)]
        run(["report", str(self.folder), *words])
        return self.folder / "report.html"

    @property
    def manifest(self) -> Mapping[str, Any]:
        """manifest.json."""
        import json

        return json.loads((self.folder / "manifest.json").read_text("utf-8"))

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        import json

        network = json.loads((self.folder / "network.json").read_text("utf-8"))
        tensors = network["tensors"]
        found = next(t for t in tensors if t["name"] == network["input"])
        shape = found["shape"]
        return shape["channels"], shape["height"], shape["width"]

    def _frames(self, name: str, images: Source, frames: Optional[int], more: list[str]) -> Any:
        count = frames if frames is not None else (len(images) if isinstance(images, np.ndarray) else 2)
        with _source(images, self.input_shape) as path:
            words = [name, str(self.folder), "--images", path, "--frames", str(count), *more]
            return run(words, allowed=(0, MISMATCH) if name == "verify" else (0,))


def open_build(folder: Union[str, "PathLike[str]"]) -> Build:
    """A build folder that is there."""
    path = Path(folder)
    if not (path / "manifest.json").is_file():
        raise FileNotFoundError(f"{path} is no build folder: it has no manifest.json")
    return Build(path)


def compile(
    model: Union[str, "PathLike[str]"],
    output: Union[str, "PathLike[str]"],
    calibration: Source,
    **options: Any,
) -> Build:
    """
    Compiles a model (.onnx, .tflite, a network spec) to a build folder. `calibration` are images of the training set.
    Options are those of `blnet compile`: part="xc7z020", fps=30, max_dsp=40, name="my_net".
    """
    if isinstance(calibration, np.ndarray):
        options.setdefault("calibration_images", len(calibration))
    words = [w for name, value in options.items() for w in _option(name, value)]
    with _source(calibration) as path:
        run(["compile", str(model), "-o", str(output), "--calibration", path, *words])
    return open_build(output)
