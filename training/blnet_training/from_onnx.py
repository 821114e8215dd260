"""Weights of a float ONNX file that `export.py` wrote, batch norm unfolded, back into a network."""

import onnx
import torch
from onnx import numpy_helper


def load_onnx(path, network):
    """Copy every parameter and statistic from the ONNX file into `network`, by name; returns `network`.

    ValueError names what is absent or has another shape: a file with batch norm
    folded, or the file of another spec.
    """
    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    state = network.state_dict()
    for name, value in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        if name not in stored or stored[name].shape != tuple(value.shape):
            found = f"shape {stored[name].shape}" if name in stored else "nothing"
            raise ValueError(f"{path}: {name} needs shape {tuple(value.shape)}, found {found}")
        state[name] = torch.from_numpy(stored[name].copy())
    network.load_state_dict(state)
    return network
