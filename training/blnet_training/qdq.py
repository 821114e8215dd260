"""ONNX with QuantizeLinear and DequantizeLinear from an IntegerNetwork: its scales, zero points and integers."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper


class Writer:
    """Nodes and initialisers of the graph; every tensor is quantised once, behind its activation."""

    def __init__(self, network):
        self.network, self.nodes, self.stored = network, [], {}

    def constant(self, name, array):
        self.stored[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def node(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def quantised(self, tensor, step_name, output=None):
        """Q and DQ behind `tensor`; returns the name of the reals."""
        fmt = self.network.formats[step_name]
        scale = self.constant(f"{step_name}.scale", np.float32(fmt.scale))
        zero = self.constant(f"{step_name}.zero_point", (np.int8 if fmt.signed else np.uint8)(fmt.zero_point))
        q = self.node("QuantizeLinear", [tensor, scale, zero], f"{step_name}.quantize")
        return self.node("DequantizeLinear", [q, scale, zero], output or f"{step_name}.dequantize")

    def parameters(self, step, flat=False):
        """Names of the dequantised weight and bias; `flat` for a dense layer."""
        weight, bias, scales = self.network.layer_integers(step)
        weight = weight.detach().numpy().astype(np.int8)
        scales = scales.numpy()
        x = self.network.formats[step.inputs[0]].scale
        names = []
        for role, integers, scale in (("weight", weight[:, :, 0, 0] if flat else weight, scales),
                                      ("bias", bias.detach().numpy().astype(np.int32), scales * x)):
            prefix = f"{step.name}.{role}"
            stored = self.constant(f"{prefix}.integers", integers)
            steps = self.constant(f"{prefix}.scale", scale.astype(np.float32))
            zero = self.constant(f"{prefix}.zero_point", np.zeros(len(scale), integers.dtype))
            names.append(self.node("DequantizeLinear", [stored, steps, zero], prefix, axis=0))
        return names

    def layer(self, step, x):
        pad = step.kernel // 2
        y = self.node("Conv", [x, *self.parameters(step)], f"{step.name}.conv", kernel_shape=[step.kernel] * 2,
                      pads=[pad] * 4, strides=[step.stride] * 2, dilations=[1, 1],
                      group=len(self.network.float_weights()[step.name][1]) if step.depthwise else 1)
        if step.act:
            bounds = [self.constant("const.0", np.float32(0)), self.constant("const.6", np.float32(6))]
            y = self.node("Clip", [y, *bounds], f"{step.name}.act")
        return y

    def step(self, step, reals):
        x = reals[step.inputs[0]]
        if step.op == "conv":
            return self.quantised(self.layer(step, x), step.name)
        if step.op == "add":
            return self.quantised(self.node("Add", [x, reals[step.inputs[1]]], step.name), step.name)
        if step.op == "upsample":
            sizes = self.constant("const.1x1x2x2", np.float32([1, 1, 2, 2]))
            return self.node("Resize", [x, "", sizes], step.name, mode="nearest", nearest_mode="floor",
                             coordinate_transformation_mode="asymmetric")
        if step.op == "pool":
            return self.quantised(self.node("GlobalAveragePool", [x], step.name), step.name)
        vector = self.node("Flatten", [x], step.name.replace(".linear", ".flatten"), axis=1)
        dense = self.node("Gemm", [vector, *self.parameters(step, flat=True)], step.name, transB=1)
        return self.quantised(dense, step.name, "logits")


@torch.no_grad()
def qdq_model(network, spec, metadata):
    """The checked onnx.ModelProto (opset 13)."""
    writer = Writer(network)
    reals = {"input": writer.quantised("input", "input")}
    for step in network.steps:
        reals[step.name] = writer.step(step, reals)
    image = [spec.input.channels, spec.input.height, spec.input.width]
    graph = helper.make_graph(
        writer.nodes, spec.name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *image])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", spec.classes])],
        list(writer.stored.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="blnet training")
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    return model
