#!/usr/bin/env python3
"""Parameters and MACs of specs: per layer, per branch, or as the JSON that both sides' tests are held against.

    describe.py ../models/specs/NAME.json [--branches | --layers]
    describe.py ../models/specs/*.json --json ../models/specs/costs.json

Needs neither torch nor numpy.
"""

import argparse
import json
import os
import sys

from blnet_training.command import run
from blnet_training.costs import layer_costs
from blnet_training.spec import load_spec


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("specs", nargs="+", help="spec files")
    cli.add_argument("--branches", action="store_true", help="MACs of the big and the little branch of every module")
    cli.add_argument("--layers", action="store_true", help="a line for every layer")
    cli.add_argument("--json", help="write {spec: [[layer, parameters, MACs], ...]} here")
    return cli.parse_args(arguments)


def branch_macs(spec):
    """[(module, MACs of big, MACs of little)] of a spec."""
    costs = layer_costs(spec)
    sums = lambda prefix: sum(c.macs for c in costs if c.name.startswith(prefix))
    return [(s.name, sums(f"{s.name}.big."), sums(f"{s.name}.little.")) for s in spec.stages if s.kind == "bigLittle"]


def write_json(path, specs):
    rows = [f"  {json.dumps(s.name)}: [\n    "
            + ",\n    ".join(json.dumps([c.name, c.parameters, c.macs]) for c in layer_costs(s)) + "\n  ]" for s in specs]
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(rows) + "\n}\n")
    os.replace(f"{path}.tmp", path)


def main(options):
    specs = [load_spec(path) for path in options.specs if os.path.basename(path) != "costs.json"]
    for spec in specs:
        costs = layer_costs(spec)
        print(f"{spec.name:28}{sum(c.parameters for c in costs):11,} parameters{sum(c.macs for c in costs):14,} MACs")
        for cost in costs if options.layers else ():
            print(f"  {cost.name:26}{cost.parameters:11,}           {cost.macs:14,}")
        for name, big, little in branch_macs(spec) if options.branches else ():
            print(f"  {name:4} big {big:12,}  little {little:11,}  little / big {little / big:.2f}")
    if options.json:
        write_json(options.json, specs)


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
