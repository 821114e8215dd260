"""Checkpoints: everything that a bit-identical continuation needs.

The order of images and their augmentation come from generators seeded by
(seed, epoch), so no generator state is stored.
"""

import os

import torch

from .from_onnx import load_onnx
from .state import load_state


def write_state(path, state):
    """Write to a temporary name in the same folder, which is made if missing, then rename."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def read_state(path, *keys):
    """The dictionary in a file of write_state; ValueError unless it has these keys."""
    with open(path, "rb") as file:
        try:
            state = torch.load(file, map_location="cpu")
        except Exception as error:  # torch raises half a dozen kinds
            raise ValueError(f"{path}: no checkpoint ({str(error).splitlines()[0] if str(error) else type(error).__name__})") from error
    absent = [key for key in keys if key not in state] if isinstance(state, dict) else list(keys)
    if absent:
        raise ValueError(f"{path}: a checkpoint with {', '.join(keys)} is needed; this has no {', '.join(absent)}")
    return state


def save_checkpoint(path, epoch, network, optimiser, average, settings):
    """Everything that restore_checkpoint needs."""
    state = {
        "epoch": epoch,  # epochs finished
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.network.state_dict(),
        "updates": average.updates,
        "settings": settings,  # plain values only, so that torch may load it as weights
    }
    write_state(path, state)


def restore_checkpoint(path, network, optimiser, average):
    """Load into the given objects; returns the number of epochs finished."""
    state = read_state(path, "network", "optimiser", "average", "updates", "epoch")
    load_state(path, network, state["network"])
    optimiser.load_state_dict(state["optimiser"])
    average.network.load_state_dict(state["average"])
    average.updates = state["updates"]
    return state["epoch"]


def load_weights(path, network, raw=False):
    """Load the averaged (or raw) weights into `network`; returns (network in eval mode, checkpoint)."""
    which = "network" if raw else "average"
    state = read_state(path, "epoch", which)
    load_state(path, network, state[which])
    return network.eval(), state


def save_weights(path, network):
    """A start for training: weights without optimiser, average or epoch."""
    write_state(path, {"epoch": 0, "average": network.state_dict()})


def read_weights(path, network, raw=False):
    """Weights of a float ONNX file or a checkpoint into `network`, which is returned in eval mode."""
    if path.endswith(".onnx"):
        return load_onnx(path, network).eval()
    return load_weights(path, network, raw)[0]
