"""Tests of the wide network to learn from: python3 -m unittest test_wide (from training/)."""

import contextlib
import copy
import io
import os
import re
import tempfile
import unittest
from functools import partial

import torch
from torch.nn import functional

import train_wide
from blnet_training.data import CIFAR10, CIFAR100
from blnet_training.parts import Parts
from blnet_training.wide import WideNetwork, load_wide, make_optimiser, moved, set_rate
from test_chain import striped_images


def images_of(count, seed=0):
    return torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


class Network(unittest.TestCase):
    def test_the_first_layer_makes_uncorrelated_values_of_unit_variance(self):
        smooth = functional.interpolate(images_of(60)[:, :, :16, :16].float(), scale_factor=2, mode="bilinear")
        network = WideNetwork(widths=(24, 24, 24))
        network.whiten(smooth, eps=0)
        made = network.first(network.normalise(smooth))
        self.assertTrue(torch.equal(made[:, :12], -made[:, 12:]))
        flat = made[:, :12].permute(1, 0, 2, 3).reshape(12, -1)
        self.assertLess((flat @ flat.T / flat.shape[1] - torch.eye(12)).abs().max().item(), 1e-3)

    def test_convolutions_begin_by_passing_their_input_on(self):
        network = WideNetwork(widths=(30, 30, 30))
        x = torch.randn(2, 24, 8, 8)
        self.assertLess((network.layers[2](x)[:, :24] - x).abs().max().item(), 1e-6)

    def test_rates_rise_peak_and_fall(self):
        optimiser = make_optimiser(WideNetwork(widths=(24, 24, 24)), 500)
        rates = []
        for progress in (0, 0.115, 0.23, 0.615, 1):
            set_rate(optimiser, progress)
            rates.append([group["lr"] / group["peak"] for group in optimiser.param_groups])
        for found, expected in zip(rates, (0.2, 0.6, 1, 0.535, 0.07)):
            for rate in found:
                self.assertAlmostEqual(expected, rate)
        fast, others = optimiser.param_groups
        self.assertAlmostEqual(64, fast["peak"] / others["peak"])
        self.assertEqual(6, len(fast["params"]))  # a bias for each batch norm
        self.assertEqual(8, len(others["params"]))  # six convolutions, the first layer's bias, the last layer

    def test_moved_images_are_crops_of_mirrored_borders(self):
        images = images_of(4)
        padded = functional.pad(images.float(), (2,) * 4, mode="reflect")
        for image, whole in zip(moved(images, torch.Generator().manual_seed(1)).float(), padded):
            self.assertTrue(any(torch.equal(image, whole[:, y : y + 32, x : x + 32]) for y in range(5) for x in range(5)))


class InParts(unittest.TestCase):
    def test_gradients_are_the_sum_of_the_parts_and_statistics_their_mean(self):
        torch.manual_seed(2)
        network = WideNetwork(widths=(24, 28, 32)).train()
        images, labels = images_of(14), torch.arange(14) % 10
        loss_of = partial(functional.cross_entropy, reduction="sum")
        alone = [copy.deepcopy(network) for _ in range(2)]
        for each, part, wanted in zip(alone, images.tensor_split(2), labels.tensor_split(2)):
            loss_of(each(part), wanted).backward()
        parts = Parts(network, 2)
        loss, logits = parts.gradients(images, labels, loss_of)
        self.assertAlmostEqual(loss, loss_of(logits, labels).item(), places=3)
        for own, *others in zip(network.parameters(), *(each.parameters() for each in alone)):
            if own.requires_grad:
                self.assertLess((own.grad - sum(p.grad for p in others)).abs().max().item(), 1e-4)
        for own, *others in zip(network.buffers(), *(each.buffers() for each in alone)):
            if own.is_floating_point():
                self.assertLess((own - sum(others) / 2).abs().max().item(), 1e-6)
        with torch.no_grad():
            network.last.weight += 1  # the parts see it
        self.assertTrue(all(part.last.weight is network.last.weight for part in parts.networks))


class Training(unittest.TestCase):
    def train(self, folder, name, *arguments):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            train_wide.train(train_wide.parse([
                "--data", folder, "--out", os.path.join(folder, name), "--widths", "24", "32", "40", "--batch", "20", *arguments]))
        return printed.getvalue()

    def test_it_learns_in_bf16_as_in_float32(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *striped_images(60, index))
            for precision in ("float32", "bf16"):
                printed = self.train(folder, precision, "--epochs", "3", "--precision", precision, "--threads", "2", "--hold-out", "60")
                self.assertGreater(float(printed.split()[-1]), 0.5)
                self.assertEqual(3, printed.count("held-out "))
                self.assertNotIn("test ", printed)
            network = load_wide(os.path.join(folder, "bf16", "wide.pt"))
            self.assertEqual({torch.float32}, {p.dtype for p in network.parameters()})
            rounded = load_wide(os.path.join(folder, "bf16", "wide.pt"), torch.bfloat16)
            images = torch.from_numpy(striped_images(20, 9)[0])
            wanted = network(images)
            self.assertLess((wanted - rounded(images)).abs().max() / wanted.abs().max(), 0.05)

    def test_several_networks_of_another_dataset_go_on_where_they_stopped(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR100.train_files + CIFAR100.test_files):
                CIFAR100.write(os.path.join(folder, name), *striped_images(40, index))
            options = ["--classes", "100", "--epochs", "1", "--seed", "5"]
            self.train(folder, "two", *options, "--count", "1")
            printed = self.train(folder, "two", *options, "--count", "2", "--resume")
            self.assertEqual([2, 1], [int(n) for n in re.findall(r"# from epoch (\d)", printed)])
            one, other = (load_wide(os.path.join(folder, "two", f"seed{seed}", "wide.pt")) for seed in (5, 6))
            self.assertEqual((2, 100), tuple(one(images_of(2)).shape))
            self.assertFalse(torch.equal(one.last.weight, other.last.weight))

    def test_it_learns_and_resumes_bit_for_bit(self):
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *striped_images(60, index))
            stop = train_wide.State.save
            straight = self.train(folder, "straight", "--epochs", "4")
            self.assertGreater(float(straight.split()[-1]), 0.5)

            def save_then_stop(state, path):
                stop(state, path)
                if state.epoch == 2:
                    raise KeyboardInterrupt

            train_wide.State.save = save_then_stop
            try:
                with self.assertRaises(KeyboardInterrupt):
                    self.train(folder, "resumed", "--epochs", "4")
            finally:
                train_wide.State.save = stop
            self.assertIn("# from epoch 3", self.train(folder, "resumed", "--epochs", "4", "--resume"))
            one, other = (load_wide(os.path.join(folder, name, "wide.pt")) for name in ("straight", "resumed"))
            for key, value in one.state_dict().items():
                self.assertTrue(torch.equal(value, other.state_dict()[key]), key)


if __name__ == "__main__":
    unittest.main()
