"""The package against the command: python -m unittest, with numpy; RTL where Icarus is found."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np

import blnet

SPEC = {
    "name": "tiny",
    "input": {"channels": 3, "height": 6, "width": 7, "mean": 128, "std": 64},
    "classes": 4,
    "stages": [
        {"type": "conv", "name": "stem", "out": 5, "kernel": 3, "stride": 1},
        {"type": "classifier", "name": "classifier"},
    ],
}


class Whole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Path(tempfile.mkdtemp())
        (cls.root / "net.json").write_text(json.dumps(SPEC))
        cls.images = np.random.default_rng(1).integers(0, 256, (4, 6, 7, 3), dtype=np.uint8)
        cls.build = blnet.compile(cls.root / "net.json", cls.root / "build", cls.images, max_dsp=8, name="py_net")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def test_compile(self):
        self.assertEqual(self.build.manifest["top"], "py_net")
        self.assertEqual(self.build.input_shape, (3, 6, 7))
        self.assertEqual(blnet.open_build(self.root / "build"), self.build)

    def test_simulate(self):
        last = self.build.simulate(self.images)
        first = self.build.simulate(self.images.transpose(0, 3, 1, 2))
        self.assertEqual(last.integers.shape, (4, 4))
        np.testing.assert_array_equal(last.integers, first.integers)
        np.testing.assert_array_equal(last.classes, last.integers.argmax(axis=1))
        self.assertEqual(last.latency_cycles, self.build.manifest["simulated"]["latencyCycles"])
        # Another picture gives another answer: the array is what was simulated.
        self.assertTrue((self.build.simulate(255 - self.images).integers != last.integers).any())

    def test_accuracy(self):
        try:
            result = self.build.accuracy(self.images, self.build.simulate(self.images).classes)
        except blnet.BlnetError as error:
            self.skipTest(str(error))
        self.assertEqual((result.images, result.integer_top1), (4, 1.0))
        self.assertTrue(0 <= result.agreement <= 1)

    @unittest.skipUnless(shutil.which("iverilog"), "iverilog not found")
    def test_verify(self):
        self.assertTrue(self.build.verify(self.images[:1], simulator="iverilog").ok)
        weights = next(f for f in (self.build.folder / "weights").iterdir() if "stem_conv.weights00" in f.name)
        text = weights.read_text()
        weights.write_text(text.replace("0", "f"))
        bad = self.build.verify(self.images[:1], simulator="iverilog")
        weights.write_text(text)
        self.assertFalse(bad.ok)
        self.assertGreater(bad.mismatches, 0)

    def test_report(self):
        self.assertIn("<html", self.build.report().read_text("utf-8")[:2000])

    def test_errors(self):
        with self.assertRaises(blnet.BlnetError) as raised:
            blnet.compile(self.root / "net.json", self.root / "other", self.images[:, :, :6])
        self.assertEqual(raised.exception.code, "BLN105")
        self.assertIn("shape", str(raised.exception))
        with self.assertRaises(TypeError):
            self.build.simulate(self.images.astype(np.float32))
        with self.assertRaises(FileNotFoundError):
            blnet.open_build(self.root)


if __name__ == "__main__":
    unittest.main()
