"""Runs a generated driver against the fake pynq: images in JSON on standard input, results in JSON on standard output.
    run_driver.py DRIVER.py"""

import importlib.util
import json
import sys

import numpy as np

spec = importlib.util.spec_from_file_location("driver", sys.argv[1])
driver = importlib.util.module_from_spec(spec)
spec.loader.exec_module(driver)
import pynq

request = json.load(sys.stdin)
try:
    accelerator = driver.Accelerator(timeout_s=0.05)
    images = np.array(request["images"], dtype=np.uint8)
    integers = accelerator.run_integers(driver.quantize(images), packet_frames=request["packetFrames"])
    scores = accelerator.run(images)
    predicted = accelerator.predict(images, request["packetFrames"]) if hasattr(accelerator, "predict") else None
    result = {
        "bitfile": accelerator.overlay.bitfile,
        "integers": integers.tolist(),
        "scores": scores.tolist(),
        "packets": [value for offset, value in accelerator.registers.log if offset == driver.PACKET_FRAMES],
        "counters": sorted(accelerator.counters()),
        "roundTrip": bool((driver.unpack(driver.pack(integers, driver.OUTPUT), driver.OUTPUT) == integers).all()),
    }
    if predicted:
        result["predicted"] = {
            "integers": None if predicted[0] is None else predicted[0].tolist(),
            "reals": predicted[1].tolist(),
        }
except (RuntimeError, TimeoutError, ValueError, AssertionError) as error:
    result = {"error": f"{type(error).__name__}: {error}"}
    if isinstance(error, RuntimeError) and "frame error" in str(error):
        accelerator.reset()
        result["statusAfterReset"] = accelerator.registers.read(driver.STATUS)
result["leaked"] = pynq.Buffer.allocated - pynq.Buffer.freed
json.dump(result, sys.stdout)
