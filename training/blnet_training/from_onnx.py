"""Weights of a float ONNX file that `export.py` wrote, batch norm unfolded, back into a network."""

import onnx
import torch
from onnx import numpy_helper

from .state import load_state


def load_onnx(path, network):
    """Copy every parameter and statistic from the ONNX file into `network`, by name; returns `network`.

    ValueError as from load_state: a file with batch norm folded, or the file of another spec. The file's other tensors,
    which nodes like Clip use, are left aside.
    """
    names = network.state_dict().keys()
    stored = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(path).graph.initializer if t.name in names}
    return load_state(path, network, stored)
