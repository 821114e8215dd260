#!/usr/bin/env python3
"""Prune a trained network, rebuild it smaller, write its spec and its weights.

    prune.py --spec DENSE.json --weights runs/NAME/checkpoint.pt --max-parameters 105000 --max-macs 9900000
             --out-spec PRUNED.json --out runs/PRUNED/start.pt

With --ratio the number is given and no limit is searched. --data also measures
top-1 before any fine-tuning, on held-out images with --hold-out. Go on with train.py --spec PRUNED.json --init start.pt.
"""

import argparse
import os
import sys

import torch

from blnet_training.checkpoint import read_weights, save_weights
from blnet_training.command import at_least, run
from blnet_training.costs import layer_costs
from blnet_training.coupling import Coupling
from blnet_training.data import add_data, dataset_of, measured_images
from blnet_training.network import build_network
from blnet_training.rebuild import make_plan, rebuild, rebuilt_spec
from blnet_training.select_channels import METHODS, fit, to_multiple
from blnet_training.spec import load_spec, save_spec
from blnet_training.trainer import accuracy


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="spec of the trained network")
    cli.add_argument("--weights", help="its checkpoint.pt or float ONNX file; left out: fresh weights, all channels alike")
    cli.add_argument("--raw", action="store_true", help="the raw weights of the checkpoint in place of the averaged ones")
    cli.add_argument("--method", choices=sorted(METHODS), default="layer-share", help="(%(default)s)")
    amount = cli.add_mutually_exclusive_group(required=True)
    amount.add_argument("--ratio", type=float, help="share, or for the other methods fraction, that stays, 0..1")
    amount.add_argument("--max-macs", type=at_least(1), help="as much as stays within these MACs an image")
    cli.add_argument("--max-parameters", type=at_least(1), default=1 << 60, help="and, with --max-macs, within these parameters")
    cli.add_argument("--channel-multiple", type=at_least(1), default=1, help="round channel counts to it (%(default)s)")
    cli.add_argument("--dead-below", type=float, default=0.05,
                     help="drop a block with less than this of its hidden channels left (%(default)s)")
    cli.add_argument("--name", help="name of the new network; default: that of the out-spec file")
    cli.add_argument("--out-spec", required=True, help="the spec to write")
    cli.add_argument("--out", help="the weights to write, a start for train.py --init")
    add_data(cli, required=False)
    return cli.parse_args(arguments)


def totals(spec):
    """(parameters, MACs an image) of a spec."""
    costs = layer_costs(spec)
    return sum(c.parameters for c in costs), sum(c.macs for c in costs)


def plan_for(network, spec, options):
    """(number, Plan) by the chosen method, within the limits where some are given."""
    coupling = Coupling(spec)

    def choose(number):
        keep = METHODS[options.method](network, coupling.groups, number)
        return to_multiple(network, coupling.groups, keep, options.channel_multiple)

    def cost(keep):
        return totals(rebuilt_spec(make_plan(spec, coupling, keep, options.dead_below), spec.name)[0])

    if options.ratio is not None:
        number, keep = options.ratio, choose(options.ratio)
    else:
        number, keep = fit(choose, cost, (options.max_parameters, options.max_macs))
    return number, make_plan(spec, coupling, keep, options.dead_below)


def main(options):
    torch.set_num_threads(1)
    spec = load_spec(options.spec)
    torch.manual_seed(1)
    network = build_network(spec).eval()
    if options.weights:
        read_weights(options.weights, network, options.raw)
    number, plan = plan_for(network, spec, options)
    name = options.name or os.path.splitext(os.path.basename(options.out_spec))[0]
    small_spec, small = rebuild(network, plan, name)
    save_spec(options.out_spec, small_spec)
    if options.out:
        save_weights(options.out, small)
    for label, each in (("before", spec), ("after", small_spec)):
        parameters, macs = totals(each)
        print(f"{label:7}{parameters:9,} parameters {macs:12,} MACs")
    print(f"{options.method} {number:.6f}; blocks removed: {', '.join(sorted(plan.dead)) or 'none'}")
    if options.data:
        name, *measured = measured_images(dataset_of(spec.classes), options)
        print(f"{name} top-1 before {accuracy(network, spec, *measured):.4f}, after {accuracy(small, small_spec, *measured):.4f}")


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
