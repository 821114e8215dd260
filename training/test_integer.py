"""Tests of the integer network: golden integers, gradients, and that fine-tuning in integers learns."""

import json
import os
import unittest

import onnx
import torch
from torch.nn import functional

from blnet_training.data import normalise
from blnet_training.integer import IntegerNetwork, calibrate
from blnet_training.qdq import qdq_model
from blnet_training.requant import Format, choose_requant, choose_shift, clamp_bounds, format_for
from blnet_training.steps import folded_weights, run_float, steps_of
from export import metadata_of
from qdq_fixture import integers, small_integer_network
from test_pruning import example_spec, exact_network

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/frontend/onnx/golden/small.qdq.json")


class Arithmetic(unittest.TestCase):
    """Figures worked out by hand from the rules in requant.py."""

    def test_the_shift_is_the_largest_that_fits(self):
        self.assertEqual(16, choose_shift([1.0]))
        self.assertEqual(17, choose_shift([0.5, 0.25]))
        self.assertEqual(46, choose_shift([1e-12]))
        with self.assertRaises(ValueError):
            choose_shift([1e6])

    def test_a_large_constant_costs_precision(self):
        multipliers, shift = choose_requant([1.0], [0])
        self.assertEqual((65536.0, 16), (multipliers[0], shift))
        self.assertLess(choose_requant([1.0], [2.0**40])[1], 16)

    def test_formats_and_bounds(self):
        fmt = format_for(0.0, 6.0)
        self.assertEqual(-128, fmt.zero_point)
        self.assertEqual((-128, 127), clamp_bounds(fmt, 0.0, 6.0))
        self.assertEqual((-10, 50), clamp_bounds(Format(0.1, -10), 0.0, 6.0))
        self.assertEqual((-128, 127), clamp_bounds(Format(0.1, -10), -float("inf"), float("inf")))


class Network(unittest.TestCase):
    @unittest.skipUnless(torch.__version__.startswith("1.13"), "the golden file's weights were drawn by torch 1.13")
    def test_golden_integers(self):
        """The compiler's tests hold the same file against its integer reference."""
        with open(GOLDEN, encoding="utf-8") as file:
            golden = json.load(file)
        _, network, pixels = small_integer_network()
        self.assertEqual(golden.pop("images"), pixels.flatten(1).tolist())
        self.assertEqual(golden, integers(network, pixels))

    def test_folding_keeps_the_values(self):
        spec = example_spec()
        network = exact_network(spec).float()
        steps = steps_of(spec)
        x = torch.randn(2, 3, 16, 16)
        difference = (run_float(steps, folded_weights(network, steps), x) - network(x)).abs().max()
        self.assertLess(difference.item(), 1e-4 * network(x).abs().max().item())

    def test_integer_logits_come_near_the_real_ones(self):
        spec, network, pixels = small_integer_network(images=64)
        real = run_float(network.steps, network.float_weights(), normalise(pixels, spec.input))
        noise = (network(pixels) - real).norm() / real.norm()
        self.assertLess(noise.item(), 0.1)

    def test_gradients_are_those_of_the_real_network_up_to_rounding(self):
        spec, network, pixels = small_integer_network(images=32)
        labels = torch.arange(32) % 10
        functional.cross_entropy(network(pixels), labels).backward()
        own = torch.cat([w.grad.flatten() for w in network.weights])
        weights = {k: tuple(t.clone().requires_grad_() for t in pair) for k, pair in network.float_weights().items()}
        functional.cross_entropy(run_float(network.steps, weights, normalise(pixels, spec.input)), labels).backward()
        real = torch.cat([t.grad.flatten() for pair in weights.values() for t in pair])
        self.assertGreater(functional.cosine_similarity(own, real, dim=0).item(), 0.9)

    def test_fine_tuning_lowers_the_loss_of_the_integers(self):
        _, network, pixels = small_integer_network(images=32)
        labels = torch.arange(32) % 10
        optimiser = torch.optim.Adam(network.parameters(), lr=5e-3)
        losses = []
        for _ in range(25):
            loss = functional.cross_entropy(network(pixels), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        self.assertLess(losses[-1], 0.7 * losses[0])

    def test_exported_model_holds_the_integers(self):
        spec, network, _ = small_integer_network()
        model = qdq_model(network, spec, metadata_of(spec))
        onnx.checker.check_model(model, full_check=True)
        stored = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
        weight, bias, _ = network.layer_integers(network.steps[0])
        self.assertEqual("int8", stored["stem.weight.integers"].dtype.name)
        self.assertTrue((stored["stem.weight.integers"] == weight.detach().numpy()).all())
        self.assertTrue((stored["stem.bias.integers"] == bias.detach().numpy()).all())
        self.assertEqual(128, stored["input.zero_point"])


if __name__ == "__main__":
    unittest.main()
