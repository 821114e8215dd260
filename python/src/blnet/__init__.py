"""Compile, simulate and verify FPGA accelerators of CNNs from NumPy arrays, by the `blnet` command."""

from ._build import Accuracy, Build, Simulation, Verification, compile, open_build
from ._command import BlnetError, command

__all__ = [
    "Accuracy",
    "BlnetError",
    "Build",
    "Simulation",
    "Verification",
    "command",
    "compile",
    "open_build",
]
