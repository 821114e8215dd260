"""Readable names and plain constants in an exported ONNX graph.

torch names nodes after scopes, such as `/m1/big/big.0/expand/conv/Conv`. Here a
node takes the path of its module, `m1.big.0.expand.conv`, and its output the
same name; weights already have it (`m1.big.0.expand.conv.weight`). The few
constants, bounds of Clip and scales of Resize, are named after their values.
"""

import numpy as np
from onnx import numpy_helper


def plain_name(scoped):
    """/m1/big/big.0/expand/conv/Conv -> m1.big.0.expand.conv; /m1/Add -> m1.add."""
    parts = [part for part in scoped.split("/") if part]
    path = []
    for scope in parts[:-1]:
        if path and scope.startswith(path[-1] + "."):
            path.pop()  # torch repeats the container: "big", "big.0"
        path.append(scope)
    operator = parts[-1].split("_")[0].lower()
    return ".".join(path + [operator] if operator == "add" else path)


def fold_constants(graph):
    """Constant nodes, and Concat of them, become initialisers `const.VALUES`."""
    value_of, name_of, kept = {}, {}, []
    for node in graph.node:
        if node.op_type == "Constant":
            value_of[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type == "Concat" and all(name in value_of for name in node.input):
            value_of[node.output[0]] = np.concatenate([value_of[name] for name in node.input])
        else:
            kept.append(node)
    for node in kept:
        for i, name in enumerate(node.input):
            if name in value_of:
                node.input[i] = constant_name(value_of[name])
                name_of[node.input[i]] = value_of[name]
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in name_of.items())
    del graph.node[:]
    graph.node.extend(kept)


def constant_name(value):
    """const.6 for a scalar 6, const.1x1x2x2 for the list 1, 1, 2, 2."""
    return "const." + "x".join(f"{v:g}" for v in np.ravel(value))


def unshare_weights(graph):
    """torch stores equal weights once, behind Identity nodes; give each its own."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "Identity" and n.input[0] in stored]:
        graph.initializer.add().CopyFrom(stored[node.input[0]])
        graph.initializer[-1].name = node.output[0]
        graph.node.remove(node)


def drop_unused_attributes(graph):
    """Resize carries a cubic coefficient that `nearest` never reads."""
    for node in graph.node:
        if node.op_type == "Resize":
            unused = [a for a in node.attribute if a.name == "cubic_coeff_a"]
            for attribute in unused:
                node.attribute.remove(attribute)


def rename_graph(graph):
    """Tidy in place; graph inputs and outputs keep their names."""
    unshare_weights(graph)
    fold_constants(graph)
    drop_unused_attributes(graph)
    fixed = {value.name for value in list(graph.input) + list(graph.output)}
    names = {}
    for node in graph.node:
        node.name = plain_name(node.name)
        names.update((o, node.name) for o in node.output if o not in fixed)
        # folded weights have no module of their own: onnx::Conv_443
        parameters = zip(node.input[1:], ("weight", "bias"))
        names.update((i, f"{node.name}.{role}") for i, role in parameters if i.startswith("onnx::"))
    if len({node.name for node in graph.node}) != len(graph.node):
        raise ValueError("two nodes would share one name")
    for tensor in graph.initializer:
        tensor.name = names.get(tensor.name, tensor.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    del graph.value_info[:]
