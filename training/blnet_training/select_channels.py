"""Which channels of each group stay: pruning by share of the total, and the methods it is compared with.

A method turns a number 0..1 into the kept channels of every group; the larger
the number, the more stays. `fit` searches the largest number that meets limits
on parameters and MACs, so every method can be asked for the same cost.
"""

import torch


def layer_scales(network, group):
    """|scale| of the batch norm of each of the group's layers, (layers, width)."""
    return torch.stack([network.get_submodule(name).norm.weight.detach().abs().double() for name in group.layers])


def shares(network, group):
    """|scale| / sum |scale| of each channel, the mean over the group's layers; sums to 1."""
    scales = layer_scales(network, group)
    return (scales / scales.sum(1, keepdim=True).clamp(min=1e-30)).mean(0)


def smallest_set(values, total):
    """Mask of the fewest entries whose values sum to `total` or more; at least one."""
    order = values.argsort(descending=True, stable=True)
    before = values[order].cumsum(0) - values[order]
    keep = torch.zeros(len(values), dtype=torch.bool)
    keep[order[before < total - 1e-12]] = True
    keep[order[0]] = True
    return keep


def by_layer_share(network, groups, ratio):
    """In every layer the fewest channels whose shares sum to `ratio`: the paper's method."""
    return [smallest_set(shares(network, g), ratio) for g in groups]


def by_network_share(network, groups, ratio):
    """The same with the shares of all layers in one list."""
    parts = [shares(network, g) for g in groups]
    keep = smallest_set(torch.cat(parts), ratio * len(groups))
    return list(keep.split([len(p) for p in parts]))


def by_threshold(network, groups, fraction):
    """Network slimming (Liu et al., 2017): the channels of largest |scale|, wherever they are."""
    parts = [layer_scales(network, g).mean(0) for g in groups]
    values = torch.cat(parts)
    keep = torch.zeros(len(values), dtype=torch.bool)
    keep[values.argsort(descending=True, stable=True)[: max(1, round(fraction * len(values)))]] = True
    return list(keep.split([len(p) for p in parts]))


def fraction_of(values, fraction):
    """Mask of the largest values, the given fraction of them, at least one."""
    keep = torch.zeros(len(values), dtype=torch.bool)
    keep[values.argsort(descending=True, stable=True)[: max(1, round(fraction * len(values)))]] = True
    return keep


def by_filter_norm(network, groups, fraction):
    """L1 norm of filters (Li et al., 2017): the same fraction of every layer, those of largest sum |weight|."""

    def norms(group):
        weights = [network.get_submodule(name).conv.weight.detach().double() for name in group.layers]
        sums = torch.stack([w.abs().sum((1, 2, 3)) for w in weights])
        return (sums / sums.sum(1, keepdim=True)).mean(0)

    return [fraction_of(norms(g), fraction) for g in groups]


def uniform(_, groups, fraction):
    """The same fraction of every layer, drawn at random (seed 1)."""
    generator = torch.Generator().manual_seed(1)
    return [fraction_of(torch.rand(g.width, generator=generator), fraction) for g in groups]


METHODS = {
    "layer-share": by_layer_share,
    "network-share": by_network_share,
    "threshold": by_threshold,
    "filter-norm": by_filter_norm,
    "uniform": uniform,
}


def to_multiple(network, groups, keep, multiple):
    """Each group's count to the nearest multiple (at least one multiple, at most the width), by share."""
    rounded = []
    for group, mask in zip(groups, keep):
        wanted = max(multiple, (int(mask.sum()) + multiple // 2) // multiple * multiple)
        order = (mask.double() * 2 + shares(network, group)).argsort(descending=True, stable=True)
        new = torch.zeros_like(mask)
        new[order[: min(wanted, group.width)]] = True
        rounded.append(new)
    return rounded


def fit(choose, cost, limits, steps=40):
    """(number, masks) of the largest number 0..1 whose cost is within the limits.

    choose(number) gives masks, cost(masks) a tuple to hold against `limits`.
    ValueError where not even the smallest network is small enough.
    """
    low, high, best = 0.0, 1.0, None
    for _ in range(steps):
        middle = (low + high) / 2
        masks = choose(middle)
        if all(c <= limit for c, limit in zip(cost(masks), limits)):
            low, best = middle, (middle, masks)
        else:
            high = middle
    if best is None:
        raise ValueError(f"no network of this shape is within {limits}")
    return best
