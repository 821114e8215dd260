"""The compiler's integer arithmetic, step by step as in src/passes/choose-requant.ts.

real = scale * (q - zero_point). A requantiser computes
y = clamp(((acc * m + 2^(s-1)) >> s) + zero_point) with m of at most 17 bits.
Everything here is double precision, as in JavaScript, so both sides choose the same m and s.
"""

import math
from dataclasses import dataclass

import numpy as np

MAX_MULTIPLIER = 2**17 - 1
MAX_OFFSET = 2**47 - 1
MAX_SHIFT = 46


@dataclass(frozen=True)
class Format:
    """8-bit number format of a tensor; the scale is a float32 value, as ONNX stores it."""

    scale: float
    zero_point: int
    signed: bool = True

    @property
    def range(self):
        return (-128, 127) if self.signed else (0, 255)


def format_for(low, high):
    """Asymmetric int8 format that covers low..high and zero."""
    low, high = min(0.0, low), max(0.0, high)
    scale = float(np.float32((high - low) / 255 or 1 / 255))
    return Format(scale, int(min(127, max(-128, math.floor(-128 - low / scale + 0.5)))))


def choose_shift(factors):
    """Largest shift at which every factor still fits the multiplier."""
    largest = max(factors)
    if not 0 < largest < MAX_MULTIPLIER / 2:
        raise ValueError(f"a ratio of scales of {largest} does not fit a 17-bit multiplier")
    return min(MAX_SHIFT, max(1, math.floor(math.log2(MAX_MULTIPLIER / largest))))


def js_round(values):
    """Math.round of JavaScript: halves go up."""
    return np.floor(np.asarray(values, dtype=np.float64) + 0.5)


def choose_requant(factors, constants):
    """(multipliers float64, shift) per channel; constants are added to the accumulator."""
    factors, constants = np.asarray(factors, dtype=np.float64), np.asarray(constants, dtype=np.float64)
    for shift in range(choose_shift(factors.tolist()), 0, -1):
        multipliers = np.minimum(MAX_MULTIPLIER, js_round(factors * 2.0**shift))
        if (np.abs(constants * multipliers + 2.0 ** (shift - 1)) <= MAX_OFFSET).all():
            return multipliers, shift
    raise ValueError("a bias is too large for the 48-bit requantiser")


def clamp_bounds(fmt, low, high):
    """Integer bounds of the clamp: the format's range and the activation's."""

    def quantised(value, infinite):
        return int(js_round(value / fmt.scale)) + fmt.zero_point if math.isfinite(value) else infinite

    lowest, highest = fmt.range
    least = min(highest, max(lowest, quantised(low, lowest)))
    return least, max(least, min(highest, quantised(high, highest)))
