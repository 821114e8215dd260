"""The whole chain in miniature, by its commands: dense, sparse, pruned, rebuilt, fine-tuned, quantised, exported."""

import contextlib
import io
import os
import re
import tempfile
import unittest

import numpy as np
import onnx
import torch

import export
import prune
import quantize
import soften
import train
import train_wide
from blnet_training.data import CIFAR10
from blnet_training.spec import load_spec, save_spec, spec_from
from blnet_training.targets import counted_soft_labels
from test_training import IMAGE


def striped_images(count, seed):
    """Images whose class is the direction and width of their stripes, under noise: uint8 (count, 3, 32, 32), labels."""
    draw = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    y, x = np.mgrid[0:32, 0:32]
    waves = np.where(labels[:, None, None] % 2, x, y) * (1 + labels[:, None, None] // 2) * 0.35
    phase = draw.uniform(0, 6.28, (count, 1, 1))
    images = 128 + 60 * np.sin(waves + phase)[:, None] * np.array([1, 0.5, -0.5])[:, None, None]
    return np.clip(images + draw.normal(0, 30, (count, 3, 32, 32)), 0, 255).astype(np.uint8), labels


SPEC = {
    "name": "chain", "input": IMAGE, "classes": 10,
    "stages": [
        {"type": "conv", "name": "stem", "out": 12, "kernel": 3, "stride": 2},
        {"type": "bigLittle", "name": "m1", "big": [{"expand": 24, "out": 16, "stride": 2}, {"expand": 32, "out": 16, "stride": 1}],
         "little": [{"expand": 12, "out": 16, "stride": 1}]},
        {"type": "block", "name": "t1", "expand": 32, "out": 24, "stride": 2},
        {"type": "conv", "name": "head", "out": 32, "kernel": 1, "stride": 1},
        {"type": "classifier", "name": "classifier"},
    ],
}


STEPS = {
    "train": (train, train.train), "prune": (prune, prune.main), "quantize": (quantize, quantize.main),
    "export": (export, export.main), "soften": (soften, soften.main), "train_wide": (train_wide, train_wide.train),
}


class Chain(unittest.TestCase):
    def run_step(self, command, arguments):
        """What one command prints."""
        module, run = STEPS[command]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run(module.parse(arguments))
        return printed.getvalue()

    def test_dense_to_quantised(self):
        with tempfile.TemporaryDirectory() as folder:
            place = lambda name: os.path.join(folder, name)
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(place(name), *striped_images(200, index))
            save_spec(place("dense.json"), spec_from(SPEC))
            common = ["--data", folder, "--batch", "20", "--lr", "0.05", "--hold-out", "200", "--test-every", "100"]
            last = lambda text: float(re.search(r"held-out-raw ([0-9.]+)", text)[1])  # measured once, and not on the test images

            dense = last(self.run_step("train", ["--spec", place("dense.json"), "--out", place("dense"), "--epochs", "4", *common]))
            self.assertGreater(dense, 0.5)
            sparse = self.run_step("train", ["--spec", place("dense.json"), "--out", place("sparse"), "--epochs", "2",
                                             "--init", place("dense/checkpoint.pt"), "--sparsity", "1e-3", *common])
            self.assertIn("sparsity=0.001", sparse)
            printed = self.run_step("prune", [
                "--spec", place("dense.json"), "--weights", place("sparse/checkpoint.pt"), "--raw", "--max-macs", "400000",
                "--channel-multiple", "2", "--out-spec", place("pruned.json"), "--out", place("start.pt"), "--data", folder, "--hold-out", "200"])
            small = prune.totals(load_spec(place("pruned.json")))
            self.assertLessEqual(small[1], 400000)
            self.assertLess(small[0], prune.totals(load_spec(place("dense.json")))[0])
            pruned = float(re.search(r"after ([0-9.]+)", printed.splitlines()[-1])[1])
            fine = last(self.run_step("train", ["--spec", place("pruned.json"), "--out", place("fine"), "--epochs", "4",
                                                "--init", place("start.pt"), *common]))
            self.assertGreater(fine, pruned + 0.05)
            quantised = self.run_step("quantize", [
                "--spec", place("pruned.json"), "--weights", place("fine/checkpoint.pt"), "--data", folder, "--raw",
                "--steps", "20", "--batch", "20", "--out", place("qdq.onnx"), "--log", place("quantize.log"), "--hold-out", "200"])
            real, calibrated, tuned = map(float, re.findall(r"held-out top-1 ([0-9.]+) of 200", quantised))
            self.assertGreater(calibrated, real - 0.1)
            self.assertGreater(tuned, real - 0.05)
            for options, operators in (([], True), (["--fold-batch-norm"], False)):
                self.run_step("export", ["--spec", place("pruned.json"), "--checkpoint", place("fine/checkpoint.pt"),
                                         "--out", place("float.onnx"), *options])
                kinds = {n.op_type for n in onnx.load(place("float.onnx")).graph.node}
                self.assertEqual(operators, "BatchNormalization" in kinds)
            self.assertIn("QuantizeLinear", {n.op_type for n in onnx.load(place("qdq.onnx")).graph.node})

    def test_resume_goes_on_after_the_last_epoch(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *striped_images(40, index))
            spec = os.path.join(folder, "dense.json")
            save_spec(spec, spec_from(SPEC))
            arguments = ["--spec", spec, "--out", folder, "--data", folder, "--batch", "20", "--test-every", "9"]
            self.run_step("train", [*arguments, "--epochs", "1"])
            printed = self.run_step("train", [*arguments, "--epochs", "2", "--resume"])
            self.assertIn("# from epoch 2", printed)
            self.assertEqual(2, torch.load(os.path.join(folder, "checkpoint.pt"))["epoch"])

    def test_a_teacher_is_learnt_from(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *striped_images(40, index))
            spec = os.path.join(folder, "dense.json")
            save_spec(spec, spec_from(SPEC))
            arguments = ["--spec", spec, "--data", folder, "--batch", "20", "--epochs", "1"]
            self.run_step("train", [*arguments, "--out", os.path.join(folder, "teacher")])
            printed = self.run_step("train", [*arguments, "--out", os.path.join(folder, "student"), "--distil", "0.7",
                                              "--teacher", os.path.join(folder, "teacher/checkpoint.pt")])
            self.assertIn("engine=torch", printed)

    def test_soft_labels_are_learnt_from(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *striped_images(40, index))
            spec, soft, weights = (os.path.join(folder, name) for name in ("dense.json", "soft.npz", "teacher/checkpoint.pt"))
            save_spec(spec, spec_from(SPEC))
            arguments = ["--spec", spec, "--data", folder, "--batch", "20", "--epochs", "1"]
            self.run_step("train", [*arguments, "--out", os.path.join(folder, "teacher")])
            self.run_step("train_wide", ["--data", folder, "--out", folder, "--widths", "24", "24", "24", "--batch", "20", "--epochs", "1"])
            answered = self.run_step("soften", ["--network", spec, weights, "--wide", os.path.join(folder, "wide.pt"), "--data", folder, "--out", soft,
                                                "--hold-out", "40", "--precision", "bf16"])
            self.assertRegex(answered, r"held-out images: top-1 0\.\d{4}.*\ntraining images: top-1 0\.\d{4}")
            both = os.path.join(folder, "both.npz")
            self.run_step("soften", ["--network", spec, weights, "--data", folder, "--out", both])
            self.run_step("soften", ["--with", both, "--with", soft, "--data", folder, "--out", both])
            labels = CIFAR10.training(folder)[1]
            (mean, count), (two, _) = counted_soft_labels(both, labels), counted_soft_labels(soft, labels)
            self.assertEqual((3, two.shape), (count, mean.shape))
            self.run_step("soften", ["--wide", os.path.join(folder, "wide.pt"), "--data", folder, "--out", soft + "1"])
            one = counted_soft_labels(soft + "1", labels)[0]
            self.assertLess(((3 * mean - 2 * two) + one - 2 * two).abs().max().item(), 0.05)  # the teacher's own answers, and the wide network's
            printed = self.run_step("train", [*arguments, "--out", os.path.join(folder, "student"), "--soft-labels", soft])
            self.assertIn("soft_weight=0.7", printed)
            quantised = self.run_step("quantize", ["--spec", spec, "--weights", weights, "--data", folder, "--steps", "2", "--batch", "20",
                                                   "--soft-labels", soft, "--out", os.path.join(folder, "qdq.onnx")])
            self.assertIn("soft_weight=0.7", quantised)
            self.assertEqual(1, quantised.count("top-1"))  # the finished network's, on the test images
            self.assertIn("fine-tuned integer test top-1", quantised)


if __name__ == "__main__":
    unittest.main()
