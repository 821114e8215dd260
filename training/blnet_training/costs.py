"""Parameters and multiply-accumulates of each convolution and linear layer.

Counted from the spec alone, so a compiler's report can be held against it.
Parameters are trainable: weights, batch-norm scale and shift, linear bias.
MACs are those of the weights for one image; batch norm and additions are none.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """name: the layer's module path without `.conv` or `.linear`."""

    name: str
    parameters: int
    macs: int


def conv_cost(name, inputs, out, kernel, height, width, groups=1):
    """Cost of a convolution with batch norm; height and width of its output."""
    weights = out * (inputs // groups) * kernel * kernel
    return Cost(name, weights + 2 * out, weights * height * width)


def halved(size, stride):
    """Output size of a same-padded convolution with an odd kernel."""
    return -(-size // stride)


def block_costs(name, block, height, width):
    """(costs, output height, output width) of an inverted residual."""
    hidden, costs = block.hidden, []
    if block.expand:
        costs.append(conv_cost(f"{name}.expand", block.inputs, hidden, 1, height, width))
    height, width = halved(height, block.stride), halved(width, block.stride)
    costs.append(conv_cost(f"{name}.depthwise", hidden, hidden, 3, height, width, groups=hidden))
    costs.append(conv_cost(f"{name}.project", hidden, block.out, 1, height, width))
    return costs, height, width


def chain_costs(name, blocks, height, width):
    """Costs of blocks in a row, named name.0, name.1 and so on."""
    costs = []
    for i, block in enumerate(blocks):
        more, height, width = block_costs(f"{name}.{i}", block, height, width)
        costs += more
    return costs


def layer_costs(spec):
    """The Cost of every layer, in the order of the network's modules."""
    height, width, costs = spec.input.height, spec.input.width, []
    for stage in spec.stages:
        if stage.kind == "conv":
            kernel, stride = stage.body
            height, width = halved(height, stride), halved(width, stride)
            costs.append(conv_cost(stage.name, stage.inputs, stage.out, kernel, height, width))
        elif stage.kind == "block":
            more, height, width = block_costs(stage.name, stage.body, height, width)
            costs += more
        elif stage.kind == "bigLittle":
            for side, blocks in zip(("big", "little"), stage.body):
                costs += chain_costs(f"{stage.name}.{side}", blocks, height, width)
        else:
            weights = stage.inputs * stage.out
            costs.append(Cost(f"{stage.name}.linear", weights + stage.out, weights))
    return costs
