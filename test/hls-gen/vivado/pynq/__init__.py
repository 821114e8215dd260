"""A stand-in for pynq: an overlay whose accelerator answers one known set of frames. Settings come in FAKE_PYNQ, a JSON
file: build and version words, bytes per frame on both buses, and the bytes of every frame in and out, in hexadecimal."""

import json
import os

import numpy as np

with open(os.environ["FAKE_PYNQ"]) as file:
    SETTINGS = json.load(file)


class Buffer(np.ndarray):
    def freebuffer(self):
        Buffer.freed += 1


Buffer.freed = 0
Buffer.allocated = 0


def allocate(shape, dtype):
    Buffer.allocated += 1
    return np.zeros(shape, dtype=dtype).view(Buffer)


class Registers:
    def __init__(self):
        self.values = {0: SETTINGS["id"], 4: SETTINGS["version"], 8: SETTINGS["build"], 20: 1}
        self.log = []

    def read(self, offset):
        return self.values.get(offset, 0)

    def write(self, offset, value):
        self.log.append((offset, value))
        if offset == 20:
            self.values[20] = value
        if offset == 12 and value & 2:
            self.values[16] = 0


class Channel:
    """Real ones work at once as well as this: `transfer` starts, `idle` tells, `wait` ends."""

    def __init__(self, overlay):
        self.overlay, self.idle, self.buffer = overlay, True, None

    def transfer(self, buffer):
        if not self.idle:
            raise RuntimeError("DMA channel not idle")
        self.idle, self.buffer = False, buffer
        self.overlay.moved()

    def wait(self):
        if not self.idle:
            raise RuntimeError("would wait for ever")


class Overlay:
    def __init__(self, bitfile):
        self.bitfile = bitfile
        self.accelerator = Registers()
        self.dma = type("DMA", (), {})()
        self.dma.sendchannel, self.dma.recvchannel = Channel(self), Channel(self)
        # Engines of further outputs: name -> what each frame answers there.
        self.more = SETTINGS.get("more", {})
        for name in self.more:
            engine = type("DMA", (), {})()
            engine.recvchannel = Channel(self)
            setattr(self, name, engine)

    def moved(self):
        """Both channels armed: looks every frame up and answers it."""
        send, recv = self.dma.sendchannel, self.dma.recvchannel
        others = {name: getattr(self, name).recvchannel for name in self.more}
        if send.idle or recv.idle or any(channel.idle for channel in others.values()):
            return
        if len(send.buffer) != self.accelerator.values[20]:
            self.accelerator.values[16] = 4
        send.idle = True
        if SETTINGS.get("stuck"):
            return
        for frame, target in zip(send.buffer, recv.buffer):
            key = bytes(frame).hex()
            if key not in SETTINGS["frames"]:
                raise AssertionError(f"these bytes are no frame: {key}")
            target[:] = np.frombuffer(bytes.fromhex(SETTINGS["frames"][key]), dtype=np.uint8)
        for name, channel in others.items():
            for frame, target in zip(send.buffer, channel.buffer):
                target[:] = np.frombuffer(bytes.fromhex(self.more[name][bytes(frame).hex()]), dtype=np.uint8)
            channel.idle = True
        if SETTINGS.get("frameError"):
            self.accelerator.values[16] = 4
        recv.idle = True
