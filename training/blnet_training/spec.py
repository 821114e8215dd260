"""The network spec: a JSON file that says which stages the network has.

The spec is the single source of the architecture: `network.py` builds the
torch module from it, `costs.py` counts parameters and multiply-accumulates.

Units: widths are channels, sizes are pixels. A pixel is a uint8 0..255; the
network sees the real value (pixel - mean) / std with the spec's mean and std.
"""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """Shape (channels, height, width) and affine normalisation of the image."""

    channels: int
    height: int
    width: int
    mean: float
    std: float


@dataclass(frozen=True)
class Block:
    """Inverted residual: 1x1 expand, 3x3 depthwise (stride), 1x1 project."""

    inputs: int
    expand: int  # 0: no expanding convolution, the depthwise sees the input
    out: int
    stride: int
    residual: bool

    @property
    def hidden(self):
        """Channels of the depthwise convolution."""
        return self.expand or self.inputs


def block_from(entry, inputs):
    """A Block from its JSON object; `residual` defaults to "shapes agree"."""
    stride, out = entry.get("stride", 1), entry["out"]
    agrees = stride == 1 and inputs == out
    residual = entry.get("residual", agrees)
    if residual and not agrees:
        raise ValueError(f"residual needs stride 1 and {inputs} == {out} channels: {entry}")
    return Block(inputs, entry.get("expand", 0), out, stride, residual)


def blocks_from(entries, inputs):
    """A chain of Blocks, each fed by the one before it."""
    blocks = []
    for entry in entries:
        blocks.append(block_from(entry, inputs))
        inputs = blocks[-1].out
    return blocks


@dataclass(frozen=True)
class Stage:
    """One entry of `stages` with its input width resolved.

    kind is conv | block | bigLittle | classifier; `body` is, in that order,
    the (kernel, stride) pair, a Block, the (big, little) pair of Block lists,
    or None.
    """

    kind: str
    name: str
    inputs: int
    out: int
    body: object


def stage_from(entry, inputs, classes):
    """A Stage from its JSON object and the channels that enter it."""
    kind, name = entry["type"], entry["name"]
    if kind == "conv":
        return Stage(kind, name, inputs, entry["out"], (entry["kernel"], entry["stride"]))
    if kind == "block":
        block = block_from(entry, inputs)
        return Stage(kind, name, inputs, block.out, block)
    if kind == "bigLittle":
        big, little = (blocks_from(entry[side], inputs) for side in ("big", "little"))
        if little and big[-1].out != little[-1].out:
            raise ValueError(f"{name}: the branches end {big[-1].out} and {little[-1].out} wide")
        if [b.stride for b in big] != [2] + [1] * (len(big) - 1) or any(b.stride != 1 for b in little):
            raise ValueError(f"{name}: only the big branch's first block has stride 2")
        return Stage(kind, name, inputs, big[-1].out, (big, little))
    if kind == "classifier":
        return Stage(kind, name, inputs, classes, None)
    raise ValueError(f"unknown stage type {kind!r}")


@dataclass(frozen=True)
class Spec:
    name: str
    input: Input
    classes: int
    stages: tuple


def spec_from(document):
    """A Spec from the parsed JSON document."""
    image = Input(**document["input"])
    stages, width = [], image.channels
    for entry in document["stages"]:
        stages.append(stage_from(entry, width, document["classes"]))
        width = stages[-1].out
    return Spec(document["name"], image, document["classes"], tuple(stages))


def load_spec(path):
    """A Spec from a JSON file."""
    with open(path, encoding="utf-8") as file:
        try:
            return spec_from(json.load(file))
        except KeyError as error:
            raise ValueError(f"{path}: {error} is missing") from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error


def _block_text(block):
    agrees = block.stride == 1 and block.inputs == block.out
    note = "" if block.residual == agrees else f', "residual": {json.dumps(block.residual)}'
    return f'"expand": {block.expand}, "out": {block.out}, "stride": {block.stride}{note}'


def _stage_text(stage):
    head = f'{{ "type": "{stage.kind}", "name": {json.dumps(stage.name)}'
    if stage.kind == "conv":
        return f'{head}, "out": {stage.out}, "kernel": {stage.body[0]}, "stride": {stage.body[1]} }}'
    if stage.kind == "block":
        return f"{head}, {_block_text(stage.body)} }}"
    if stage.kind == "classifier":
        return f"{head} }}"
    sides = []
    for side, blocks in zip(("big", "little"), stage.body):
        texts = [f"{{ {_block_text(b)} }}" for b in blocks]
        listed = f"[{texts[0]}]" if len(texts) == 1 else "[\n        " + ",\n        ".join(texts) + "\n      ]"
        sides.append(f'"{side}": {listed if texts else "[]"}')
    return "{\n      " + head[2:] + ",\n      " + ",\n      ".join(sides) + "\n    }"


def save_spec(path, spec):
    """Write the JSON file, a block a line."""
    image = ", ".join(f'"{k}": {v:g}' for k, v in vars(spec.input).items())
    stages = ",\n    ".join(map(_stage_text, spec.stages))
    text = (f'{{\n  "name": {json.dumps(spec.name)},\n  "input": {{ {image} }},\n  "classes": {spec.classes},\n'
            f'  "stages": [\n    {stages}\n  ]\n}}\n')
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.tmp", path)
