#!/usr/bin/env python3
"""Makes the networks of compressor/tests/data, with inputs `x` and what onnxruntime gives for them, `y`.

    pip install torch onnx onnxscript onnxruntime safetensors numpy
    scripts/make_onnx_tests.py FOLDER [all]

`all` makes many more than the repository has: EIE_FORMATS_DIR=FOLDER for the `formats` test of eie-compressor.
"""

import itertools
import sys

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

KEPT = {
    "small-view-old-dyn", "small-flatten-new-fix", "dense-old-fix", "dense-new-dyn", "lstm-bf-y-old-dyn",
    "lstm-bf-y-new-dyn", "lstm-tf-y-new-fix", "lstm-tf-h-new-fix", "lstm-tf-sq-old-fix", "lstm-bf-h-old-dyn",
}


class LeNet(nn.Module):
    def __init__(self, sizes, view):
        super().__init__()
        a, b, c, d = sizes
        self.conv1, self.conv2 = nn.Conv2d(1, a, 5, padding=2), nn.Conv2d(a, b, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(b * 25, c), nn.Linear(c, d), nn.Linear(d, 10)
        self.view = view

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.relu(torch.max_pool2d(self.conv2(x), 2))
        x = x.view(x.size(0), -1) if self.view else torch.flatten(x, 1)
        x = torch.relu(self.fc2(torch.relu(self.fc1(x))))
        return torch.log_softmax(self.fc3(x), 1)


class Recurrent(nn.Module):
    def __init__(self, batch_first, last):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(5, 7, batch_first=batch_first), nn.Linear(7, 3)
        self.batch_first, self.last = batch_first, last

    def forward(self, x):
        y, (h, _) = self.lstm(x)
        if self.last == "h":
            return self.fc(h[-1])
        if self.last == "sq":
            return self.fc(h.squeeze(0))
        return self.fc(y[:, -1, :] if self.batch_first else y[-1])


def numbers(folder, name, x):
    session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx", providers=["CPUExecutionProvider"])
    (y,) = session.run(None, {session.get_inputs()[0].name: x})
    save_file({"x": x, "y": y}, f"{folder}/{name}.numbers.safetensors")


def export(folder, name, module, x, batch, new):
    path = f"{folder}/{name}.onnx"
    options = {"dynamo": new, "input_names": ["x"], "output_names": ["y"]}
    if new:
        options["external_data"] = False
    if batch is not None and new:
        options["dynamic_shapes"] = ({batch: torch.export.Dim("batch")},)
    elif batch is not None:
        options["dynamic_axes"] = {"x": {batch: "batch"}}
    torch.onnx.export(module.eval(), (x,), path, **options)
    # Traces have the paths of a machine.
    model = onnx.load(path)
    for owner in [model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        kept = [p for p in owner.metadata_props if "trace" not in p.key and "/" not in p.value]
        del owner.metadata_props[:]
        owner.metadata_props.extend(kept)
        if "/" in owner.doc_string:
            owner.doc_string = ""
    onnx.save(model, path)
    numbers(folder, name, x.numpy())


def typed(folder):
    """A graph whose weights are in every field that can hold them: MatMul and Add, casts between halves."""
    rng = numpy.random.default_rng(0)
    w1, w2 = rng.uniform(-1, 1, (6, 5)).astype("f4"), rng.uniform(-1, 1, (5, 4)).astype("f4")
    b1, b2 = rng.uniform(-1, 1, 5).astype("f4"), rng.uniform(-1, 1, (1, 4)).astype("f4")
    w3 = rng.uniform(-1, 1, (3, 4)).astype("f4")
    half = helper.make_tensor("half", TensorProto.FLOAT16, [2, 3], [1.0, -2.0, 0.5, 0.0, 100.0, 0.1])
    brain = helper.make_tensor("brain", TensorProto.BFLOAT16, [2, 2], [1.0, -2.0, 0.5, 3.0])
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["flat"]),
        helper.make_node("Identity", ["w1"], ["w1 again"]),
        helper.make_node("MatMul", ["flat", "w1 again"], ["m1"], name="first/MatMul"),
        helper.make_node("Add", ["b1", "m1"], ["a1"]),
        helper.make_node("Relu", ["a1"], ["r1"]),
        helper.make_node("Constant", [], ["w2"], value=helper.make_tensor("", TensorProto.FLOAT, w2.shape, w2.ravel())),
        helper.make_node("MatMul", ["r1", "w2"], ["m2"], name="second/MatMul"),
        helper.make_node("Add", ["m2", "b2"], ["a2"]),
        helper.make_node("Dropout", ["a2"], ["d2"]),
        helper.make_node("Gemm", ["d2", "w3"], ["g3"], name="third/Gemm", transB=1),
        helper.make_node("Softmax", ["g3"], ["y"], name="last", axis=-1),
    ]
    initialisers = [
        helper.make_tensor("shape", TensorProto.INT64, [2], [0, -1]),
        helper.make_tensor("w1", TensorProto.FLOAT, w1.shape, w1.ravel()),
        numpy_helper.from_array(b1, "b1"),
        numpy_helper.from_array(b2, "b2"),
        numpy_helper.from_array(w3, "w3"),
        helper.make_tensor("flags", TensorProto.BOOL, [3], [True, False, True]),
        helper.make_tensor("bytes", TensorProto.INT8, [3], [-1, 2, -128]),
        helper.make_tensor("large", TensorProto.UINT64, [2], [2**64 - 1, 0]),
        helper.make_tensor("double", TensorProto.DOUBLE, [2], [0.1, -1e30]),
    ]
    graph = helper.make_graph(
        nodes,
        "typed",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])],
        initialisers,
        doc_string="kept",
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, f"{folder}/typed.onnx")
    numbers(folder, "typed", rng.uniform(-1, 1, (3, 2, 3)).astype("f4"))
    # Half-precision weights that are variable-length integers, in an initialiser and in a Constant node.
    nodes = [
        helper.make_node("MatMul", ["x", "half"], ["m"], name="one/MatMul"),
        helper.make_node("Constant", [], ["other"], value=helper.make_tensor("", TensorProto.FLOAT16, [3, 2], [1, 2, 3, 4, 5, 6.5])),
        helper.make_node("MatMul", ["m", "other"], ["y"], name="two/MatMul"),
    ]
    graph = helper.make_graph(
        nodes,
        "halves",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT16, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT16, ["n", 2])],
        [half, brain],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, f"{folder}/halves.onnx")


def main():
    folder, everything = sys.argv[1], sys.argv[2:] == ["all"]
    torch.manual_seed(0)
    typed(folder)
    for new, dynamic in itertools.product([False, True], [False, True]):
        kind = f"{'new' if new else 'old'}-{'dyn' if dynamic else 'fix'}"

        def make(name, module, x, batch=0):
            if everything or f"{name}-{kind}" in KEPT:
                export(folder, f"{name}-{kind}", module, x, batch if dynamic else None, new)

        make("lenet", LeNet((6, 16, 120, 84), False), torch.rand(2, 1, 28, 28))
        make("small-view", LeNet((2, 3, 6, 5), True), torch.rand(2, 1, 28, 28))
        make("small-flatten", LeNet((2, 3, 6, 5), False), torch.rand(2, 1, 28, 28))
        dense = [nn.Flatten(), nn.Linear(16, 8), nn.Dropout(), nn.ReLU(), nn.Linear(8, 4, bias=False), nn.Softmax(1)]
        make("dense", nn.Sequential(*dense), torch.rand(2, 4, 4))
        for batch_first, last in itertools.product([False, True], ["h", "sq", "y"]):
            x = torch.rand(2, 4, 5) if batch_first else torch.rand(4, 2, 5)
            name = f"lstm-{'bf' if batch_first else 'tf'}-{last}"
            make(name, Recurrent(batch_first, last), x, 0 if batch_first else 1)


if __name__ == "__main__":
    main()
