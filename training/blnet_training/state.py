"""Tensors by name into a network, with an error that names the file and the first tensor that does not fit."""


def load_state(path, network, stored):
    """Copy every parameter and statistic from {name: tensor}, read from `path`, into `network`, which is returned.

    ValueError if one is absent or has another shape, or if there are others: weights of another network. Batch norms'
    counts of batches may be absent.
    """
    own = network.state_dict()
    for name, value in own.items():
        if name not in stored and name.endswith("num_batches_tracked"):
            continue
        if name not in stored or stored[name].shape != value.shape:
            found = f"shape {tuple(stored[name].shape)}" if name in stored else "nothing"
            raise ValueError(f"{path}: {name} needs shape {tuple(value.shape)}, found {found}: are these the weights of this network?")
    others = sorted(stored.keys() - own.keys())
    if others:
        raise ValueError(f"{path}: this network has no {others[0]}: are these its weights?")
    network.load_state_dict({**own, **stored})
    return network
