"""Which channels live and die together.

A group is a set of channels that several layers write: both summands of a
residual, the last layers of the two branches of a module, a depthwise
convolution and the expansion before it. Pruning decides per group.
"""

from dataclasses import dataclass, field


@dataclass
class Group:
    """`layers` are the ConvNorms that write these channels."""

    width: int
    layers: list = field(default_factory=list)


@dataclass(frozen=True)
class Wire:
    """A ConvNorm or, at the end, the linear layer: indices of the groups it reads and writes (None: image, logits)."""

    name: str
    reads: object
    writes: object
    depthwise: bool = False


class Coupling:
    """`groups`, `wires` in the order of the network's modules, and per block (see `blocks`) its hidden group."""

    def __init__(self, spec):
        self.groups, self.wires, self.blocks, self._parent = [], [], {}, []
        x = None
        for stage in spec.stages:
            if stage.kind == "conv":
                x = self._write(stage.name, x, self._new(stage.out))
            elif stage.kind == "block":
                x = self._block(stage.name, stage.body, x)
            elif stage.kind == "bigLittle":
                ends = [self._chain(f"{stage.name}.{side}", blocks, x) for side, blocks in zip(("big", "little"), stage.body)]
                x = ends[0] if len(stage.body[1]) == 0 else self._join(*ends)
            else:
                self.wires.append(Wire(f"{stage.name}.linear", x, None))
        self._settle()

    def _new(self, width):
        self.groups.append(Group(width))
        self._parent.append(len(self._parent))
        return len(self.groups) - 1

    def _root(self, group):
        while group is not None and self._parent[group] != group:
            group = self._parent[group]
        return group

    def _join(self, one, other):
        one, other = self._root(one), self._root(other)
        self._parent[other] = one
        return one

    def _write(self, name, reads, writes, depthwise=False):
        self.wires.append(Wire(name, reads, writes, depthwise))
        return writes

    def _block(self, name, block, x):
        hidden = self._write(f"{name}.expand", x, self._new(block.expand)) if block.expand else x
        self._write(f"{name}.depthwise", hidden, hidden, depthwise=True)
        self.blocks[name] = hidden
        return self._write(f"{name}.project", hidden, x if block.residual else self._new(block.out))

    def _chain(self, name, blocks, x):
        for index, block in enumerate(blocks):
            x = self._block(f"{name}.{index}", block, x)
        return x

    def _settle(self):
        """Number the joined groups anew and list the layers of each."""
        number, joined = {}, []
        for index, group in enumerate(self.groups):
            if self._root(index) == index:
                number[index] = len(joined)
                joined.append(Group(group.width))

        def final(group):
            return None if group is None else number[self._root(group)]

        self.groups = joined
        self.wires = [Wire(w.name, final(w.reads), final(w.writes), w.depthwise) for w in self.wires]
        self.blocks = {name: final(group) for name, group in self.blocks.items()}
        for wire in self.wires:
            if wire.writes is not None:
                self.groups[wire.writes].layers.append(wire.name)
