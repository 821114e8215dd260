"""The C++ training step against torch in double precision."""

import copy
import shutil
import unittest
from unittest import mock

import torch
from torch.nn import functional

from blnet_training import native
from blnet_training.data import normalise
from blnet_training.native import NativeStep, native_step, program_of
from blnet_training.network import build_network
from blnet_training.spec import spec_from
from blnet_training.targets import smoothed
from blnet_training.trainer import accuracy
from test_pruning import IMAGE, example_spec


def irregular_spec():
    """Widths that fill no vector, stride 2 in every place, blocks without expansion."""
    return spec_from({
        "name": "irregular", "input": IMAGE, "classes": 7,
        "stages": [
            {"type": "conv", "name": "stem", "out": 5, "kernel": 3, "stride": 1},
            {"type": "block", "name": "a", "expand": 0, "out": 11, "stride": 2},
            {"type": "bigLittle", "name": "m",
             "big": [{"expand": 19, "out": 13, "stride": 2}, {"expand": 25, "out": 13, "stride": 1}],
             "little": [{"expand": 0, "out": 13, "stride": 1}]},
            {"type": "block", "name": "b", "expand": 41, "out": 17, "stride": 2},
            {"type": "conv", "name": "head", "out": 37, "kernel": 1, "stride": 1},
            {"type": "classifier", "name": "classifier"},
        ],
    })


@unittest.skipUnless(shutil.which("g++"), "g++ not found")
class Native(unittest.TestCase):
    def compare(self, spec, corrupt=lambda step: None):
        """(losses, largest relative error of a gradient, of a statistic) of one batch."""
        torch.manual_seed(1)
        network = build_network(spec)
        for parameter in network.parameters():
            if parameter.dim() == 1:
                torch.nn.init.uniform_(parameter, 0.5, 1.5)
        images = torch.randint(0, 256, (20, 3, 16, 16), dtype=torch.uint8)
        labels = torch.randint(0, spec.classes, (20,))
        double = copy.deepcopy(network).double()
        loss = functional.cross_entropy(double(normalise(images, spec.input).double()), labels, label_smoothing=0.1)
        loss.backward()
        step = NativeStep(network, spec, len(images))
        corrupt(step)
        found = step(images, smoothed(labels, spec.classes, 0.1))
        largest = max(p.grad.norm().item() for p in double.parameters())
        errors = [(p.grad - q.grad).norm().item() / (p.grad.norm().item() + 1e-3 * largest)
                  for p, q in zip(double.parameters(), network.parameters())]
        drift = [((p - q).norm() / (p.norm() + 0.01)).item() for p, q in zip(double.buffers(), network.buffers())
                 if p.is_floating_point()]
        return (loss.item(), found), max(errors), max(drift)

    def test_gradients_and_statistics_are_those_of_torch(self):
        # float16 activations: half a per mille each, and a ReLU6 now and then on the other side of its corner
        for flags in (native.FLAGS, [*native.FLAGS, "-mno-avx512f"]):  # vectors of sixteen, where there are some, and of eight
            for spec in (example_spec(), irregular_spec()):
                with mock.patch.object(native, "FLAGS", flags):
                    (expected, found), gradient, statistic = self.compare(spec)
                self.assertAlmostEqual(expected, found, places=3)
                self.assertLess(gradient, 0.06, spec.name)
                self.assertLess(statistic, 0.003, spec.name)

    def test_a_wrong_weight_is_noticed(self):
        def corrupt(step):
            step.parameters[step.parameters.abs().argmax()] *= 2

        self.assertGreater(self.compare(irregular_spec(), corrupt)[1], 0.06)

    def test_torch_sees_what_the_native_step_trains(self):
        spec = irregular_spec()
        torch.manual_seed(3)
        network = build_network(spec)
        images = torch.randint(0, 256, (16, 3, 16, 16), dtype=torch.uint8)
        labels = torch.arange(16) % 7
        step = NativeStep(network, spec, 16)
        optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
        losses = []
        for _ in range(120):
            losses.append(step(images, smoothed(labels, spec.classes)))
            optimiser.step()
        self.assertLess(losses[-1], 0.1 * losses[0])
        self.assertGreater(accuracy(network, spec, images, labels), 0.9)

    def test_two_threads_take_the_mean_of_two_halves(self):
        spec = irregular_spec()
        torch.manual_seed(4)
        images = torch.randint(0, 256, (16, 3, 16, 16), dtype=torch.uint8)
        targets = smoothed(torch.arange(16) % 7, spec.classes)
        network = build_network(spec)
        halves = []
        for half in (slice(0, 8), slice(8, 16)):
            step = NativeStep(copy.deepcopy(network), spec, 8)
            halves.append((step(images[half], targets[half]), step.gradients, step.statistics))
        whole = NativeStep(network, spec, 16, threads=2)
        start = whole.statistics.clone()
        for _ in range(3):  # the same again: statistics apart, a step leaves nothing behind
            whole.statistics.copy_(start)
            loss = whole(images, targets)
        (loss_a, *a), (loss_b, *b) = halves
        self.assertAlmostEqual(loss, (loss_a + loss_b) / 2, places=6)
        for found, x, y in zip((whole.gradients, whole.statistics), a, b):
            self.assertTrue(torch.equal(found, (x + y) / 2))
            self.assertFalse(torch.equal(x, y))
        with self.assertRaisesRegex(ValueError, "3 equal parts"):
            NativeStep(network, spec, 16, threads=3)

    def test_what_it_cannot_do_is_left_to_torch(self):
        spec = spec_from({"name": "x", "input": IMAGE, "classes": 3, "stages": [
            {"type": "conv", "name": "stem", "out": 4, "kernel": 5, "stride": 1}, {"type": "classifier", "name": "c"}]})
        with self.assertRaisesRegex(ValueError, "stem"):
            program_of(spec)
        self.assertIsNone(native_step(build_network(spec), spec, 4))
        with self.assertRaises(ValueError):
            native_step(build_network(spec), spec, 4, "native")


if __name__ == "__main__":
    unittest.main()
