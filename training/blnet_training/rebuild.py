"""A smaller spec and its weights from masks: pruned channels leave the tensors for good.

The masked network and the rebuilt one compute the same. A block of which
almost nothing is left goes as a whole where its residual makes it an identity,
a branch where all its blocks go; what remains is wired together anew.
"""

from dataclasses import dataclass

import torch

from .coupling import Coupling
from .network import ConvNorm, build_network
from .spec import Block, Spec, Stage


@dataclass(frozen=True)
class Plan:
    """keep: a boolean mask per group of `coupling`; dead: names of blocks that go as a whole."""

    spec: Spec
    coupling: Coupling
    keep: list
    dead: frozenset

    def kept(self, group):
        return int(self.keep[group].sum())


def find_dead(spec, coupling, keep, below):
    """Blocks with fewer than `below` of their hidden channels left, where they can go.

    An identity must remain (residual), or nothing at all (every block of the branch is dead, the other branch is not).
    """

    def low(name, block):
        group = coupling.blocks[name]
        return block.expand and int(keep[group].sum()) < below * coupling.groups[group].width

    dead = set()
    for stage in spec.stages:
        if stage.kind == "block" and stage.body.residual and low(stage.name, stage.body):
            dead.add(stage.name)
        if stage.kind == "bigLittle":
            gone = []
            for side, blocks in zip(("big", "little"), stage.body):
                names = [f"{stage.name}.{side}.{i}" for i in range(len(blocks))]
                lows = [low(n, b) for n, b in zip(names, blocks)]
                if lows and all(lows) and not gone:
                    gone, lows = names, []
                dead.update(n for n, b, l in zip(names, blocks, lows) if l and b.residual)
            dead.update(gone)
    return frozenset(dead)


def make_plan(spec, coupling, keep, dead_below=0.0):
    return Plan(spec, coupling, keep, find_dead(spec, coupling, keep, dead_below))


def mask_network(network, plan):
    """Let every pruned channel of `network` read zero; returns the hooks (remove() undoes)."""
    masks = {w.name: plan.keep[w.writes].float() for w in plan.coupling.wires if w.writes is not None}
    for name in plan.dead:
        masks[f"{name}.project"] = torch.zeros_like(masks[f"{name}.project"])

    def hook(mask):
        return lambda _, __, output: output * mask.to(output).view(1, -1, 1, 1)

    return [m.register_forward_hook(hook(masks[n])) for n, m in network.named_modules() if isinstance(m, ConvNorm)]


def _block(plan, name, block, inputs):
    """The rebuilt Block; the widths written by its layers are in the plan."""
    wires = {w.name: w for w in plan.coupling.wires}
    expand = plan.kept(plan.coupling.blocks[name]) if block.expand else 0
    return Block(inputs, expand, plan.kept(wires[f"{name}.project"].writes), block.stride, block.residual)


def _chain(plan, name, blocks, inputs, renamed, new_name):
    kept = []
    for index, block in enumerate(blocks):
        old = f"{name}.{index}"
        if old not in plan.dead:
            renamed[f"{new_name}.{len(kept)}"] = old
            kept.append(_block(plan, old, block, inputs))
            inputs = kept[-1].out
    return kept


def rebuilt_spec(plan, name):
    """(smaller Spec, {new module path: old module path} of its blocks and layers)."""
    writes = {w.name: w.writes for w in plan.coupling.wires}
    stages, renamed, width = [], {}, plan.spec.input.channels
    for stage in plan.spec.stages:
        made = []
        if stage.kind == "conv":
            made = [Stage("conv", stage.name, width, plan.kept(writes[stage.name]), stage.body)]
            renamed[stage.name] = stage.name
        elif stage.kind == "block" and stage.name not in plan.dead:
            block = _block(plan, stage.name, stage.body, width)
            made = [Stage("block", stage.name, width, block.out, block)]
            renamed[stage.name] = stage.name
        elif stage.kind == "bigLittle":
            paths = {}
            sides = [_chain(plan, f"{stage.name}.{side}", blocks, width, paths, f"{stage.name}.{side}")
                     for side, blocks in zip(("big", "little"), stage.body)]
            if sides[0]:
                made = [Stage("bigLittle", stage.name, width, sides[0][-1].out, tuple(sides))]
                renamed.update(paths)
            else:  # only the little branch is left: plain blocks in a row
                for index, block in enumerate(sides[1]):
                    made.append(Stage("block", f"{stage.name}{chr(ord('a') + index)}", block.inputs, block.out, block))
                    renamed[made[-1].name] = paths[f"{stage.name}.little.{index}"]
        elif stage.kind == "classifier":
            made = [Stage("classifier", stage.name, width, stage.out, None)]
        stages += made
        width = made[-1].out if made else width
    return Spec(name, plan.spec.input, plan.spec.classes, tuple(stages)), renamed


@torch.no_grad()
def rebuild(network, plan, name):
    """(Spec, network): the smaller network with the kept channels' weights."""
    spec, renamed = rebuilt_spec(plan, name)
    small = build_network(spec)
    wires = {w.name: w for w in plan.coupling.wires}
    state, old = small.state_dict(), network.state_dict()

    def origin(path):
        prefix = max((p for p in renamed if path == p or path.startswith(p + ".")), key=len)
        return renamed[prefix] + path[len(prefix):]

    for path, module in small.named_modules():
        if isinstance(module, ConvNorm):
            source = origin(path)
            wire = wires[source]
            out = plan.keep[wire.writes]
            weight = old[f"{source}.conv.weight"][out]
            if not wire.depthwise and wire.reads is not None:
                weight = weight[:, plan.keep[wire.reads]]
            state[f"{path}.conv.weight"] = weight
            for key in ("weight", "bias", "running_mean", "running_var"):
                state[f"{path}.norm.{key}"] = old[f"{source}.norm.{key}"][out]
    last = plan.coupling.wires[-1]
    state[f"{last.name}.weight"] = old[f"{last.name}.weight"][:, plan.keep[last.reads]]
    state[f"{last.name}.bias"] = old[f"{last.name}.bias"]
    small.load_state_dict(state)
    return spec, small.eval()
