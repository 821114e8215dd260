"""Tests of the training side: python3 -m unittest test_training (from training/)."""

import argparse
import json
import os
import tempfile
import unittest

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

import train as cli
from blnet_training.augment import augment
from blnet_training.checkpoint import restore_checkpoint, save_checkpoint
from blnet_training.costs import layer_costs
from blnet_training.data import CIFAR10, CIFAR100, dataset_of, held_out, measured_images, normalise
from blnet_training.from_onnx import load_onnx
from blnet_training.network import build_network
from blnet_training.optimise import MovingAverage, learning_rate, make_optimiser
from blnet_training.spec import load_spec, spec_from
from blnet_training.targets import blend, folded_network, read_soft_labels, smoothed, soft_labels, views_of, write_soft_labels
from blnet_training.trainer import epoch_generator, refresh_statistics, train_epoch
from export import onnx_of

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC_FILE = os.path.join(HERE, "..", "models", "specs", "mobile-blnet-cifar10-dense.json")
IMAGE = {"channels": 3, "height": 32, "width": 32, "mean": 128, "std": 64}


def small_spec():
    """Irregular widths, no expansion, a declined and a kept residual."""
    return spec_from({
        "name": "small", "input": IMAGE, "classes": 10,
        "stages": [
            {"type": "conv", "name": "stem", "out": 7, "kernel": 3, "stride": 2},
            {"type": "block", "name": "a", "expand": 0, "out": 7, "stride": 1},
            {"type": "block", "name": "b", "expand": 9, "out": 7, "stride": 1, "residual": False},
            {"type": "bigLittle", "name": "m",
             "big": [{"expand": 5, "out": 11, "stride": 2}, {"expand": 13, "out": 11, "stride": 1}],
             "little": [{"expand": 0, "out": 11, "stride": 1}]},
            {"type": "classifier", "name": "classifier"},
        ],
    })


def synthetic(count, seed=0):
    """Random records: uint8 (count, 3, 32, 32) and labels (count,)."""
    draw = np.random.default_rng(seed)
    return draw.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8), draw.integers(0, 10, count)


def measured_costs(network, spec):
    """(name, parameters, macs) by hooks on every convolution and linear layer."""
    found = []

    def hook(name, module):
        def record(_, __, output):
            norm = network.get_submodule(name[:-5] + ".norm") if name.endswith(".conv") else None
            own = list(module.parameters()) + (list(norm.parameters()) if norm else [])
            found.append((name[:-5] if norm else name, sum(p.numel() for p in own),
                          module.weight.numel() * output[0, 0].numel()))
        return record

    handles = [m.register_forward_hook(hook(n, m)) for n, m in network.named_modules()
               if isinstance(m, (nn.Conv2d, nn.Linear))]
    network.eval()(torch.zeros(1, spec.input.channels, spec.input.height, spec.input.width))
    for handle in handles:
        handle.remove()
    return found


class Architecture(unittest.TestCase):
    def test_costs_from_the_spec_equal_those_of_the_module(self):
        for spec in (load_spec(SPEC_FILE), small_spec()):
            network = build_network(spec)
            expected = [(c.name, c.parameters, c.macs) for c in layer_costs(spec)]
            self.assertEqual(expected, measured_costs(network, spec))
            self.assertEqual(sum(c[1] for c in expected), sum(p.numel() for p in network.parameters()))

    def test_costs_are_those_that_the_compiler_is_held_against(self):
        folder = os.path.dirname(SPEC_FILE)
        with open(os.path.join(folder, "costs.json"), encoding="utf-8") as file:
            golden = json.load(file)
        for name, rows in golden.items():
            spec = load_spec(os.path.join(folder, f"{name}.json"))
            self.assertEqual(rows, [[c.name, c.parameters, c.macs] for c in layer_costs(spec)], name)

    def test_residuals_follow_the_spec(self):
        network = build_network(small_spec())
        self.assertTrue(network.a.residual)
        self.assertFalse(network.b.residual)
        self.assertIsNone(network.a.expand)
        self.assertEqual([False, True], [block.residual for block in network.m.big])

    def test_an_impossible_residual_is_refused(self):
        document = {"name": "x", "input": IMAGE, "classes": 10, "stages": [
            {"type": "block", "name": "a", "expand": 4, "out": 5, "stride": 1, "residual": True}]}
        with self.assertRaisesRegex(ValueError, "residual"):
            spec_from(document)


class Data(unittest.TestCase):
    def test_loader_reads_what_was_written(self):
        for dataset in (CIFAR10, CIFAR100):
            images, labels = synthetic(6)
            labels += len(dataset.classes) - 10
            with tempfile.TemporaryDirectory() as folder:
                inner = os.path.join(folder, dataset.folder)
                os.mkdir(inner)
                for name in dataset.train_files + dataset.test_files:
                    dataset.write(os.path.join(inner, name), images, labels)
                for place in (folder, inner):
                    read, kinds = dataset_of(len(dataset.classes)).training(place)
                    self.assertEqual((6 * len(dataset.train_files), 3, 32, 32), tuple(read.shape))
                    self.assertTrue(np.array_equal(read[-6:].numpy(), images))
                    self.assertEqual(labels.tolist(), kinds[-6:].tolist())
                    self.assertEqual(labels.tolist(), dataset.test(place)[1].tolist())

    def test_a_torn_file_and_a_label_too_high_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "torn.bin")
            np.zeros(3072, dtype=np.uint8).tofile(path)
            with self.assertRaisesRegex(ValueError, "multiple of 3073, a record of CIFAR-10"):
                CIFAR10.read(path)
            for dataset, count in ((CIFAR10, 10), (CIFAR100, 100)):
                dataset.write(path, np.zeros((2, 3, 32, 32)), [0, count])
                with self.assertRaisesRegex(ValueError, f"label {count} found, CIFAR-{count} has 0 to {count - 1}"):
                    dataset.read(path)
        with self.assertRaisesRegex(ValueError, "no dataset here has 7 classes; CIFAR-10 has 10, CIFAR-100 has 100"):
            dataset_of(7)

    def test_held_out_images_are_the_same_everywhere_and_measured_in_place_of_the_test_images(self):
        mask = held_out(50000, 5000)
        self.assertEqual(5000, int(mask.sum()))
        self.assertEqual([2, 15, 20, 21, 26], mask.nonzero()[:5, 0].tolist())
        with tempfile.TemporaryDirectory() as folder:
            for index, name in enumerate(CIFAR10.train_files + CIFAR10.test_files):
                CIFAR10.write(os.path.join(folder, name), *synthetic(6, index))
            options = argparse.Namespace(data=folder, hold_out=0)
            name, images, labels = measured_images(CIFAR10, options)
            self.assertEqual(("test", synthetic(6, 5)[1].tolist()), (name, labels.tolist()))
            options.hold_out = 9
            name, images, labels = measured_images(CIFAR10, options)
            training, mask = CIFAR10.training(folder), held_out(30, 9)
            self.assertEqual(("held-out", training[1][mask].tolist()), (name, labels.tolist()))
            self.assertTrue(torch.equal(training[0][mask], images))
            options.hold_out = 31
            with self.assertRaisesRegex(ValueError, "31 images cannot be held out of 30"):
                measured_images(CIFAR10, options)

    def test_augmentation_is_a_crop_of_the_padded_image_or_its_mirror(self):
        images = torch.from_numpy(synthetic(5)[0])
        for reach, edge in ((4, {"mode": "constant", "value": 128}), (2, {"mode": "reflect"})):
            out = augment(images, torch.Generator().manual_seed(3), reach, "mirror" if edge["mode"] == "reflect" else "grey")
            self.assertEqual(torch.uint8, out.dtype)
            padded = torch.nn.functional.pad(images.float(), [reach] * 4, **edge)
            places = range(2 * reach + 1)
            for image, whole in zip(out.float(), padded):
                crops = [whole[:, y : y + 32, x : x + 32] for y in places for x in places]
                self.assertTrue(any(torch.equal(image, c) or torch.equal(image, c.flip(2)) for c in crops))


class Training(unittest.TestCase):
    def test_schedule_warms_up_peaks_and_ends_at_zero(self):
        rates = [learning_rate(0.2, p, 0.1) for p in (0.0, 0.05, 0.1, 0.55, 1.0)]
        for rate, expected in zip(rates, (0.0, 0.1, 0.2, 0.1, 0.0)):
            self.assertAlmostEqual(rate, expected)

    def test_resume_continues_bit_identically(self):
        spec, options = small_spec(), cli.parse(["--spec=", "--data=", "--out=", "--epochs=2", "--batch=8"])
        images, labels = map(torch.from_numpy, synthetic(16))
        targets = smoothed(labels, spec.classes, 0.03)

        def fresh(seed):
            torch.manual_seed(seed)
            network = build_network(spec).to(memory_format=torch.channels_last)
            return network, make_optimiser(network, 1e-3), MovingAverage(network, 0.9)

        straight = fresh(1)
        train_epoch(*straight, spec, images, targets, 0, options)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "checkpoint.pt")
            save_checkpoint(path, 1, *straight, {})
            train_epoch(*straight, spec, images, targets, 1, options)
            resumed = fresh(2)
            self.assertEqual(1, restore_checkpoint(path, *resumed))
        train_epoch(*resumed, spec, images, targets, 1, options)
        for one, other in ((straight[0], resumed[0]), (straight[2].network, resumed[2].network)):
            for key, value in one.state_dict().items():
                self.assertTrue(torch.equal(value, other.state_dict()[key]), key)


    def test_refreshed_statistics_are_the_mean_over_augmented_batches(self):
        spec, options = small_spec(), cli.parse(["--spec=", "--data=", "--out=", "--batch=8", "--cutout=4", "--reach=3", "--edge=mirror"])
        images, _ = map(torch.from_numpy, synthetic(20))
        torch.manual_seed(5)
        network = build_network(spec).eval()
        before = {key: value.clone() for key, value in network.state_dict().items()}
        momentum = network.stem.norm.momentum
        refresh_statistics(network, spec, images, 3, options, batches=2)
        generator = epoch_generator(options.seed, 3)
        order = torch.randperm(20, generator=generator)
        batches = [normalise(augment(images[order[at : at + 8]], generator, 3, "mirror", 4), spec.input) for at in (0, 8)]
        with torch.no_grad():
            made = [network.stem.conv(batch) for batch in batches]
        for found, value in ((network.stem.norm.running_mean, lambda x: x.mean((0, 2, 3))),
                             (network.stem.norm.running_var, lambda x: x.var((0, 2, 3)))):
            self.assertLess((found - sum(map(value, made)) / 2).abs().max().item(), 1e-5)
        self.assertEqual((momentum, False), (network.stem.norm.momentum, network.training))
        self.assertFalse(torch.equal(before["stem.norm.running_mean"], network.stem.norm.running_mean))
        for key, value in network.state_dict().items():
            if "running" not in key and "tracked" not in key:
                self.assertTrue(torch.equal(before[key], value), key)


class Targets(unittest.TestCase):
    def test_smoothed_targets_are_those_of_torch(self):
        logits, labels = torch.randn(6, 4), torch.tensor([0, 1, 2, 3, 3, 0])
        expected = functional.cross_entropy(logits, labels, label_smoothing=0.2)
        self.assertAlmostEqual(expected.item(), functional.cross_entropy(logits, smoothed(labels, 4, 0.2)).item(), places=6)

    def test_soft_labels_are_the_mean_over_networks_views_and_mirrors(self):
        spec, networks = small_spec(), []
        for seed in (1, 2):
            torch.manual_seed(seed)
            networks.append(build_network(spec).eval())
            for module in networks[-1].modules():
                if isinstance(module, nn.BatchNorm2d):
                    nn.init.uniform_(module.running_mean, -0.3, 0.3)
                    nn.init.uniform_(module.running_var, 0.5, 1.5)
        images = torch.from_numpy(synthetic(3)[0])
        found = soft_labels([folded_network(network, spec) for network in networks], images)
        views = list(views_of(images))
        self.assertTrue(torch.equal(views[0], images))
        self.assertTrue(torch.equal(views[3][:, :, :, :-2].flip(3)[:, :, 2:], views[2][:, :, 2:, 2:]))
        answers = [torch.softmax(network((view.float() - 128) / 64), 1) for view in views for network in networks]
        self.assertLess((found - sum(answers) / len(answers)).abs().max().item(), 1e-5)

    def test_a_temperature_makes_answers_softer_and_views_can_be_fewer(self):
        logits = {key: torch.randn(3, 4) for key in (0, 1)}
        network = lambda images: logits[int(images[0, 0, 0, 0] == 9)]
        images = torch.zeros(3, 3, 4, 4, dtype=torch.uint8)
        images[:, :, 0, -1] = 9  # seen at the left in the mirror image
        expected = (torch.softmax(logits[0] / 2, 1) + torch.softmax(logits[1] / 2, 1)) / 2
        self.assertLess((soft_labels([network], images, temperature=2, views=2) - expected).abs().max().item(), 1e-6)

    def test_a_file_of_soft_labels_is_blended_with_the_labels(self):
        soft, labels = torch.softmax(torch.randn(5, 10), 1), torch.tensor([3, 7, 0, 9, 3])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "soft.npz")
            write_soft_labels(path, soft, labels)
            read = read_soft_labels(path, torch.cat([labels, labels]))
            with self.assertRaisesRegex(ValueError, "other images, or for these in another order"):
                read_soft_labels(path, labels.flip(0))
            np.save(os.path.join(folder, "soft.npy"), soft.numpy())
            with self.assertRaisesRegex(ValueError, "no file of soften.py"):
                read_soft_labels(os.path.join(folder, "soft.npy"), labels)
        self.assertLess((read - soft).abs().max().item(), 1e-3)
        target = blend(smoothed(labels[:2], 10), read, 0.25)
        self.assertAlmostEqual(target[0, 3].item(), 0.75 + 0.25 * read[0, 3].item(), places=6)
        self.assertAlmostEqual(target[1].sum().item(), 1, places=6)
        with self.assertRaisesRegex(ValueError, "shape"):
            blend(smoothed(torch.arange(6), 10), read, 0.5)


class Export(unittest.TestCase):
    def test_exported_graph_is_valid_and_readable(self):
        spec = load_spec(SPEC_FILE)
        network = build_network(spec)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.onnx")
            onnx.save(onnx_of(network, spec), path)
            again = load_onnx(path, build_network(spec))
            with self.assertRaisesRegex(ValueError, "needs shape"):
                load_onnx(path, build_network(small_spec()))
        for (key, value), other in zip(network.state_dict().items(), again.state_dict().values()):
            self.assertTrue(torch.equal(value, other), key)
        for fold, operators in ((False, {"BatchNormalization"}), (True, set())):
            model = onnx_of(build_network(spec), spec, fold)
            onnx.checker.check_model(model, full_check=True)
            kinds = {node.op_type for node in model.graph.node}
            plain = {"Conv", "Clip", "Add", "Resize", "GlobalAveragePool", "Flatten", "Gemm"}
            self.assertEqual(plain | operators, kinds)
            self.assertEqual(13, model.opset_import[0].version)
            self.assertIn("m1.big.0.depthwise.conv", {node.name for node in model.graph.node})
            self.assertEqual("64", {p.key: p.value for p in model.metadata_props}["blnet.input.std"])
            self.assertEqual(len(layer_costs(spec)), sum(n.op_type in ("Conv", "Gemm") for n in model.graph.node))


if __name__ == "__main__":
    unittest.main()
