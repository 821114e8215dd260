"""Tests of pruning and rebuilding: which channels go together, and that the rebuilt network is the masked one."""

import os
import tempfile
import unittest

import torch
from torch import nn

import prune
from blnet_training.costs import layer_costs
from blnet_training.coupling import Coupling
from blnet_training.network import build_network
from blnet_training.rebuild import Plan, find_dead, make_plan, mask_network, rebuild, rebuilt_spec
from blnet_training.select_channels import METHODS, fit, shares, smallest_set, to_multiple
from blnet_training.spec import load_spec, save_spec, spec_from
from blnet_training.trainer import accuracy

IMAGE = {"channels": 3, "height": 16, "width": 16, "mean": 128, "std": 64}


def example_spec():
    """Every coupling: residuals, a block without expansion, branches with and without residuals."""
    return spec_from({
        "name": "example", "input": IMAGE, "classes": 10,
        "stages": [
            {"type": "conv", "name": "stem", "out": 8, "kernel": 3, "stride": 1},
            {"type": "block", "name": "a", "expand": 0, "out": 8, "stride": 1},
            {"type": "block", "name": "b", "expand": 12, "out": 8, "stride": 1},
            {"type": "bigLittle", "name": "m",
             "big": [{"expand": 10, "out": 12, "stride": 2}, {"expand": 14, "out": 12, "stride": 1}],
             "little": [{"expand": 6, "out": 12, "stride": 1}, {"expand": 9, "out": 12, "stride": 1}]},
            {"type": "bigLittle", "name": "n", "big": [{"expand": 5, "out": 12, "stride": 2}],
             "little": [{"expand": 7, "out": 12, "stride": 1, "residual": False}]},
            {"type": "conv", "name": "head", "out": 16, "kernel": 1, "stride": 1},
            {"type": "classifier", "name": "classifier"},
        ],
    })


@torch.no_grad()
def exact_network(spec, seed=1):
    """Arithmetic without rounding: weights -1, 0, 1, scales 1/2 or 1, the rest multiples of 1/8, no roots.

    Each layer then adds at most one binary digit behind the point; double precision has digits for all of them.
    """
    torch.manual_seed(seed)
    network = build_network(spec).double().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 0.0
            module.running_mean.copy_(torch.randint(-8, 9, module.running_mean.shape) / 8)
            module.weight.copy_(torch.randint(1, 3, module.weight.shape) / 2)
            module.bias.copy_(torch.randint(-8, 9, module.bias.shape) / 8)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            module.weight.copy_(torch.randint(-1, 2, module.weight.shape))
    return network


def random_masks(coupling, seed):
    generator = torch.Generator().manual_seed(seed)
    masks = [torch.rand(g.width, generator=generator) < 0.6 for g in coupling.groups]
    for mask in masks:
        mask[0] = True
    return masks


class Coupled(unittest.TestCase):
    def test_layers_that_are_added_share_a_group(self):
        coupling = Coupling(example_spec())
        groups = {tuple(sorted(g.layers)): g.width for g in coupling.groups}
        self.assertEqual(8, groups[("a.depthwise", "a.project", "b.project", "stem")])
        self.assertEqual(12, groups[("m.big.0.project", "m.big.1.project", "m.little.0.project", "m.little.1.project")])
        self.assertEqual(12, groups[("n.big.0.project", "n.little.0.project")])
        self.assertEqual(14, groups[("m.big.1.depthwise", "m.big.1.expand")])
        self.assertEqual(16, groups[("head",)])
        self.assertEqual(11, len(groups))

    def test_every_layer_of_the_reference_network_is_in_one_group(self):
        spec = load_spec(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../models/specs/mobile-blnet-cifar10-dense.json"))
        written = [name for g in Coupling(spec).groups for name in g.layers]
        self.assertEqual(sorted(c.name for c in layer_costs(spec))[1:], sorted(written))


class Rebuilt(unittest.TestCase):
    def outputs(self, keep_of, dead_below=0.0):
        """(masked, rebuilt, rebuilt spec) logits of one plan."""
        spec = example_spec()
        coupling = Coupling(spec)
        plan = make_plan(spec, coupling, keep_of(coupling), dead_below)
        network = exact_network(spec)
        small_spec, small = rebuild(network, plan, "small")
        for module in small.double().modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 0.0
        x = torch.randint(-8, 9, (3, 3, 16, 16)).double() / 8
        whole = network(x)
        mask_network(network, plan)
        masked = network(x)
        self.assertFalse(torch.equal(whole, masked), "the masks change nothing")
        return masked, small(x), small_spec, plan

    def test_it_computes_exactly_what_the_masked_network_does(self):
        for seed in range(8):
            masked, small, _, _ = self.outputs(lambda c: random_masks(c, seed))
            self.assertTrue(torch.equal(masked, small), f"seed {seed}")

    def test_a_wrong_channel_is_noticed(self):
        spec = example_spec()
        coupling = Coupling(spec)
        keep = random_masks(coupling, 1)
        network = exact_network(spec)
        _, small = rebuild(network, make_plan(spec, coupling, keep), "small")
        for module in small.double().modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 0.0
        keep[0] = keep[0].roll(1)
        mask_network(network, make_plan(spec, coupling, keep))
        x = torch.randint(-8, 9, (3, 3, 16, 16)).double() / 8
        self.assertFalse(torch.equal(network(x), small(x)))

    def kill(self, coupling, *blocks):
        keep = random_masks(coupling, 3)
        for name in blocks:
            keep[coupling.blocks[name]][1:] = False
        return keep

    def test_a_dead_block_goes_and_its_neighbours_are_wired_together(self):
        masked, small, spec, plan = self.outputs(lambda c: self.kill(c, "b", "m.big.1"), 0.2)
        self.assertEqual({"b", "m.big.1"}, set(plan.dead))
        self.assertEqual(["stem", "a", "m", "n", "head", "classifier"], [s.name for s in spec.stages])
        self.assertEqual(1, len(spec.stages[2].body[0]))
        self.assertTrue(torch.equal(masked, small))

    def test_a_block_without_residual_stays(self):
        _, _, _, plan = self.outputs(lambda c: self.kill(c, "m.little.0"), 0.2)
        self.assertEqual(set(), set(plan.dead))

    def test_a_dead_little_branch_leaves_the_big_one_alone(self):
        masked, small, spec, plan = self.outputs(lambda c: self.kill(c, "n.little.0"), 0.2)
        self.assertEqual({"n.little.0"}, set(plan.dead))
        self.assertEqual((), tuple(spec.stages[4].body[1]))
        self.assertTrue(torch.equal(masked, small))

    def test_a_dead_big_branch_leaves_plain_blocks(self):
        masked, small, spec, plan = self.outputs(lambda c: self.kill(c, "m.big.0", "m.big.1"), 0.2)
        self.assertEqual({"m.big.0", "m.big.1"}, set(plan.dead))
        self.assertEqual(["stem", "a", "b", "ma", "mb", "n", "head", "classifier"], [s.name for s in spec.stages])
        self.assertTrue(torch.equal(masked, small))

    def test_never_both_branches(self):
        coupling = Coupling(example_spec())
        dead = find_dead(example_spec(), coupling, self.kill(coupling, "n.big.0", "n.little.0"), 0.3)
        self.assertEqual({"n.big.0"}, set(dead))

    def test_the_spec_is_read_as_it_was_written(self):
        coupling = Coupling(example_spec())
        spec, _ = rebuilt_spec(Plan(example_spec(), coupling, self.kill(coupling, "n.little.0"), frozenset(["n.little.0"])), "x")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.json")
            save_spec(path, spec)
            self.assertEqual(spec, load_spec(path))


class Selected(unittest.TestCase):
    def setUp(self):
        self.spec = example_spec()
        self.coupling = Coupling(self.spec)
        torch.manual_seed(2)
        self.network = build_network(self.spec)
        for module in self.network.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, -1, 1)

    def cost(self, keep):
        return prune.totals(rebuilt_spec(make_plan(self.spec, self.coupling, keep), "x")[0])

    def test_the_smallest_set_that_reaches_the_share(self):
        values = torch.tensor([0.1, 0.4, 0.3, 0.2])
        for total, expected in ((0.4, [1]), (0.41, [1, 2]), (0.7, [1, 2]), (0.95, [1, 2, 3, 0]), (0.0, [1])):
            self.assertEqual(set(expected), set(smallest_set(values, total).nonzero()[:, 0].tolist()))

    def test_shares_of_a_group_sum_to_one(self):
        for group in self.coupling.groups:
            self.assertAlmostEqual(1.0, shares(self.network, group).sum().item())

    def test_every_method_meets_the_limits_and_keeps_a_channel_of_every_group(self):
        whole = self.cost([torch.ones(g.width, dtype=torch.bool) for g in self.coupling.groups])
        limits = (int(whole[0] * 0.7), int(whole[1] * 0.7))
        for name, method in METHODS.items():
            if name in ("threshold", "network-share"):
                continue  # these may empty a layer that is wired to others; tested below
            _, keep = fit(lambda r: method(self.network, self.coupling.groups, r), self.cost, limits)
            self.assertTrue(all(c <= l for c, l in zip(self.cost(keep), limits)), name)
            self.assertTrue(any(c > l * 0.85 for c, l in zip(self.cost(keep), limits)), name)
            self.assertTrue(all(mask.any() for mask in keep), name)

    def test_methods_over_the_network_keep_a_channel_of_every_group(self):
        for name in ("threshold", "network-share"):
            keep = to_multiple(self.network, self.coupling.groups, METHODS[name](self.network, self.coupling.groups, 0.3), 1)
            self.assertTrue(all(mask.any() for mask in keep), name)

    def test_counts_are_rounded_to_the_multiple(self):
        keep = METHODS["layer-share"](self.network, self.coupling.groups, 0.7)
        for multiple in (2, 4, 8):
            for group, mask in zip(self.coupling.groups, to_multiple(self.network, self.coupling.groups, keep, multiple)):
                count = int(mask.sum())
                self.assertTrue(count % multiple == 0 or count == group.width, (multiple, count))

    def test_rounding_up_adds_the_next_by_share_and_drops_the_least(self):
        group = self.coupling.groups[0]
        order = shares(self.network, group).argsort(descending=True)
        mask = torch.zeros(group.width, dtype=torch.bool)
        mask[order[:5]] = True
        rounded = to_multiple(self.network, [group], [mask], 4)[0]
        self.assertEqual(set(order[:4].tolist()), set(rounded.nonzero()[:, 0].tolist()))

    def test_an_impossible_limit_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no network"):
            fit(lambda r: METHODS["uniform"](self.network, self.coupling.groups, r), self.cost, (10, 10))


if __name__ == "__main__":
    unittest.main()
